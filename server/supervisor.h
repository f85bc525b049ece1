/* supervisor.h -- `clubhub serve`: checks, listeners, and workers that are started again when they end.
 *
 *   SIGTERM, SIGINT   drain: every worker gets SIGTERM; after drain_ms what is left is killed.  A second one: at once
 *   SIGHUP            passed on: log level, certificates
 *   a worker ends     its listener stays open here; a new worker takes it over, after a pause of at most 1 s the
 *                     first five times, then up to 30 s
 *   kill -9           workers get SIGTERM from the kernel and drain by themselves
 *
 * Rights: no_new_privs, no core dumps unless in development, a warning when it is root (SECURITY.md).
 *
 * The supervisor has no loop and no thread, so that each worker begins in a fresh process.
 */
#pragma once

#include "config.h"

/* `args` as for config_load(): read again on SIGHUP.  Returns the exit status; says on stderr why it cannot serve. */
int supervisor_run(const struct config *c, int count, char *const *args);
