/* check.c -- see check.h. */
#include "check.h"

#include <stdarg.h>
#include <stdio.h>

static int passed, failed;

static void print_words(const char *format, va_list args)
{
    (void)vprintf(format, args);
    (void)printf("\n");
    (void)fflush(stdout);
}

bool check(bool holds, const char *format, ...)
{
    va_list args;

    if (holds)
        passed++;
    else
        failed++;
    (void)printf("%s %d - ", holds ? "ok" : "not ok", passed + failed);
    va_start(args, format);
    print_words(format, args);
    va_end(args);
    return holds;
}

void check_note(const char *format, ...)
{
    va_list args;

    (void)printf("# ");
    va_start(args, format);
    print_words(format, args);
    va_end(args);
}

int check_end(void)
{
    (void)printf("1..%d\n%d passed, %d failed\n", passed + failed, passed, failed);
    return failed == 0 ? 0 : 1;
}
