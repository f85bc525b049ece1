/* members.c -- see members.h. */
#include "members.h"

#include <stdio.h>

#include "crowd.h"
#include "stage.h"

enum { CHUNK = 100, WAIT_S = 120, TEXT_BYTES = 2048 };

static void sign_in(struct crowd *c, int port, int count)
{
    char text[TEXT_BYTES];

    for (int i = 0; i < count; i++) {
        int at = crowd_add(c, port, true, "");
        int n = snprintf(text, sizeof text,
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"session.auth\",\"params\":{\"token\":\"%s\"}}",
            stage_token(STAGE_FIRST_MEMBER + i));

        crowd_send(c, at, text, (size_t)n);
        if (i % CHUNK == CHUNK - 1 || i == count - 1)
            crowd_wait(c, (uint64_t)i + 1, WAIT_S);
    }
}

void members_join(struct crowd *c, int port, int count, bool with_me)
{
    char text[TEXT_BYTES], stream[32];
    long long club = stage_head("club:1");

    sign_in(c, port, count);
    for (int i = 0; i < count; i++) {
        int n = snprintf(text, sizeof text,
            "{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"stream.subscribe_many\",\"params\":{\"streams\":["
            "{\"stream\":\"club:1\",\"after\":%lld}",
            club);

        if (with_me) {
            snprintf(stream, sizeof stream, "me:%d", STAGE_FIRST_MEMBER + i);
            n += snprintf(text + n, sizeof text - (size_t)n, ",{\"stream\":\"me\",\"after\":%lld}",
                stage_head(stream));
        }
        n += snprintf(text + n, sizeof text - (size_t)n, "]}}");
        crowd_send(c, i, text, (size_t)n);
        if (i % CHUNK == CHUNK - 1 || i == count - 1)
            crowd_wait(c, (uint64_t)(count + i) + 1, WAIT_S);
    }
}
