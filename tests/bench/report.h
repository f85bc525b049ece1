/* report.h -- medians, CPU times of processes, and the one JSON line per case. */
#pragma once

#include <stddef.h>
#include <sys/types.h>

struct report_case {
    const char *bench, *name, *unit;
    double value, floor; /* floor 0: there is none, ratio is null */
    int runs;
    const char *limits; /* options and settings the bench changed, "a=1 b=2" */
    const char *more;   /* further members, `"p50":1.2,"p99":3.4`, or NULL */
};

double report_median(double *values, size_t count);             /* sorts */
double report_quantile(double *values, size_t count, double q); /* sorts */
/* User and system time of a process so far, in seconds. */
double report_cpu_s(pid_t pid);
/* Resident memory of a process now, in KiB. */
double report_resident_kib(pid_t pid);
double report_now_s(void);
void report_print(const struct report_case *c);
