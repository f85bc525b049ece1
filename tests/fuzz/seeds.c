/* seeds.c -- writes seeds of fuzz_rpc and fuzz_shape: each method once, with a value for each of its parameters. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "club/all.h"
#include "base/buf.h"

enum { PATH_BYTES = 512, DEPTH_MAX = 4 };

static void add_value(struct buf *out, const struct field *f, int depth);

static void add_fields(struct buf *out, const struct field *fields, int depth)
{
    buf_add_char(out, '{');
    for (int i = 0; fields != NULL && fields[i].type != FIELD_TYPE_END; i++) {
        if (i > 0)
            buf_add_char(out, ',');
        buf_printf(out, "\"%s\":", fields[i].name);
        add_value(out, &fields[i], depth + 1);
    }
    buf_add_char(out, '}');
}

static void add_text(struct buf *out, const struct field *f)
{
    buf_add_char(out, '"');
    for (int64_t i = 0; i < (f->min > 3 ? f->min : 3); i++)
        buf_add_char(out, 'a');
    buf_add_char(out, '"');
}

static void add_value(struct buf *out, const struct field *f, int depth)
{
    switch (f->type) {
    case FIELD_TYPE_ID:
        buf_add_text(out, "\"7\"");
        return;
    case FIELD_TYPE_INT:
        buf_add_i64(out, f->min);
        return;
    case FIELD_TYPE_BOOL:
        buf_add_text(out, "true");
        return;
    case FIELD_TYPE_TEXT:
        add_text(out, f);
        return;
    case FIELD_TYPE_WORD:
        buf_printf(out, "\"%s\"", f->words[0]);
        return;
    case FIELD_TYPE_TIME:
        buf_add_text(out, "\"2027-05-01T12:00:00.000Z\"");
        return;
    case FIELD_TYPE_LIST:
        buf_add_char(out, '[');
        if (f->scalar_items)
            add_value(out, f->fields, depth + 1);
        else if (depth < DEPTH_MAX)
            add_fields(out, f->fields, depth);
        buf_add_char(out, ']');
        return;
    case FIELD_TYPE_OBJECT:
        if (depth < DEPTH_MAX)
            add_fields(out, f->fields, depth);
        else
            buf_add_text(out, "{}");
        return;
    default:
        buf_add_text(out, "null");
        return;
    }
}

static void write_seed(
    const char *folder, const char *target, const char *name, const struct buf *b)
{
    char path[PATH_BYTES];
    FILE *f;

    snprintf(path, sizeof path, "%s/%s", folder, target);
    (void)mkdir(path, 0755);
    snprintf(path, sizeof path, "%s/%s/%s", folder, target, name);
    f = fopen(path, "wb");
    if (f == NULL || fwrite(b->bytes, 1, b->length_bytes, f) != b->length_bytes || fclose(f) != 0) {
        fprintf(stderr, "cannot write %s\n", path);
        exit(EXIT_FAILURE);
    }
}

int main(int argc, char **argv)
{
    size_t count;
    const struct method *const *all = all_methods(&count);
    struct buf params, text;

    if (argc != 2) {
        fprintf(stderr, "usage: %s FOLDER\n", argv[0]);
        return EXIT_FAILURE;
    }
    buf_init(&params, 0);
    buf_init(&text, 0);
    for (size_t i = 0; i < count; i++) {
        buf_clear(&params);
        add_fields(&params, all[i]->params, 0);
        buf_clear(&text);
        buf_add_char(&text, (char)(i & 0xff));
        buf_add_char(&text, (char)(i >> 8));
        buf_add(&text, params.bytes, params.length_bytes);
        write_seed(argv[1], "fuzz_shape", all[i]->name, &text);
        buf_clear(&text);
        buf_printf(&text, "{\"jsonrpc\":\"2.0\",\"id\":%zu,\"method\":\"%s\",\"params\":", i,
            all[i]->name);
        if (all[i]->kind == METHOD_WRITE && !all[i]->no_idem) {
            buf_add_text(&text, "{\"idem\":\"a-key-of-mine\"");
            if (params.length_bytes > 2)
                buf_add_char(&text, ',');
            buf_add(&text, params.bytes + 1, params.length_bytes - 1);
        } else {
            buf_add(&text, params.bytes, params.length_bytes);
        }
        buf_add_char(&text, '}');
        write_seed(argv[1], "fuzz_rpc", all[i]->name, &text);
    }
    buf_done(&params);
    buf_done(&text);
    printf("seeds for %zu methods\n", count);
    return EXIT_SUCCESS;
}
