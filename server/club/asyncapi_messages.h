/* asyncapi_messages.h -- the parts of asyncapi.c that are about single messages. */
#pragma once

#include <stdbool.h>

struct method;
struct printer;
struct schemas;

enum { ASYNCAPI_NAME_BYTES = 96 };

/* "event." "plan.changed" -> a name of its own among the messages. */
struct asyncapi_name {
    char text[ASYNCAPI_NAME_BYTES];
};
struct asyncapi_name asyncapi_join(const char *first, const char *second);

bool asyncapi_is_answered(const struct method *m);

/* The member `messages` of the components; what it refers to is added to `schemas`. */
void asyncapi_messages_print(struct printer *p, struct schemas *schemas);
/* Members of the component `schemas`: ids, any call, any answer, any push, each error. */
void asyncapi_messages_print_envelope(struct printer *p);
