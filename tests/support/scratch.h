/* scratch.h -- a folder for one program of the tests, below TMPDIR. */
#pragma once

#include <stddef.h>

enum { SCRATCH_PATH_BYTES = 512 };

/* Makes a folder of its own; its path is borrowed until scratch_remove.  What goes wrong ends the program. */
const char *scratch_make(void);
/* Path of a file in it, borrowed until the eighth call from now. */
const char *scratch_path(const char *name);
/* Writes a file in one step: aside, and renamed. */
void scratch_write(const char *name, const char *text);
/* Removes it and the files in it. */
void scratch_remove(void);
