/* fuzz_shape.c -- parameters of every method: what a shape accepts it accepts again as the hub would print it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "club/all.h"
#include "io/json.h"
#include "base/arena.h"
#include "base/buf.h"
#include "fuzz.h"

enum { METHOD_BYTES = 2, ARENA_BYTES = 4096 };

static const char *const skip[] = {"idem", "base", NULL};

/* The first two bytes choose the method. */
static const struct method *choose(const uint8_t *data)
{
    size_t count;
    const struct method *const *all = all_methods(&count);

    return all[(data[0] | data[1] << 8) % (int)count];
}

static void accept_again(const struct json *first, const struct field *shape, const char **args)
{
    const char *again[SHAPE_FIELDS_MAX] = {NULL};
    struct shape_problem problem;
    struct arena *a = arena_new(ARENA_BYTES);
    struct json *j;
    struct buf text;

    buf_init(&text, 0);
    json_print(first, &text);
    FUZZ_MUST(json_parse(text.bytes, text.length_bytes, &j, NULL) == ERR_OK);
    FUZZ_MUST(json_bind(j, shape, skip, a, again, &problem) == ERR_OK);
    for (int i = 0; shape[i].type != FIELD_TYPE_END; i++) {
        FUZZ_MUST((args[i] == NULL) == (again[i] == NULL));
        FUZZ_MUST(args[i] == NULL || strcmp(args[i], again[i]) == 0);
    }
    json_free(j);
    arena_free(a);
    buf_done(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct field none[] = {FIELD_END};
    const char *args[SHAPE_FIELDS_MAX] = {NULL};
    struct shape_problem problem = {"", ""};
    struct arena *a;
    struct json *j;

    if (size < METHOD_BYTES ||
        json_parse((const char *)data + METHOD_BYTES, size - METHOD_BYTES, &j, NULL) != ERR_OK)
        return 0;
    const struct method *m = choose(data);
    const struct field *shape = m->params != NULL ? m->params : none;

    a = arena_new(ARENA_BYTES);
    if (json_bind(j, shape, skip, a, args, &problem) == ERR_OK)
        accept_again(j, shape, args);
    else
        FUZZ_MUST(
            problem.problem[0] != '\0' && memchr(problem.path, '\0', sizeof problem.path) != NULL);
    arena_free(a);
    json_free(j);
    return 0;
}
