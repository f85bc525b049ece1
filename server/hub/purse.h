/* purse.h -- the calls a principal, or a guest's address, may still make over HTTP: a bucket that outlives requests. */
#pragma once

#include <stdbool.h>

struct hub_limits;
struct purse;
struct purses;
struct session;

struct purses *purses_new(const struct hub_limits *limits); /* borrowed */
void purses_free(struct purses *all);                       /* NULL is fine */
/* Fills the purse of the session's principal with what its time has earned and hands that to the session.  Borrowed until
 * the next one is opened.
 */
struct purse *purse_open(struct purses *all, struct session *s);
bool purse_has_call(const struct purse *p);
void purse_close(struct purse *p, const struct session *s); /* takes back what the session left */
