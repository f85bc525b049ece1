/* log.h -- one JSON line per event on stderr; ids and numbers only, never what a member wrote, never a secret.
 *
 *   log_info("worker_ready", "worker=%d port=%d", 1, 8080)
 *   -> {"at":"...","level":"info","event":"worker_ready","worker":"1","port":"8080"}
 *
 * `fields` is a printf format of space-separated key=value pairs; a value runs to the next " key=".
 * Values are escaped.  At most 1,000 lines per second and process; the rest are counted and reported once.
 */
#pragma once

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_set_level(enum log_level least);
void log_set_name(const char *process); /* "worker 2"; printed as "process"; borrowed for ever */
void log_line(enum log_level level, const char *event, const char *fields, ...)
    __attribute__((format(printf, 3, 4)));

#define log_debug(event, ...) log_line(LOG_DEBUG, event, __VA_ARGS__)
#define log_info(event, ...) log_line(LOG_INFO, event, __VA_ARGS__)
#define log_warn(event, ...) log_line(LOG_WARN, event, __VA_ARGS__)
#define log_error(event, ...) log_line(LOG_ERROR, event, __VA_ARGS__)
