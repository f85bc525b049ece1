/* describe.h -- the protocol as JSON: clients/protocol.json, printed by `clubhub describe`. */
#pragma once

struct buf;

/* Appends the whole file: 2 spaces of indent, one newline at the end; the same for every build and host. */
void describe_print(struct buf *out);
