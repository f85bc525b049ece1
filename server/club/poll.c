/* poll.c -- the rows of polls of a plan; the functions are sql/api/poll.sql and poll_close.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum {
    OPTIONS_MIN = 2,
    OPTIONS_MAX = 20,
    LABEL_MAX = 60,
    TITLE_MAX = 120,
    VOTERS_MAX = 100,
    SCORE_MAX = 2 * VOTERS_MAX
};

static const char *const kinds[] = {"single", "multi", "approval", "dates", NULL};
static const char *const choices[] = {"yes", "maybe", "no", NULL};
static const char *const tie_rules[] = {"owner", "earliest_option", NULL};
static const char *const states[] = {"open", "tied", "closed", "cancelled", NULL};
static const char *const outcomes[] = {"decided", "no_quorum", "none", "tied", "ended", NULL};
static const char *const effects[] = {"none", "applied", "rejected", "stale", "refused", NULL};

/* --- what is seen ---------------------------------------------------------------------------- */

const struct field poll_refs[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("poll", "The poll."),
    FIELD_WORD("state", states, "Its state; tied: the owner of the plan decides."),
    FIELD_INT("version",
        1,
        FIELD_POINTS_MAX,
        "Rises with every change; not with the votes of a secret poll that is open."),
    FIELD_END,
};

static const struct field option_id[] = {FIELD_ID(NULL, "An option."), FIELD_END};

static const struct field result[] = {
    FIELD_WORD("outcome",
        outcomes,
        "Decided; too few have voted; nothing had a score; tied; or ended by the plan, which was "
        "locked, cancelled or over."),
    FIELD_ID("winner", "The option that has won; null: none.", .nullable = true),
    FIELD_WORD("effect",
        effects,
        "What it did to the plan: nothing, what it was to do, turned the proposal down, found what "
        "it was to change changed, or could not."),
    FIELD_LIST("best",
        0,
        OPTIONS_MAX,
        option_id,
        "The options with the highest score; nothing wins that has none.",
        .scalar_items = true),
    FIELD_END,
};

static const struct field on_close[] = {
    FIELD_ID("apply_proposal",
        "A proposal that is accepted when the first option wins, and rejected when another does.",
        .optional = true),
    FIELD_BOOL("set_dates",
        "True: the plan gets the dates that win; of polls on dates.",
        .optional = true),
    FIELD_END,
};

static const struct field vote[] = {
    FIELD_ID("option", "An option of the poll."),
    FIELD_WORD("choice",
        choices,
        "Yes when left out; maybe and no in polls of approval and on dates.",
        .optional = true),
    FIELD_END,
};

static const struct field option_view[] = {
    FIELD_ID("option", "The option."),
    FIELD_TEXT("label", 1, LABEL_MAX, "What it says."),
    FIELD_TEXT("from", 10, 10, "First day; of polls on dates.", .optional = true),
    FIELD_TEXT("to", 10, 10, "Last day.", .optional = true),
    FIELD_INT("yes", 0, VOTERS_MAX, "So many are for it.", .optional = true),
    FIELD_INT("maybe", 0, VOTERS_MAX, "So many may be.", .optional = true),
    FIELD_INT("no", 0, VOTERS_MAX, "So many are against it.", .optional = true),
    FIELD_INT("score",
        0,
        SCORE_MAX,
        "Votes; of approval and dates twice the yes and once the maybe.",
        .optional = true),
    FIELD_END,
};

/* clang-format off */
#define POLL_FIELDS                                                                                        \
    FIELD_ID("poll", "The poll."), FIELD_ID("plan", "Its plan."), FIELD_WORD("kind", kinds, "Its kind."),  \
    FIELD_TEXT("title", 1, TITLE_MAX, "What is asked."), FIELD_WORD("state", states, "Its state."),        \
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version."),                                             \
    FIELD_BOOL("secret_until_close", "True: until it is closed nobody sees who or how many."),             \
    FIELD_INT("quorum", 1, VOTERS_MAX, "So many must vote, else nothing comes of it."),                    \
    FIELD_INT("max_choices", 1, OPTIONS_MAX, "So many options at most; of multi.", .nullable = true),      \
    FIELD_WORD("tie_rule", tie_rules, "Who decides between equal scores."),                                \
    FIELD_BOOL("close_when_all_voted", "True: it closes as the last one votes."),                          \
    FIELD_TIME("closes_at", "Votes count until then."),                                                    \
    FIELD_OBJECT("on_close", on_close, "What closing it does; null: nothing.", .nullable = true),          \
    FIELD_TIME("closed_at", "When it was closed; null: not yet.", .nullable = true),                       \
    FIELD_OBJECT("result", result, "What came of it; null: not yet.", .nullable = true),                   \
    FIELD_ID("by", "Who has opened it; null: somebody who is not in the plan any more.",                   \
        .nullable = true),                                                                                 \
    FIELD_INT("voters", 0, VOTERS_MAX, "So many have voted.", .optional = true),                           \
    FIELD_LIST("mine", 0, OPTIONS_MAX, vote, "What the caller has said.", .optional = true),               \
    FIELD_LIST("options", OPTIONS_MIN, OPTIONS_MAX, option_view,                                           \
        "Its options; in plan.get not of polls that are closed.", .optional = true)
/* clang-format on */

const struct field poll_view[] = {POLL_FIELDS, FIELD_END};

static const struct field votes_of[] = {
    FIELD_ID("member", "A member of the plan, as plan.get tells who that is."),
    FIELD_LIST("votes", 1, OPTIONS_MAX, vote, "What that member has said."),
    FIELD_END,
};

static const struct field poll_whole[] = {
    POLL_FIELDS,
    FIELD_LIST("votes",
        0,
        VOTERS_MAX,
        votes_of,
        "Who has said what, of those who are in the plan; nothing while a secret poll is open."),
    FIELD_END,
};

static const struct field poll_only[] = {
    FIELD_ID("poll", "The poll."),
    FIELD_END,
};

/* --- what members do ------------------------------------------------------------------------- */

static const struct field option[] = {
    FIELD_TEXT("label",
        1,
        LABEL_MAX,
        "What it says; of dates they themselves when left out.",
        .optional = true),
    FIELD_TEXT("from", 10, 10, "First day, like 2027-05-31; of polls on dates.", .optional = true),
    FIELD_TEXT("to", 10, 10, "Last day, 366 days later at most.", .optional = true),
    FIELD_END,
};

static const struct field open_params[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_WORD("kind",
        kinds,
        "single: one option; multi: max_choices of them; approval: yes, maybe or no to each; dates: the same, to days."),
    FIELD_TEXT("title", 1, TITLE_MAX, "What is asked."),
    FIELD_LIST("options", OPTIONS_MIN, OPTIONS_MAX, option, "What to choose from, no label twice."),
    FIELD_TIME("closes_at", "Votes count until then, 90 days at most."),
    FIELD_INT("max_choices",
        1,
        OPTIONS_MAX,
        "So many options at most; of multi, and needed there.",
        .optional = true),
    FIELD_BOOL("secret_until_close",
        "True: until it is closed nobody sees who or how many.",
        .optional = true),
    FIELD_INT("quorum",
        1,
        VOTERS_MAX,
        "So many must vote, else nothing comes of it; 1 when left out.",
        .optional = true),
    FIELD_WORD("tie_rule",
        tie_rules,
        "Who decides between equal scores: the owner, unless said otherwise.",
        .optional = true),
    FIELD_BOOL("close_when_all_voted", "True: it closes as the last one votes.", .optional = true),
    FIELD_OBJECT("on_close", on_close, "What closing it does.", .optional = true),
    FIELD_END,
};

static const struct field vote_params[] = {
    FIELD_ID("poll", "The poll."),
    FIELD_LIST("votes", 1, OPTIONS_MAX, vote, "All that the caller says, no option twice."),
    FIELD_END,
};

static const struct field close_params[] = {
    FIELD_ID("poll", "The poll."),
    FIELD_ID("option", "Of a tied poll: which of the best it is.", .optional = true),
    FIELD_END,
};

static const struct field close_result[] = {
    FIELD_ID("plan", "The plan."),
    FIELD_ID("poll", "The poll."),
    FIELD_WORD("state", states, "Closed, or tied."),
    FIELD_INT("version", 1, FIELD_POINTS_MAX, "Its version."),
    FIELD_OBJECT("result", result, "What came of it."),
    FIELD_END,
};

const struct method poll_methods[] = {
    {
        .name = "plan.poll",
        .doc = "Shows a poll of a plan and who has said what, as far as that may be told.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = poll_only,
        .result = poll_whole,
        .sql = "select * from api.plan_poll($1, $2)",
        .errors = ERRORS(ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_RESTRICTED),
    },
    {
        .name = "plan.poll_close",
        .doc = "Ends a poll before its time; of a tied one the owner says which option it is.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = close_params,
        .result = close_result,
        .sql = "select * from api.plan_poll_close($1, $2, $3, $4, $5)",
        .publishes =
            PUBLISHES("plan.changed", "plan.item_changed", "plan.proposal", "poll.changed"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.poll_open",
        .doc = "Asks the members of a plan, and says what the answer does when the poll closes.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = open_params,
        .result = poll_refs,
        .sql =
            "select * from api.plan_poll_open($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
        .publishes = PUBLISHES("poll.changed"),
        .errors = ERRORS(ERR_FORBIDDEN,
            ERR_NOT_FOUND,
            ERR_NOT_MEMBER,
            ERR_INVALID_STATE,
            ERR_LIMIT,
            ERR_RESTRICTED),
    },
    {
        .name = "plan.unvote",
        .doc = "Takes back all that the caller has said in a poll.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = poll_only,
        .result = poll_refs,
        .sql = "select * from api.plan_unvote($1, $2, $3, $4)",
        .publishes = PUBLISHES("poll.changed"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {
        .name = "plan.vote",
        .doc =
            "Says what the caller is for, in place of all the caller has said in that poll before.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = vote_params,
        .result = poll_refs,
        .sql = "select * from api.plan_vote($1, $2, $3, $4, $5)",
        .publishes =
            PUBLISHES("plan.changed", "plan.item_changed", "plan.proposal", "poll.changed"),
        .errors =
            ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_NOT_MEMBER, ERR_INVALID_STATE, ERR_RESTRICTED),
    },
    {.name = NULL},
};
