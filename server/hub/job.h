/* job.h -- the timers of domain.md 18: SQL functions run by whichever node holds the job's advisory lock.
 * The table of jobs is handed in by main.c (club/jobs.c).
 */
#pragma once

struct hub;
struct jobs;

struct job {
    const char *name;
    unsigned period_ms;
    const char *doc;
}; /* ends with name NULL */

struct jobs *jobs_new(struct hub *h, const struct job *table);
void jobs_free(struct jobs *j);
