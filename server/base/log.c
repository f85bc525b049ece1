/* log.c -- formats one event as a JSON line and writes it with a single write().
 *
 * (1) A line is written whole or not at all, so lines of several processes on one stderr do not mix
 *     (up to PIPE_BUF on a pipe).
 * (2) More than LINES_PER_SECOND in one second of CLOCK_MONOTONIC are counted only; the first line of
 *     a later second is preceded by one that tells the number.
 * (3) The thread pool may log too: one lock covers counter and write.
 */
#include "base/log.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/utf8.h"

enum { LINES_PER_SECOND = 1000, FIELDS_BYTES = 1024 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static enum log_level least_level = LOG_INFO;
static const char *process_name;
static int64_t second_now;
static unsigned lines_in_second;
static uint64_t lines_dropped;

void log_set_level(enum log_level least)
{
    least_level = least;
}

void log_set_name(const char *process)
{
    process_name = process;
}

/* True at "key=": a lower-case word and an equals sign. */
static bool starts_field(const char *p)
{
    size_t n = strspn(p, "abcdefghijklmnopqrstuvwxyz0123456789_");

    return n > 0 && p[n] == '=';
}

/* End of the value at p: the next " key=", or the end of the text. */
static const char *value_end(const char *p)
{
    while (*p != '\0' && !(*p == ' ' && starts_field(p + 1)))
        p++;
    return p;
}

static void add_member(
    struct buf *line, const char *name, size_t name_bytes, const char *value, size_t value_bytes)
{
    buf_add_text(line, line->length_bytes > 1 ? ",\"" : "\"");
    buf_add(line, name, name_bytes);
    buf_add_text(line, "\":");
    buf_add_json_string(line, value, value_bytes);
}

static void add_text(struct buf *line, const char *name, const char *value)
{
    add_member(line, name, strlen(name), value, strlen(value));
}

/* "a=1 b=x y" -> ,"a":"1","b":"x y" */
static void add_fields(struct buf *line, const char *fields)
{
    const char *p = fields;

    while (*p != '\0') {
        p += strspn(p, " ");
        if (!starts_field(p)) {
            if (*p != '\0')
                add_text(line, "text", p); /* not key=value: still better seen than lost */
            return;
        }
        const char *equals = strchr(p, '=');
        const char *end = value_end(equals + 1);

        add_member(line, p, (size_t)(equals - p), equals + 1, (size_t)(end - equals - 1));
        p = end;
    }
}

/* A cut or foreign byte sequence must not make the line invalid JSON. */
static void make_ascii(char *text)
{
    if (utf8_scan(text, strlen(text), 0x7fffffff) == UTF8_OK)
        return;
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text >= 0x80)
            *text = '?';
    }
}

static void write_line(enum log_level level, const char *event, const char *fields)
{
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    char at[CLOCK_ISO_BYTES];
    struct buf line;

    clock_iso(clock_wall(), at);
    buf_init(&line, 0);
    buf_add_char(&line, '{');
    add_text(&line, "at", at);
    add_text(&line, "level", levels[level]);
    if (process_name != NULL)
        add_text(&line, "process", process_name);
    add_text(&line, "event", event);
    add_fields(&line, fields);
    buf_add_text(&line, "}\n");
    if (write(STDERR_FILENO, line.bytes, line.length_bytes) < 0) {
        /* nowhere left to say so */
    }
    buf_done(&line);
}

/* Counts a line; false if this second is full.  *out_dropped: lines lost before, to be told now. */
static bool admit(uint64_t *out_dropped)
{
    int64_t second = clock_mono().ms / 1000;

    *out_dropped = 0;
    if (second != second_now) {
        second_now = second;
        lines_in_second = 0;
        *out_dropped = lines_dropped;
        lines_dropped = 0;
    }
    if (lines_in_second >= LINES_PER_SECOND) {
        lines_dropped++;
        return false;
    }
    lines_in_second++;
    return true;
}

void log_line(enum log_level level, const char *event, const char *fields, ...)
{
    char text[FIELDS_BYTES];
    uint64_t dropped;
    va_list args;

    if (level < least_level)
        return;
    va_start(args, fields);
    int length = vsnprintf(text, sizeof text, fields, args); /* a longer text is cut */
    va_end(args);
    if (length < 0)
        text[0] = '\0';
    make_ascii(text);

    pthread_mutex_lock(&lock);
    if (admit(&dropped)) {
        if (dropped != 0) {
            char count[32];

            snprintf(count, sizeof count, "lines=%llu", (unsigned long long)dropped);
            write_line(LOG_WARN, "log_lines_dropped", count);
        }
        write_line(level, event, text);
    }
    pthread_mutex_unlock(&lock);
}
