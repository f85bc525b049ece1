/* lease.h -- the right to hand event bytes to sockets, on CLOCK_BOOTTIME (architecture.md 6.4).
 *
 *   lease_may_write() raises a flag and looks at the clock; lease_wrote() lowers the flag.  Between the two lies one
 *   write.  Each renewal arms a timer_create(CLOCK_BOOTTIME) signal, directed at the loop's thread, at the lease end.
 *   If it finds the flag up it calls _exit(75); else, if the loop has not parked, it cuts every listed socket itself.
 *
 * The list holds the descriptors of sessions whose socket layer holds event bytes back; it is always ready for the
 * handler (plain ints, one store each).  One lease per process: a signal handler has no argument.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

struct lease;
struct loop;

enum { LEASE_EXIT_STATUS = 75, LEASE_PARK_MS = 150, LEASE_NO_SLOT = -1 };

/* `parked` is called from the loop LEASE_PARK_MS before the end if no renewal came, and when the loop finds that the
 * handler cut; `regained` when a renewal opens the gate again.
 */
struct lease *lease_new(
    struct loop *l, void (*parked)(void *arg), void (*regained)(void *arg), void *arg);
void lease_free(struct lease *l);

/* A renewal sent at sent_at was answered: the lease lasts lease_ms from there. */
void lease_renewed(struct lease *l, struct boot_ns sent_at, unsigned lease_ms);
void lease_drop(struct lease *l); /* rejoin, lineage: shut at once */

bool lease_is_held(const struct lease *l);
bool lease_may_write(
    struct lease *l); /* true: the caller must call lease_wrote() right after its one write */
void lease_wrote(struct lease *l);

/* Puts a descriptor into the list; *slot is kept up to date until lease_unlist (and is LEASE_NO_SLOT outside).  False:
 * the list is full, cut the session now.  Unlist before the descriptor is closed.
 */
bool lease_list(struct lease *l, int fd, int32_t *slot);
void lease_unlist(struct lease *l, int32_t *slot);

int64_t lease_left_ms(const struct lease *l); /* <= 0: not held */
uint64_t lease_lost_count(const struct lease *l);
