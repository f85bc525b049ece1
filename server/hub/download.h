/* download.h -- GET /v1/export/<token>: an archive made as it is read, page by page, never held whole.
 *
 *   page from the database --> a file of the archive --> the socket, as fast as the peer takes it --> next page
 *
 * A node serves DOWNLOADS_MAX at a time; a peer that takes nothing for 30 s is cut.
 */
#pragma once

struct downloads;
struct http_request;
struct hub;

struct downloads *downloads_new(struct hub *h);
void downloads_free(struct downloads *d); /* cuts what is under way */

/* Answers the request, now or later: 404 when the link is not, or no longer, good. */
void downloads_get(struct downloads *d, struct http_request *r, const char *token);
