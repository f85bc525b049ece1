/* gate_key.c -- reads the names of streams and audiences. */
#include "hub/gate_key.h"

#include <stdlib.h>
#include <string.h>

#include "hub/stream.h"

static void parse_audience(struct gate_key *k, const char *audience)
{
    const char *number = audience == NULL ? NULL : strchr(audience, ':');

    k->audience = k->offer ? AUDIENCE_UNKNOWN : AUDIENCE_ALL;
    if (audience == NULL || audience[0] == '\0')
        return;
    k->audience = strcmp(audience, "adults") == 0 ? AUDIENCE_ADULTS : AUDIENCE_UNKNOWN;
    if (number == NULL)
        return;
    k->audience_ref = strtoll(number + 1, NULL, 10);
    if (strncmp(audience, "rank:", 5) == 0)
        k->audience = AUDIENCE_RANK;
    else if (!k->offer && strncmp(audience, "segment:", 8) == 0)
        k->audience = AUDIENCE_SEGMENT;
    else if (k->offer && strncmp(audience, "club:", 5) == 0)
        k->audience = AUDIENCE_CLUB;
    else if (k->offer && strncmp(audience, "offer:", 6) == 0)
        k->audience = AUDIENCE_OFFER;
}

struct gate_key gate_key_make(
    const struct gate_purpose *p, int64_t scope, const char *audience, const char *stream)
{
    enum stream_kind kind = stream_kind_of(stream);
    struct gate_key k = {.purpose = p,
        .scope = scope,
        .club = kind == STREAM_CLUB ? stream_id_of(stream) : 0,
        .family = kind == STREAM_FAMILY ? stream_id_of(stream) : 0,
        .plan = kind == STREAM_PLAN ? stream_id_of(stream) : 0,
        .offer = kind == STREAM_OFFER};

    parse_audience(&k, audience);
    return k;
}
