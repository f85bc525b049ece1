/* purposes.c -- what the gate knows of each purpose; ids, scopes and texts are those of table club.purpose.
 *
 * `statuses` is step 1 of the gate (domain.md 12.7):
 *   pending      svc.account, legal.*
 *   active       everything
 *   suspended    svc.account, svc.points, legal.*, li.security
 *   closing      the same
 *   restricted   svc.account, svc.resv, svc.support, legal.*
 *   erased       nothing
 */
#include "club/purposes.h"

#include <stddef.h>

enum {
    ACTIVE = 1 << STATUS_ACTIVE,
    LEAVING = 1 << STATUS_SUSPENDED | 1 << STATUS_CLOSING,
    LIMITED = 1 << STATUS_RESTRICTED,
    NEW = 1 << STATUS_PENDING,
    ALL = NEW | ACTIVE | LEAVING | LIMITED
};

const struct gate_purpose purposes[] = {
    /* staff: by the role of the recipient, never to members */
    {.id = 0, .code = "staff", .basis = BASIS_ROLE},
    {.id = 1, .code = "svc.account", .basis = BASIS_CONTRACT, .statuses = ALL},
    {.id = 2, .code = "svc.points", .basis = BASIS_CONTRACT, .statuses = ACTIVE | LEAVING},
    {.id = 3, .code = "svc.resv", .basis = BASIS_CONTRACT, .statuses = ACTIVE | LIMITED},
    {.id = 4, .code = "svc.plan", .basis = BASIS_CONTRACT, .statuses = ACTIVE},
    {.id = 5, .code = "svc.family", .basis = BASIS_CONTRACT, .statuses = ACTIVE},
    {.id = 6, .code = "svc.support", .basis = BASIS_CONTRACT, .statuses = ACTIVE | LIMITED},
    {.id = 7, .code = "svc.benefit", .basis = BASIS_CONTRACT, .statuses = ACTIVE},
    {.id = 8, .code = "svc.feed", .basis = BASIS_CONTRACT, .statuses = ACTIVE, .blockable = true},
    {.id = 10, .code = "legal.privacy", .basis = BASIS_LEGAL, .statuses = ALL},
    {.id = 11, .code = "legal.moderation", .basis = BASIS_LEGAL, .statuses = ALL},
    {.id = 12, .code = "legal.accounting", .basis = BASIS_LEGAL, .statuses = ALL},
    {.id = 13, .code = "legal.safety", .basis = BASIS_LEGAL, .statuses = ALL},
    {.id = 20, .code = "li.security", .basis = BASIS_INTEREST, .statuses = ACTIVE | LEAVING},
    {.id = 21, .code = "li.survey", .basis = BASIS_INTEREST, .statuses = ACTIVE},
    {.id = 30, .code = "mkt.offers", .basis = BASIS_CONSENT, .statuses = ACTIVE},
    {.id = 31, .code = "mkt.magazine", .basis = BASIS_CONSENT, .statuses = ACTIVE},
    {.id = 32, .code = "mkt.events", .basis = BASIS_CONSENT, .statuses = ACTIVE},
    {.id = 33, .code = "mkt.early_access", .basis = BASIS_CONSENT, .statuses = ACTIVE},
    {.id = 34, .code = "mkt.surprise", .basis = BASIS_CONSENT, .statuses = ACTIVE},
    {.id = 40, .code = "prof.personalise", .basis = BASIS_CONSENT, .statuses = ACTIVE},
    {.id = 50,
        .code = "com.profile",
        .basis = BASIS_CONSENT,
        .statuses = ACTIVE,
        .blockable = true},
    {.id = 51, .code = "com.travel", .basis = BASIS_CONSENT, .statuses = ACTIVE, .blockable = true},
    {.id = 52, .code = "com.tag", .basis = BASIS_CONSENT, .statuses = ACTIVE, .blockable = true},
    {.id = 53,
        .code = "com.presence",
        .basis = BASIS_CONSENT,
        .statuses = ACTIVE,
        .blockable = true},
    {.id = 54, .code = "com.badge", .basis = BASIS_CONSENT, .statuses = ACTIVE, .blockable = true},
    {.id = 55, .code = "com.match", .basis = BASIS_CONSENT, .statuses = ACTIVE, .blockable = true},
    {.id = 60, .code = "special.access", .basis = BASIS_CONSENT, .statuses = ACTIVE},
    {.code = NULL},
};
