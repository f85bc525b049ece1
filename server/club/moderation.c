/* moderation.c -- the rows of mod.*, member.suspend and member.restore; the functions are sql/api/moderation*.sql. */
#include <stddef.h>

#include "club/all.h"
#include "club/views.h"

enum { COUNT_MAX = 1000000, PAGE_MAX = 100 };

static const char *const cases[] = {"report", "pending", "appeal", NULL};
static const char *const kinds[] = {"post", "comment", "member", NULL};
static const char *const reasons[] = {
    "spam", "abuse", "illegal", "privacy", "off_topic", "safety", "other", NULL};
static const char *const actions[] = {
    "none", "restore", "publish", "hide", "remove", "silence", "suspend", "expel", NULL};
static const char *const grounds[] = {"terms", "illegal", NULL};
static const char *const decision_states[] = {"in_force", "appeal", "decision", "until", NULL};
static const char *const appeal_states[] = {"none", "open", "granted", "denied", NULL};
static const char *const report_states[] = {"open", "upheld", "rejected", "ignored", NULL};

/* --- the queue ------------------------------------------------------------------------------- */

static const struct field reason_count[] = {
    FIELD_WORD("reason", reasons, "A reason."),
    FIELD_INT("count", 1, COUNT_MAX, "Open reports that give it."),
    FIELD_END,
};

const struct field moderation_case_view[] = {
    FIELD_WORD("case", cases, "Why it is in the queue."),
    FIELD_WORD("kind", kinds, "What it is about."),
    FIELD_ID("target", "Its number."),
    FIELD_ID("club", "The club."),
    FIELD_TEXT("state", 1, 16, "State of the post or comment; status of the member."),
    FIELD_BOOL("staff", "True: content of the club itself."),
    FIELD_INT("reports", 0, COUNT_MAX, "Open reports."),
    FIELD_INT("weight", 0, FIELD_POINTS_MAX, "What they weigh together, in thousandths."),
    FIELD_INT("score", 0, FIELD_POINTS_MAX, "The same times the factors of their reasons."),
    FIELD_LIST("reasons", 0, 7, reason_count, "The reasons given, the most frequent first."),
    FIELD_ID(
        "decision", "The decision in force, or appealed against; null: none.", .nullable = true),
    FIELD_BOOL("automated", "True: no person took that decision.", .nullable = true),
    FIELD_ID("appeal", "The appeal to decide; null: none.", .nullable = true),
    FIELD_TIME("first_at", "When it came in."),
    FIELD_TIME("due_at", "By when it is to be decided."),
    FIELD_BOOL("overdue", "True: that has passed."),
    FIELD_END,
};

static const struct field queue_params[] = {
    FIELD_ID("club", "Which club."),
    FIELD_INT("limit", 1, PAGE_MAX, "Cases at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the heaviest when left out.", .optional = true),
    FIELD_END,
};

static const struct field queue_result[] = {
    FIELD_LIST("cases", 0, PAGE_MAX, moderation_case_view, "Heaviest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

/* --- the statement --------------------------------------------------------------------------- */

static const struct field appeal_view[] = {
    FIELD_TEXT("method", 1, 32, "The method to appeal with."),
    FIELD_TIME("until", "By when."),
    FIELD_WORD("state", appeal_states, "Where the appeal stands."),
    FIELD_ID("appeal", "The appeal; null: none.", .nullable = true),
    FIELD_TEXT("text", 1, 4000, "What it says; null: none.", .nullable = true),
    FIELD_TEXT("answer", 1, 4000, "Why it was decided so; null: not yet.", .nullable = true),
    FIELD_TIME("at", "When it was made; null: not.", .nullable = true),
    FIELD_TIME("decided_at", "When it was decided; null: not yet.", .nullable = true),
    FIELD_END,
};

const struct field moderation_statement_view[] = {
    FIELD_ID("decision", "The decision."),
    FIELD_ID("club", "The club."),
    FIELD_WORD("kind", kinds, "What it is about."),
    FIELD_ID("target", "Its number."),
    FIELD_WORD("action", actions, "What was decided."),
    FIELD_WORD("ground", grounds, "Whether the terms of the club or the law were broken."),
    FIELD_TEXT("clause", 0, 200, "Which clause; reports.<reason> of an automated one."),
    FIELD_TEXT("facts", 0, 4000, "On which facts; empty of an automated one."),
    FIELD_BOOL("automated", "True: reports brought it about, no person has looked yet."),
    FIELD_INT("reports", 0, COUNT_MAX, "How many reports led to it."),
    FIELD_WORD("reason", reasons, "What weighed most in them; null: nothing.", .nullable = true),
    FIELD_TIME("until", "Until when it holds; null: no end is set.", .nullable = true),
    FIELD_TIME("at", "When it was taken."),
    FIELD_WORD("state", decision_states, "In force, or what ended it."),
    FIELD_TIME("ended_at", "When it ended; null: it has not.", .nullable = true),
    FIELD_OBJECT("appeal",
        appeal_view,
        "How to appeal; null: there is nothing to appeal against.",
        .nullable = true),
    FIELD_END,
};

/* --- one case -------------------------------------------------------------------------------- */

static const struct field case_params[] = {
    FIELD_WORD("kind", kinds, "What it is about."),
    FIELD_ID("target", "Its number."),
    FIELD_ID("club", "In which club; needed with a member.", .optional = true),
    FIELD_END,
};

static const struct field author[] = {
    FIELD_ID("member", "The member.", .optional = true),
    FIELD_TEXT("handle", 1, 24, "The member's handle.", .optional = true, .nullable = true),
    FIELD_TEXT("status", 1, 16, "The member's status.", .optional = true),
    FIELD_TIME("silenced_until", "May not write until then.", .optional = true, .nullable = true),
    FIELD_BOOL("former", "True: a member who has left for good.", .optional = true),
    FIELD_BOOL("staff", "True: staff of the club.", .optional = true),
    FIELD_END,
};

static const struct field before[] = {
    FIELD_INT("version", 1, COUNT_MAX, "Its version."),
    FIELD_TEXT("body", 0, 1000, "The first words of the text then."),
    FIELD_TIME("at", "When it was replaced."),
    FIELD_END,
};

static const struct field words[] = {
    FIELD_OBJECT("author", author, "Whose it is."),
    FIELD_ID("post", "The post, or that of the comment; null: a member.", .nullable = true),
    FIELD_TEXT("title", 1, 120, "Title; null: none.", .nullable = true),
    FIELD_TEXT("body", 0, 10000, "Text; empty when it is deleted."),
    FIELD_TIME("at", "When it was written.", .nullable = true),
    FIELD_TIME("edited_at", "When it was last edited; null: never.", .nullable = true),
    FIELD_LIST("before", 0, 2, before, "Earlier texts, newest first; kept for 30 days."),
    FIELD_END,
};

static const struct field report[] = {
    FIELD_ID("report", "The report."),
    FIELD_WORD("reason", reasons, "Its reason."),
    FIELD_TEXT("note", 1, 500, "The first words of its note; null: none.", .nullable = true),
    FIELD_INT("weight", 0, 5000, "What it weighs, in thousandths."),
    FIELD_WORD("state", report_states, "Where it stands."),
    FIELD_BOOL("staff", "True: by staff."),
    FIELD_TIME("at", "When it was made."),
    FIELD_END,
};

static const struct field earlier[] = {
    FIELD_ID("decision", "The decision."),
    FIELD_WORD("action", actions, "What was decided."),
    FIELD_TEXT("clause", 0, 200, "Which clause."),
    FIELD_TIME("at", "When."),
    FIELD_WORD("ended_by", decision_states, "What ended it; null: in force.", .nullable = true),
    FIELD_END,
};

static const struct field case_result[] = {
    FIELD_WORD("kind", kinds, "What it is about."),
    FIELD_ID("target", "Its number."),
    FIELD_ID("club", "The club."),
    FIELD_TEXT("state", 1, 16, "State of the post or comment; status of the member."),
    FIELD_LIST("cases", 0, 3, moderation_case_view, "Its rows in the queue."),
    FIELD_OBJECT("words", words, "What it says."),
    FIELD_LIST("reports", 0, 10, report, "Reports, open ones first, then by weight."),
    FIELD_LIST("decisions", 0, 1, moderation_statement_view, "The newest decision about it."),
    FIELD_LIST("author_decisions", 0, 10, earlier, "Decisions about its author in this club."),
    FIELD_END,
};

/* --- deciding -------------------------------------------------------------------------------- */

static const char *const outcomes[] = {"granted", "denied", NULL};

static const struct field decide_params[] = {
    FIELD_WORD("kind", kinds, "What it is about."),
    FIELD_ID("target", "Its number."),
    FIELD_ID("club", "In which club; needed with a member.", .optional = true),
    FIELD_WORD("action",
        actions,
        "None leaves it as it is, against the reports; restore takes back what was decided; "
        "silence, suspend and expel are about the author."),
    FIELD_WORD("ground", grounds, "Terms when left out.", .optional = true),
    FIELD_TEXT("clause",
        1,
        200,
        "Which clause was broken; needed when something is taken.",
        .optional = true),
    FIELD_TEXT("facts",
        1,
        4000,
        "On which facts, for the author to read; needed when something is taken. Names no "
        "reporter.",
        .optional = true),
    FIELD_INT("days",
        1,
        365,
        "For how long: 1 to 30 with silence; left out with suspend: until "
        "it is lifted.",
        .optional = true),
    FIELD_END,
};

static const struct field decide_result[] = {
    FIELD_ID("decision", "The decision."),
    FIELD_WORD("action", actions, "What was decided."),
    FIELD_TEXT("state", 1, 16, "State of the target now."),
    FIELD_TIME("until", "Until when it holds; null: no end is set.", .nullable = true),
    FIELD_INT("reports", 0, COUNT_MAX, "Reports closed by it."),
    FIELD_END,
};

static const struct field suspend_params[] = {
    FIELD_ID("member", "The member."),
    FIELD_ID("club", "The club in which it is decided."),
    FIELD_WORD("ground", grounds, "Terms when left out.", .optional = true),
    FIELD_TEXT("clause", 1, 200, "Which clause was broken."),
    FIELD_TEXT("facts", 1, 4000, "On which facts, for the member to read."),
    FIELD_INT("days", 1, 365, "For how long; until it is lifted when left out.", .optional = true),
    FIELD_END,
};

static const struct field restore_params[] = {
    FIELD_ID("member", "The member."),
    FIELD_ID("club", "The club in which it was decided."),
    FIELD_TEXT("facts", 1, 4000, "Why, for the member to read.", .optional = true),
    FIELD_END,
};

/* --- appeals and statements ------------------------------------------------------------------ */

static const struct field appeal_params[] = {
    FIELD_ID("decision", "The decision."),
    FIELD_TEXT("text", 1, 4000, "Why it is wrong."),
    FIELD_END,
};

static const struct field appeal_result[] = {
    FIELD_ID("appeal", "The appeal."),
    FIELD_ID("decision", "The decision."),
    FIELD_WORD("state", appeal_states, "Open."),
    FIELD_END,
};

static const struct field appeal_decide_params[] = {
    FIELD_ID("appeal", "The appeal."),
    FIELD_WORD("outcome", outcomes, "Granted undoes the decision."),
    FIELD_TEXT("facts", 1, 4000, "Why, for the member to read."),
    FIELD_END,
};

static const struct field appeal_decide_result[] = {
    FIELD_ID("appeal", "The appeal."),
    FIELD_ID("decision", "The decision."),
    FIELD_WORD("outcome", outcomes, "How it was decided."),
    FIELD_WORD("state", decision_states, "The decision: in force, or what ended it."),
    FIELD_INT("reports", 0, COUNT_MAX, "Reports closed or reversed by it."),
    FIELD_END,
};

static const struct field decisions_params[] = {
    FIELD_INT("limit", 1, PAGE_MAX, "Statements at most; 20 when left out.", .optional = true),
    FIELD_TEXT(
        "cursor", 1, 64, "From the page before; the newest when left out.", .optional = true),
    FIELD_END,
};

static const struct field decisions_result[] = {
    FIELD_LIST("decisions", 0, PAGE_MAX, moderation_statement_view, "Newest first."),
    FIELD_TEXT("cursor", 1, 64, "For the next page; null: this was the last.", .nullable = true),
    FIELD_END,
};

/* --- the table ------------------------------------------------------------------------------- */

const struct method moderation_methods[] = {
    {
        .name = "member.restore",
        .doc = "Lifts what was decided about a member in a club.",
        .since = "1",
        .who = WHO_MODERATOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = restore_params,
        .result = decide_result,
        .sql = "select * from api.member_restore($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("moderation.decision",
            "report.closed",
            "report.decided",
            "membership.changed",
            "metric.updated",
            "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "member.suspend",
        .doc = "Suspends a member, who then reads points, consents and statements only.",
        .since = "1",
        .who = WHO_MODERATOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = suspend_params,
        .result = decide_result,
        .sql = "select * from api.member_suspend($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        .publishes =
            PUBLISHES("moderation.decision", "report.closed", "report.decided", "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "mod.appeal",
        .doc = "Appeals against a decision about something of the caller's, once.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .params = appeal_params,
        .result = appeal_result,
        .sql = "select * from api.mod_appeal($1, $2, $3, $4, $5)",
        .publishes = PUBLISHES("report.new"),
        .errors = ERRORS(ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "mod.appeal_decide",
        .doc = "Decides an appeal; another person than the one who took the decision.",
        .since = "1",
        .who = WHO_MODERATOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = appeal_decide_params,
        .result = appeal_decide_result,
        .sql = "select * from api.mod_appeal_decide($1, $2, $3, $4, $5, $6)",
        .publishes = PUBLISHES("moderation.decision",
            "report.closed",
            "report.decided",
            "post.published",
            "comment.changed",

            "membership.changed",
            "metric.updated",
            "notify.added"),
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_INVALID_STATE),
    },
    {
        .name = "mod.case",
        .doc = "Answers all about one target: its words, its author, reports and decisions.",
        .since = "1",
        .who = WHO_MODERATOR,
        .kind = METHOD_READ,
        .lane = LANE_WRITE,
        .params = case_params,
        .result = case_result,
        .sql = "select * from api.mod_case($1, $2, $3, $4)",
        .errors = ERRORS(ERR_FORBIDDEN, ERR_NOT_FOUND),
    },
    {
        .name = "mod.decide",
        .doc = "Decides a case; what it takes is gone everywhere when it is answered.",
        .since = "1",
        .who = WHO_MODERATOR,
        .kind = METHOD_WRITE,
        .lane = LANE_WRITE,
        .barrier = true,
        .params = decide_params,
        .result = decide_result,
        .sql = "select * from api.mod_decide($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        .publishes = PUBLISHES("moderation.decision",
            "report.closed",
            "report.decided",
            "post.published",
            "post.removed",
            "comment.changed",
            "membership.changed",
            "metric.updated",
            "notify.added",
            "waitlist.changed",
            "waitlist.offered",
            "queue.position",
            "offer.availability",
            "approval.needed",
            "plan.changed",
            "plan.item_changed",
            "plan.proposal",
            "poll.changed",
            "plan.member",
            "resv.changed",
            "resv.invited"),
        .errors = ERRORS(
            ERR_FORBIDDEN, ERR_NOT_FOUND, ERR_GONE, ERR_INVALID_STATE, ERR_APPROVAL_REQUIRED),
    },
    {
        .name = "mod.decisions",
        .doc = "Lists the statements of reasons that the caller has got, newest first.",
        .since = "1",
        .who = WHO_MEMBER,
        .kind = METHOD_READ,
        .lane = LANE_READ,
        .params = decisions_params,
        .result = decisions_result,
        .sql = "select * from api.mod_decisions($1, $2, $3)",
    },
    {
        .name = "mod.queue",
        .doc = "Lists what waits for the moderators of a club, heaviest first.",
        .since = "1",
        .who = WHO_MODERATOR,
        .kind = METHOD_READ,
        .lane = LANE_WRITE,
        .params = queue_params,
        .result = queue_result,
        .sql = "select * from api.mod_queue($1, $2, $3, $4)",
        .errors = ERRORS(ERR_FORBIDDEN),
    },
    {.name = NULL},
};
