/* fuzz_rpc.c -- one message of a client: each is answered with JSON-RPC or not at all, and leaves nothing behind. */
#include <string.h>

#include "club/all.h"
#include "hub/rpc.h"
#include "base/mem.h"
#include "fuzz.h"
#include "hub_stage.h"
#include "support/fake_db.h"

/* Methods with steps of their own run more than the row's statement; fuzz_shape knows their parameters. */
static const struct method *find(const char *name, size_t length_bytes)
{
    const struct method *m = method_find(name, length_bytes);

    return m != NULL && m->steps == NULL ? m : NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct fake_answer yes = {
        .rows = 1, .columns = 4, .cells = {{"{\"done\":true}", NULL, "0", NULL}}};
    static const struct fake_answer no = {
        .err = ERR_NOT_FOUND, .sqlstate = "ZC002", .detail = "{\"what\":\"it\"}"};
    struct stage *s = stage_open(find);
    char *text = mem_copy((const char *)data, size);

    (void)rpc_receive(s->hub.rpc, s->session, text, size);
    for (int i = 0; fake_db_waiting(s->hub.db) > 0; i++)
        fake_db_answer(s->hub.db, i % 2 == 0 ? &yes : &no);
    stage_take_replies(s);
    mem_free(text);
    stage_close(s);
    return 0;
}
