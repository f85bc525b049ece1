/* mailer.h -- the option mailer = log, for development: in place of a mail service the hub takes the messages itself and
 * prints their codes and links on stderr, one line per message, without the address.
 */
#pragma once

struct hub;
struct mailer;

struct mailer *mailer_new(struct hub *h); /* borrows the hub */
void mailer_free(struct mailer *m);       /* after db_close; NULL is fine */
