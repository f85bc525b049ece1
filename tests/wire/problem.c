/* problem.c -- the first thing that went wrong. */
#include "problem.h"

#include <stdarg.h>
#include <stdio.h>

bool problem_set(struct problem *p, const char *format, ...)
{
    va_list args;

    if (p->text[0] != '\0')
        return false;
    va_start(args, format);
    (void)vsnprintf(p->text, sizeof p->text, format, args); /* cut if longer */
    va_end(args);
    return false;
}
