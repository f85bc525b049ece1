/* planted.h -- what nobody may read in a log: every secret and every text of a member that went over the wire.
 *
 * The scripts plant them without knowing: tokens, passwords, codes, links, names, addresses, bodies of posts.  In the end the
 * logs of all servers, at their most talkative, and that of the database are searched for each of them.
 */
#pragma once

struct fleet;
struct json;
struct planted;

struct planted *planted_new(void);
void planted_free(struct planted *p);

void planted_text(
    struct planted *p, const char *name, const char *value); /* under the name of its member */
void planted_json(struct planted *p, const struct json *message);
void planted_request(struct planted *p, const char *text); /* what is no JSON is left out */

/* How many are in the logs of servers that have ended; prints each with its line.  None planted counts as one, too. */
int planted_search(const struct planted *p, const struct fleet *f);
/* How many secrets are in a table as they are. */
int planted_search_tables(const struct planted *p, struct fleet *f);
