/* elsewhere.h -- which scripts cannot be played against a server that somebody else started. */
#pragma once

struct stage;

/* Why the script at `path` cannot; NULL: it can. */
const char *elsewhere_reason(const struct stage *s, const char *path);
