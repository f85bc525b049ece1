/* report.c -- see report.h. */
#include "report.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

double report_quantile(double *values, size_t count, double q)
{
    size_t at;

    if (count == 0)
        return 0;
    qsort(values, count, sizeof *values, compare);
    at = (size_t)(q * (double)(count - 1) + 0.5);
    return values[at];
}

double report_median(double *values, size_t count)
{
    return report_quantile(values, count, 0.5);
}

double report_cpu_s(pid_t pid)
{
    char path[64];
    unsigned long user = 0, system = 0;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    f = fopen(path, "r");
    if (f == NULL || fscanf(f, "%*d %*s %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu", &user,
                         &system) != 2) {
        fprintf(stderr, "report: no CPU time of process %d\n", (int)pid);
        exit(1);
    }
    fclose(f);
    return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

double report_resident_kib(pid_t pid)
{
    char path[64], line[128];
    long kib = -1;
    FILE *f;

    snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
    f = fopen(path, "r");
    while (f != NULL && kib < 0 && fgets(line, sizeof line, f) != NULL)
        (void)sscanf(line, "VmRSS: %ld kB", &kib);
    if (kib < 0) {
        fprintf(stderr, "report: no memory of process %d\n", (int)pid);
        exit(1);
    }
    fclose(f);
    return (double)kib;
}

double report_now_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void report_print(const struct report_case *c)
{
    printf("{\"bench\":\"%s\",\"case\":\"%s\",\"value\":%.3f,", c->bench, c->name, c->value);
    if (c->floor > 0)
        printf("\"floor\":%.3f,", c->floor);
    else
        printf("\"floor\":null,");
    printf("\"unit\":\"%s\",", c->unit);
    if (c->floor > 0)
        printf("\"ratio\":%.3f,", c->value / c->floor);
    else
        printf("\"ratio\":null,");
    printf("\"runs\":%d,\"limits\":\"%s\"%s%s}\n", c->runs, c->limits, c->more == NULL ? "" : ",",
        c->more == NULL ? "" : c->more);
    fflush(stdout);
}
