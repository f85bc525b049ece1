/* consent_evidence.c -- rows of consent.*: what was said, as one can look it up and prove it (sql/api/consent_evidence.sql). */
#include <stddef.h>
#include <string.h>

#include "club/all.h"
#include "club/consent.h"
#include "hub/call.h"
#include "hub/hub.h"
#include "io/crypto_sign.h"
#include "base/arena.h"
#include "base/buf.h"

static const char *const actions[] = {"request", "give", "confirm", "refuse", "withdraw", "object",
    "unobject", "expire", "supersede", "import", NULL};

/* --- evidence -------------------------------------------------------------------------------- */

static const struct field evidence[] = {
    FIELD_ID("event", "The piece of evidence."),
    FIELD_INT("seq", 1, FIELD_POINTS_MAX, "Its number in the caller's chain."),
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_TEXT("scope", 1, 18, "Id of the club or category; 0: none."),
    FIELD_WORD("channel", consent_channels, "The channel."),
    FIELD_WORD("action", actions, "What happened."),
    FIELD_INT(
        "text_ver", 1, CONSENT_TEXT_VER_MAX, "Version of the text; null: none.", .nullable = true),
    FIELD_TEXT("locale", 2, 16, "Language of the text; null: none.", .nullable = true),
    FIELD_TEXT("text_sha256", 64, 64, "SHA-256 of the text shown; null: none.", .nullable = true),
    FIELD_TEXT("method", 1, 80, "Screen and control."),
    FIELD_TEXT("app", 1, 40, "Version of the app; null: not told.", .nullable = true),
    FIELD_TEXT(
        "session", 1, 40, "The sign-in, or the token; 0: by a link; null: none.", .nullable = true),
    FIELD_TEXT(
        "address", 1, 48, "Network it came from, /24 or /48; null: not known.", .nullable = true),
    FIELD_TEXT("agent", 1, 40, "Family of the browser; null: not known.", .nullable = true),
    FIELD_BOOL("by_guardian", "True: a guardian answered."),
    FIELD_TIME("at", "When."),
    FIELD_TEXT("prev_hash", 64, 64, "Hash of the piece before; null: the first.", .nullable = true),
    FIELD_TEXT("hash", 64, 64, "SHA-256 over prev_hash and this piece."),
    FIELD_END,
};

static const struct field history_params[] = {
    FIELD_ID("member",
        "Whose; the caller's own when left out. For the privacy team, and on the record.",
        .optional = true),
    FIELD_INT("limit", 1, 100, "Rows at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the newest when left out.", .optional = true),
    FIELD_END,
};

static const struct field history_result[] = {
    FIELD_LIST("events", 0, 100, evidence, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

static const struct field receipt_params[] = {
    FIELD_ID("member",
        "Whose; the caller's own when left out. For the privacy team, and on the record.",
        .optional = true),
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_TEXT("scope", 1, 18, "Id of the club or category; 0 when left out.", .optional = true),
    FIELD_WORD("channel", consent_channels, "The channel; none when left out.", .optional = true),
    FIELD_END,
};

static const struct field header[] = {
    FIELD_TEXT("schema", 1, 64, "Standard whose sections these are."),
    FIELD_ID("receipt", "The piece of evidence the state rests on."),
    FIELD_TEXT("language", 2, 16, "Language of the text; null: none.", .nullable = true),
    FIELD_TIME("issued_at", "When this receipt was made."),
    FIELD_END,
};

static const struct field key_item[] = {FIELD_TEXT("", 1, 40, "A key."), FIELD_END};

static const struct field processing[] = {
    FIELD_TEXT("purpose", 1, 64, "The purpose."),
    FIELD_WORD("basis", consent_bases, "Its legal basis."),
    FIELD_WORD("scope_kind", consent_scope_kinds, "What it is limited to."),
    FIELD_TEXT("scope", 1, 18, "Id of the club or category; 0: none."),
    FIELD_WORD("channel", consent_channels, "The channel."),
    FIELD_INT(
        "text_ver", 1, CONSENT_TEXT_VER_MAX, "Version of the text; null: none.", .nullable = true),
    FIELD_TEXT("title", 1, 200, "Title of the text; null: none.", .nullable = true),
    FIELD_TEXT("body", 1, 10000, "The text; null: none.", .nullable = true),
    FIELD_LIST("data_categories",
        0,
        20,
        key_item,
        "Kinds of data it needs; the app has the words.",
        .scalar_items = true),
    FIELD_LIST("recipients",
        1,
        20,
        key_item,
        "Who gets them; the app has the words.",
        .scalar_items = true),
    FIELD_TEXT("retention", 1, 200, "How long what rests on it is kept."),
    FIELD_TIME("expires_at", "When it ends by itself; null: never.", .nullable = true),
    FIELD_TEXT("withdraw", 1, 64, "The method that takes it back."),
    FIELD_END,
};

static const struct field parties[] = {
    FIELD_TEXT("controller", 1, 200, "Who is responsible."),
    FIELD_TEXT("contact", 1, 400, "How to reach them; null: as the app says.", .nullable = true),
    FIELD_TEXT("subject", 1, 64, "The caller's pseudonym."),
    FIELD_END,
};

static const struct field receipt[] = {
    FIELD_OBJECT("header", header, "What this is."),
    FIELD_OBJECT("processing", processing, "What for, in words."),
    FIELD_OBJECT("parties", parties, "Who and whose."),
    FIELD_WORD("state", consent_states, "The state of the triple."),
    FIELD_BOOL("in_force", "True: what needs this consent may be sent."),
    FIELD_LIST("events", 1, 40, evidence, "The evidence, oldest first; the newest forty."),
    FIELD_END,
};

static const struct field receipt_result[] = {
    FIELD_OBJECT("receipt", receipt, "The record of the triple."),
    FIELD_TEXT("jws",
        1,
        131072,
        "The same bytes, signed: a compact JWS (EdDSA) with a key of GET /v1/keys.json."),
    FIELD_END,
};

/* --- consent.receipt: the signature ----------------------------------------------------------- */

static enum flow receipt_look(struct call *c, const struct answer *in)
{
    const char *args[] = {
        call_who(c), call_arg(c, 0), call_arg(c, 1), call_arg(c, 2), call_arg(c, 3)};

    (void)in;
    return call_query(
        c, LANE_WRITE, "select * from api.consent_receipt($1, $2, $3, $4, $5)", 5, args);
}

/* Signed are the bytes as they are sent; who verifies takes them from the signature. */
static enum flow receipt_sign(struct call *c, const struct answer *in)
{
    const struct crypto_signer *signer = call_hub(c)->signer;
    const char *json = call_take_answer(c, in);
    size_t length = strlen(json);
    char *jws = arena_alloc(call_arena(c), crypto_signer_jws_bytes(signer, length));
    const char *reply;
    struct buf b;

    crypto_signer_jws(signer, json, length, jws);
    buf_init(&b, 0);
    buf_printf(&b, "{\"receipt\":%s,\"jws\":\"%s\"}", json, jws);
    reply = arena_copy(call_arena(c), b.bytes, b.length_bytes);
    buf_done(&b);
    return call_reply(c, reply);
}

/* --- the table ------------------------------------------------------------------------------- */

const struct method consent_evidence_methods[] = {
    {
        .name = "consent.history",
        .doc = "Lists the evidence of one member, newest first.",
        .since = "1",
        .who = WHO_MEMBER | WHO_PRIVACY,
        .kind = METHOD_READ,
        .lane = LANE_WRITE,
        .params = history_params,
        .result = history_result,
        .sql = "select * from api.consent_history($1, $2, $3, $4)",
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {
        .name = "consent.receipt",
        .doc =
            "Answers the signed record of one triple: text, evidence, and whether it is in force.",
        .since = "1",
        .who = WHO_MEMBER | WHO_PRIVACY,
        .kind = METHOD_READ,
        .lane = LANE_WRITE,
        .params = receipt_params,
        .result = receipt_result,
        .steps = STEPS(receipt_look, receipt_sign),
        .errors = ERRORS(ERR_NOT_FOUND),
    },
    {.name = NULL},
};
