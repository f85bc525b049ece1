/* script.h -- one script, line by line.  The language is in README.md beside the scripts. */
#pragma once

#include <stdbool.h>

struct stage;

/* Plays the file on a fresh stage.  Returns whether it went as written; prints the line and the problem if not. */
bool script_play(struct stage *s, const char *path);
