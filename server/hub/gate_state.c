/* gate_state.c -- reading a member's gate state from its row. */
#include "hub/gate_state.h"

#include <stdlib.h>
#include <string.h>

#include "hub/gate.h"
#include "hub/stream.h"
#include "io/db.h"
#include "base/id.h"
#include "base/mem.h"

void gate_state_forget_bits(struct member *m)
{
    for (uint32_t w = 0; w < m->bit_words; w++)
        m->bits[2 * w] = 0;
    m->bits_until_ms = 0;
}

bool gate_state_has_id(const int64_t *sorted, uint32_t count, int64_t id)
{
    uint32_t low = 0, high = count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (sorted[middle] == id)
            return true;
        if (sorted[middle] < id)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

void gate_state_clear(struct member *m)
{
    mem_free(m->grants);
    mem_free(m->clubs);
    mem_free(m->blocks);
    mem_free(m->segments);
    mem_free(m->offers);
    mem_free(m->plans);
    m->grants = NULL;
    m->clubs = NULL;
    m->blocks = m->segments = m->offers = m->plans = NULL;
    m->grant_count = m->club_count = m->block_count = m->segment_count = m->offer_count = 0;
    m->plan_count = 0;
    m->denied = 0;
    m->family = 0;
    m->family_adult = false;
    m->known = false;
    gate_state_forget_bits(m);
}

static enum gate_status status_of(const char *word)
{
    static const char *const words[] = {
        "pending", "active", "suspended", "restricted", "closing", "erased"};

    for (int i = 0; i < 6; i++) {
        if (word != NULL && strcmp(word, words[i]) == 0)
            return (enum gate_status)i;
    }
    return STATUS_ERASED;
}

static uint32_t count_items(const char *text)
{
    uint32_t n = text == NULL || text[0] == '\0' ? 0 : 1;

    for (; text != NULL && *text != '\0'; text++)
        n += *text == ',';
    return n;
}

/* "30:12:0,31:1:1790000000000" */
static void parse_grants(struct member *m, const char *text)
{
    uint32_t n = count_items(text);
    char *end = NULL;

    m->grants = n == 0 ? NULL : mem_alloc(n * sizeof *m->grants);
    for (m->grant_count = 0; m->grant_count < n; m->grant_count++) {
        struct gate_grant *grant = &m->grants[m->grant_count];

        grant->purpose = (int32_t)strtol(text, &end, 10);
        grant->scope = strtoll(end + (*end == ':'), &end, 10);
        grant->until_ms = strtoll(end + (*end == ':'), &end, 10);
        text = end + (*end == ',');
    }
}

/* "1:2,7:0": club and rank */
static void parse_clubs(struct member *m, const char *text)
{
    uint32_t n = count_items(text);
    char *end = NULL;

    m->clubs = n == 0 ? NULL : mem_alloc(n * sizeof *m->clubs);
    for (m->club_count = 0; m->club_count < n; m->club_count++) {
        m->clubs[m->club_count].club = strtoll(text, &end, 10);
        m->clubs[m->club_count].rank = (int32_t)strtol(end + (*end == ':'), &end, 10);
        text = end + (*end == ',');
    }
}

static void parse_denied(struct member *m, const char *text)
{
    char *end = NULL;

    for (uint32_t n = count_items(text); n > 0; n--) {
        long purpose = strtol(text, &end, 10);

        if (purpose >= 0 && purpose < GATE_PURPOSES_MAX)
            m->denied |= UINT64_C(1) << purpose;
        text = end + (*end == ',');
    }
}

/* "77:1": the family, and whether the member is one of its adults */
static void parse_family(struct member *m, const char *text)
{
    char *end = NULL;

    if (count_items(text) == 0)
        return;
    m->family = strtoll(text, &end, 10);
    m->family_adult = strcmp(end, ":1") == 0;
}

static int compare_ids(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static int64_t *parse_ids(const char *literal, uint32_t *out_count)
{
    size_t n = literal == NULL || strcmp(literal, "{}") == 0 ? 0 : count_items(literal);
    int64_t *ids = n == 0 ? NULL : mem_alloc(n * sizeof *ids);

    *out_count = n == 0 ? 0 : (uint32_t)id_parse_array(literal, ids, n);
    if (*out_count > 1)
        qsort(ids, *out_count, sizeof *ids, compare_ids);
    return ids;
}

void gate_state_read(struct member *m, const struct answer *a, int row)
{
    m->status = status_of(answer_text(a, row, 1));
    m->epoch = answer_i64(a, row, 2);
    m->blocks = parse_ids(answer_text(a, row, 3), &m->block_count);
    parse_grants(m, answer_text(a, row, 4));
    parse_denied(m, answer_text(a, row, 5));
    parse_clubs(m, answer_text(a, row, 6));
    m->segments = parse_ids(answer_text(a, row, 7), &m->segment_count);
    m->loaded_seq = answer_i64(a, row, 8);
    parse_family(m, answer_text(a, row, 9));
    m->offers = parse_ids(answer_text(a, row, 10), &m->offer_count);
    m->plans = parse_ids(answer_text(a, row, 11), &m->plan_count);
}

static bool is_in_club(const struct member *m, int64_t club)
{
    for (uint32_t i = 0; i < m->club_count; i++)
        if (m->clubs[i].club == club)
            return true;
    return false;
}

bool gate_state_may_follow(const struct member *m, const char *stream)
{
    int64_t id = stream_id_of(stream);

    switch (stream_kind_of(stream)) {
    case STREAM_CLUB:
        return is_in_club(m, id);
    case STREAM_FAMILY:
        return m->family == id;
    case STREAM_PLAN:
        return gate_state_has_id(m->plans, m->plan_count, id);
    default:
        return true;
    }
}
