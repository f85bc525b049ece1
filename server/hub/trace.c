/* trace.c -- written with one write(2) per line: a killed process leaves whole lines. */
#include "hub/trace.h"

#include <fcntl.h>
#include <unistd.h>

#include "hub/batch.h"
#include "hub/gate.h"
#include "hub/hub.h"
#include "hub/session.h"
#include "base/buf.h"
#include "base/clock.h"

static int trace_fd = -1;

bool trace_open(const char *path)
{
    trace_fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    return trace_fd >= 0;
}

void trace_close(void)
{
    if (trace_fd >= 0)
        (void)close(trace_fd);
    trace_fd = -1;
}

bool trace_is_on(void)
{
    return trace_fd >= 0;
}

static void write_line(struct buf *b)
{
    buf_add_char(b, '\n');
    if (write(trace_fd, b->bytes, b->length_bytes) < 0)
        trace_close(); /* a full disk ends the trace, not the server */
    buf_done(b);
}

void trace_sent(
    const struct session *s, const struct batch *b, const char *stream, struct boot_ns written_at)
{
    struct buf line;

    buf_init(&line, 0);
    if (b->signal != NULL) {
        buf_printf(&line, "signal %lld %llu %s %s %s %lld", (long long)written_at.ns,
            (unsigned long long)s->number, s->who, stream, b->signal, (long long)b->subjects[0]);
        write_line(&line);
        return;
    }
    buf_printf(&line, "sent %lld %llu %s %s %lld %lld ", (long long)written_at.ns,
        (unsigned long long)s->number, s->who, stream, (long long)b->from, (long long)b->to);
    for (uint32_t i = 0; i < b->key_count; i++)
        buf_printf(&line, "%s%s", i == 0 ? "" : ",", gate_key_purpose(s->hub->gate, b->keys[i]));
    write_line(&line);
}

void trace_acknowledged(const struct session *s, const char *method, int64_t sys_seq)
{
    struct buf line;

    buf_init(&line, 0);
    buf_printf(&line, "ack %lld %llu %s %s %lld", (long long)clock_boot().ns,
        (unsigned long long)s->number, s->who, method, (long long)sys_seq);
    write_line(&line);
}
