/* barrier.pml -- the lease and the withdrawal barrier, as a model for spin.
 *
 * One member, one purpose, N nodes, one database, one clock.  A node hands bytes of the purpose to
 * the member's sockets while its gate state passes and its lease lasts.  A withdrawal is executed,
 * committed, answered, held until it is in force on every node, and then acknowledged.
 *
 *      OUT -> INSERTING -> INSERTED -> IN -> (fenced; a renewal that hits no row) -> OUT
 *                any of them -> DEAD (killed, or _exit by the lease signal), or LEAVING -> DEAD (drain)
 *
 * (1) A process that takes no step is stopped, slow, or cut off from the database: nothing ever
 *     forces a node to run, while the clock, the database and the other nodes go on.
 * (2) Once `acknowledged` is set, no byte of the purpose is handed to any socket.
 *
 * Each flag listed in run.sh breaks one rule, and spin must then find a violation of (2).  REACH
 * turns a thing that must be possible into a violation, so that (2) cannot hold by doing nothing.
 */

#ifndef N
#define N 2                     /* nodes, 2 or 3 */
#endif
#ifndef LEASE
#define LEASE 1                 /* ticks from the sending of an answered renewal */
#endif
#ifndef FENCE
#define FENCE LEASE             /* ticks a beat stands still, on the waiter's clock, before the delete */
#endif
#ifndef CALLS
#define CALLS 2                 /* times the client sends its withdrawal, always with one key */
#endif
#ifndef LOSSES
#define LOSSES 0                /* renewals whose connection breaks under way */
#endif
#ifndef GIVES
#define GIVES 0                 /* stored consent.give calls that arrive late */
#endif

#ifndef WAITER_ONLY
#define WAITER_ONLY 0           /* 1: node 0 only takes calls and never joins */
#endif

#define REACH_FENCED_ACK 1      /* acknowledged without a live node that was fenced */
#define REACH_REJOINED 2        /* a fenced node is back and serves again */
#define REACH_REPLAY_ACK 3      /* acknowledged by a node that did not commit it */
#define REACH_OLD_READ 4        /* a read older than the withdrawal was thrown away */
#define REACH_SIGNAL_EXIT 5     /* the lease ended between the look and the write */
#define REACH_CUT 6             /* the signal cut a socket that held a partial */
#define REACH_GIVE_REFUSED 7    /* the late give met another epoch */
#define REACH_BEAT_SAVED 8      /* the delete of a silent row hit nothing: the node lives */
#define REACH_ALL_APPLIED_ACK 9 /* acknowledged with every node in and able to write */
#ifndef REACH
#define REACH 0
#endif

mtype:phase   = { OUT, INSERTING, INSERTED, IN, LEAVING, DEAD };
mtype:renewal = { IDLE, SENT, EXECUTED, HIT, MISS };
mtype:call    = { NONE, ASKED, WAITING, PASSED };

/* The database: what is committed, and the one transaction that may hold the sys row. */
#define FREE 255
#define GIVE 254
byte head = 0;                  /* sys seq, and the consent epoch: every entry is about the member */
byte withdrawn_seq = 0;         /* also the answer stored under the idempotency key; 0 is none */
byte writer = FREE;             /* who has executed and not committed: a node, GIVE, or nobody */
byte calls_left = CALLS;
#if GIVES > 0
byte gives_left = GIVES;
#endif
#ifdef NO_BASE
byte given_seq = 0;
#endif
#if defined(REPLAY_NO_WAIT) || REACH == REACH_REPLAY_ACK
byte first = FREE;              /* the node whose call committed: any other gets a replay */
#endif
#if REACH == REACH_REJOINED
byte fenced = FREE;
#endif

bit  row[N];                    /* node rows; a beat is only ever compared, see same[] */
byte row_applied[N];

/* The nodes. */
mtype:phase   phase[N] = OUT;
mtype:renewal renewal[N] = IDLE;
mtype:call    call[N] = NONE;
byte applied[N];
bit  passes[N];                 /* gate state is known and passes; 0 is shut or unknown */
byte read[N];                   /* a read under way: the sys_seq of its snapshot + 1, or 0 */
bit  partial[N];                /* a socket of the member holds bytes that were not taken yet */
byte lease[N];                  /* ticks left */
byte renewal_lease[N];          /* ticks left of the lease, should the renewal under way be answered */
byte renewal_applied[N];

#ifdef STALE_NODE_COUNT
bit  alone[N];                   /* the last renewal saw no other row */
#endif

#if LOSSES > 0
/* A renewal whose connection broke: the server may still run it, much later. */
byte losses_left = LOSSES;
byte lost_node = FREE;
byte lost_applied = 0;
#endif

/* Waiters: w's view of j's row is entry w * N + j. */
#define AT(w, j) ((w) * N + (j))
#define DELETING (FENCE + 1)
bit  same[N * N];               /* the beat w has seen is still the row's beat */
byte still[N * N];              /* ticks since w first saw it; DELETING once the delete is sent */

bit acknowledged = 0;           /* the reply was handed to the client's socket */

/* What a snapshot of sys_seq s says about the purpose. */
#ifdef NO_BASE
#define GRANTED(s) (withdrawn_seq == 0 || (s) < withdrawn_seq || \
                    (given_seq > withdrawn_seq && (s) >= given_seq))
#else
#define GRANTED(s) (withdrawn_seq == 0 || (s) < withdrawn_seq)
#endif

/* The rules, and what is left of them when a flag breaks one. */
#ifdef NO_LEASE
#define MAY_WRITE(i) true
#else
#define MAY_WRITE(i) (lease[i] > 0)
#endif

#if defined(NO_LEASE) || defined(CHECK_PER_TURN)
#define SIGNAL_IN_WRITE(i) false
#else
#define SIGNAL_IN_WRITE(i) (lease[i] == 0)
#endif

#if defined(NO_LEASE) || defined(NO_CUT_AT_SIGNAL)
#define SIGNAL_CUTS(i) false
#else
#define SIGNAL_CUTS(i) (lease[i] == 0)
#endif

#ifdef NO_SNAPSHOT_COMPARE
#define STATE_IS_OLD(i) false
#else
#define STATE_IS_OLD(i) (read[i] - 1 < applied[i])
#endif

#ifdef NO_HANDOFF_COMPARE
#define REPLY_IS_OLD(i) false
#else
#define REPLY_IS_OLD(i) (read[i] - 1 < applied[i])
#endif

#ifdef REPORT_BEFORE_APPLY
#define REPORTED(i) head
#else
#define REPORTED(i) applied[i]
#endif

#ifdef JOIN_READ_EARLY
#define MAY_READ(i) (phase[i] == IN || phase[i] == INSERTING)
#else
#define MAY_READ(i) (phase[i] == IN)
#endif

#ifdef FENCE_NO_LOCK
#define ROW_LOCKED(j) false
#else
#define ROW_LOCKED(j) (renewal[j] == EXECUTED)
#endif

#ifdef NO_FENCE_BEAT
#define DELETE_HITS(w, j) row[j]
#else
#define DELETE_HITS(w, j) (row[j] && same[AT(w, j)])
#endif

#ifdef SELF_FENCE
#define MAY_FENCE(w, j) true
#else
#define MAY_FENCE(w, j) ((w) != (j))
#endif

#ifdef LEAVE_UNPARKED
#define MAY_LEAVE(i) (phase[i] == IN && renewal[i] == IDLE && row[i])
#else
#define MAY_LEAVE(i) (phase[i] == LEAVING)
#endif

#ifdef NO_FENCE_WAIT
#define SILENT(w, j) same[AT(w, j)]
#else
#define SILENT(w, j) (same[AT(w, j)] && still[AT(w, j)] == FENCE)
#endif

#if defined(NO_CUT_ON_APPLY)
#define APPLY_CUTS(i) false
#elif defined(CALLER_EXEMPT)
#define APPLY_CUTS(i) (call[i] == NONE)
#else
#define APPLY_CUTS(i) true
#endif

#ifdef CALLER_EXEMPT
#define REPLY_IS_BEHIND(i) partial[i]   /* the partial is the calling socket's: it leaves first */
#else
#define REPLY_IS_BEHIND(i) false
#endif

/* Bytes of the purpose reach a socket. */
inline hand_to_socket()
{
    assert(!acknowledged || REACH)
}

inline forget_row(w, j)
{
    same[AT(w, j)] = 0;
    still[AT(w, j)] = 0
}

/* Row j has another beat, or is gone: no waiter's view of it holds.  A delete under way stays. */
inline beat_moved(j)
{
    for (k : 0 .. N - 1) {
        same[AT(k, j)] = 0;
        still[AT(k, j)] = (still[AT(k, j)] == DELETING -> DELETING : 0)
    }
    k = 0
}

inline row_gone(j)
{
    row[j] = 0;
    row_applied[j] = 0;
    beat_moved(j)
}

inline renew_row(j, seq)
{
    if
    :: row[j] -> row_applied[j] = seq; beat_moved(j)
    :: else
    fi
}

inline drop_memory(i)
{
    applied[i] = 0;
#ifndef KEEP_STATE
    passes[i] = 0;
    read[i] = 0;
    partial[i] = 0;
#endif
    lease[i] = 0
}

inline call_ends(i)
{
    call[i] = NONE;
    for (k : 0 .. N - 1) {
        forget_row(i, k)
    }
    k = 0
}

/* What the database still runs for a dead node (a renewal, a withdrawal) goes on. */
inline die(i)
{
    phase[i] = DEAD;
    drop_memory(i);
    renewal_lease[i] = 0;
    call_ends(i);
    renewal[i] = (renewal[i] == SENT || renewal[i] == EXECUTED -> renewal[i] : IDLE)
}

/* One query reads all node rows; passed if every row has applied the withdrawal. */
inline read_rows(w)
{
    call[w] = PASSED;
    for (k : 0 .. N - 1) {
        if
        :: !row[k] || row_applied[k] >= withdrawn_seq -> forget_row(w, k)
        :: else ->
            call[w] = WAITING;
            if
            :: MAY_FENCE(w, k) && SILENT(w, k) -> still[AT(w, k)] = DELETING
            :: MAY_FENCE(w, k) && still[AT(w, k)] == 0 && !same[AT(w, k)] -> same[AT(w, k)] = 1
            :: else
            fi
        fi
    }
    k = 0;
#ifdef ACK_BEFORE_APPLIED
    call[w] = PASSED;
#endif
#ifdef STALE_NODE_COUNT
    call[w] = (alone[w] -> PASSED : call[w]);
#endif
#ifdef REPLAY_NO_WAIT
    call[w] = (first != w -> PASSED : call[w]);
#endif
    if
    :: call[w] == PASSED -> call_ends(w); call[w] = PASSED
    :: else
    fi
}

inline acknowledge(i)
{
#if REACH == REACH_FENCED_ACK
    for (k : 0 .. N - 1) {
        assert(!(phase[k] == IN && !row[k]))
    }
    k = 0;
#elif REACH == REACH_ALL_APPLIED_ACK
    for (k : 0 .. N - 1) {
        calls_left = (phase[k] == IN && lease[k] > 0 -> calls_left : 100)
    }
    k = 0;
    assert(calls_left == 100);
#elif REACH == REACH_REPLAY_ACK
    assert(first == i);
#endif
    acknowledged = 1;
    calls_left = 0;
    for (m : 0 .. N - 1) {
        call_ends(m)
    }
    m = 0
}

inline run_delete(w, j)
{
    if
    :: DELETE_HITS(w, j) ->
        row_gone(j)
#if REACH == REACH_REJOINED
        ; fenced = j
#endif
    :: else ->
        assert(REACH != REACH_BEAT_SAVED || !row[j])
    fi;
    forget_row(w, j)
}

/* A node: one thread.  Between two of its steps any time may pass. */
proctype node(byte i)
{
    byte k = 0;
    byte m = 0;

end:
    do
    /* Joining: insert the row, await the commit, read the head. */
    :: d_step { phase[i] == OUT && !row[i] && !(WAITER_ONLY && i == 0) ->
        phase[i] = INSERTING;
#ifdef JOIN_READ_EARLY
        applied[i] = head
#endif
       }
    :: d_step { phase[i] == INSERTED ->
        phase[i] = IN;
#ifndef JOIN_READ_EARLY
        applied[i] = head
#endif
       }

    /* The lease: a renewal is sent, and answered with a row or without one. */
    :: d_step { (phase[i] == INSERTED || phase[i] == IN) && renewal[i] == IDLE ->
        renewal[i] = SENT;
        renewal_applied[i] = (phase[i] == IN -> REPORTED(i) : 0);
        renewal_lease[i] = LEASE
       }
    :: d_step { renewal[i] == HIT ->
        renewal[i] = IDLE;
        lease[i] = renewal_lease[i];
        renewal_lease[i] = 0
#if REACH == REACH_REJOINED
        ; assert(!(fenced == i && phase[i] == IN && lease[i] > 0))
#endif
       }
    :: d_step { renewal[i] == MISS ->
        renewal[i] = IDLE;
        renewal_lease[i] = 0;
        phase[i] = OUT;
        drop_memory(i)
       }
#if LOSSES > 0
    :: d_step { losses_left > 0 && renewal[i] == SENT && phase[i] != DEAD ->
        losses_left--;
        lost_node = i;
        lost_applied = renewal_applied[i];
        renewal[i] = IDLE;
        renewal_applied[i] = 0;
        renewal_lease[i] = 0
       }
#endif

    /* Applying the next sys entry, early or late. */
    :: d_step { phase[i] == IN && applied[i] < head ->
        applied[i]++;
        passes[i] = 0;
        partial[i] = (APPLY_CUTS(i) -> 0 : partial[i])
       }

    /* A read begins, and ends as gate state, as an answer that is too old, or as a reply. */
    :: d_step { MAY_READ(i) && read[i] == 0 -> read[i] = head + 1 }
    :: d_step { phase[i] == IN && read[i] != 0 && !STATE_IS_OLD(i) ->
        passes[i] = GRANTED(read[i] - 1);
        read[i] = 0
       }
    :: d_step { phase[i] == IN && read[i] != 0 && read[i] - 1 < applied[i] ->
        assert(REACH != REACH_OLD_READ);
        read[i] = 0
       }
#ifndef SMALL
    :: d_step { phase[i] == IN && read[i] != 0 && !REPLY_IS_OLD(i) && GRANTED(read[i] - 1) &&
                MAY_WRITE(i) ->
        read[i] = 0
       }
       goto writing
#endif

    /* An event: the look at the clock, then the write.  A stop may fall between the two. */
    :: passes[i] && phase[i] == IN && MAY_WRITE(i) ->
       goto writing

    /* The socket takes the rest, unless the signal has cut it. */
    :: d_step { partial[i] ->
        if
        :: SIGNAL_CUTS(i) -> assert(REACH != REACH_CUT)
        :: else -> hand_to_socket()
        fi;
        partial[i] = 0
       }

    /* The withdrawal: asked, answered or replayed, held, acknowledged. */
    :: d_step { calls_left > 0 && call[i] == NONE && phase[i] != DEAD &&
                (calls_left < CALLS || i == 0) ->
        calls_left--;
        call[i] = ASKED
       }
    :: d_step { call[i] == ASKED && withdrawn_seq != 0 -> call[i] = WAITING }
    :: d_step { call[i] == WAITING -> read_rows(i) }
    :: d_step { call[i] == PASSED && !REPLY_IS_BEHIND(i) -> acknowledge(i) }

    /* Drain: the gate is shut and partials are cut before the row is taken away. */
    :: d_step { phase[i] == IN && renewal[i] == IDLE -> die(i); phase[i] = LEAVING }

#ifndef SMALL
    /* kill -9 */
    :: d_step { phase[i] != DEAD -> die(i) }
#endif
    od;

writing:
    if
    :: d_step { SIGNAL_IN_WRITE(i) -> assert(REACH != REACH_SIGNAL_EXIT); die(i) }
    :: d_step { !SIGNAL_IN_WRITE(i) -> hand_to_socket() }
#ifndef SMALL
    :: d_step { !SIGNAL_IN_WRITE(i) -> hand_to_socket(); partial[i] = 1 }
#endif
    fi;
    goto end
}

/* The database's side of the statements about node i's row, and of its call. */
proctype backend(byte i)
{
    byte k = 0;

end:
    do
    :: d_step { phase[i] == INSERTING ->
        phase[i] = INSERTED;
        row[i] = 1;
        row_applied[i] = head;
        beat_moved(i)
       }

    /* A renewal: execute takes the row's lock, commit shows the new beat. */
    :: d_step { renewal[i] == SENT && row[i] -> renewal[i] = EXECUTED }
    :: d_step { renewal[i] == SENT && !row[i] ->
        renewal[i] = (phase[i] == DEAD -> IDLE : MISS);
        renewal_applied[i] = 0
       }
    :: d_step { renewal[i] == EXECUTED ->
        renewal[i] = (phase[i] == DEAD -> IDLE : HIT);
        renew_row(i, renewal_applied[i]);
#ifdef STALE_NODE_COUNT
        alone[i] = !row[1 - i];
#endif
        renewal_applied[i] = 0
       }
#if LOSSES > 0
    :: d_step { lost_node == i && renewal[i] != EXECUTED ->
        renew_row(i, lost_applied);
        lost_node = FREE;
        lost_applied = 0
       }
#endif

    :: d_step { MAY_LEAVE(i) ->
        row_gone(i);
        phase[i] = (phase[i] == LEAVING -> DEAD : phase[i])
       }

    /* The delete of a silent row waits for an uncommitted renewal. */
    :: d_step { still[AT(0, i)] == DELETING && !ROW_LOCKED(i) -> run_delete(0, i) }
    :: d_step { still[AT(1, i)] == DELETING && !ROW_LOCKED(i) -> run_delete(1, i) }
#if N > 2
    :: d_step { still[AT(2, i)] == DELETING && !ROW_LOCKED(i) -> run_delete(2, i) }
#endif

    /* The withdrawal: the sys row is held from execute to commit, or to abort. */
    :: d_step { call[i] == ASKED && writer == FREE && withdrawn_seq == 0 -> writer = i }
    :: d_step { writer == i ->
        writer = FREE;
        head++;
        withdrawn_seq = head
#if defined(REPLAY_NO_WAIT) || REACH == REACH_REPLAY_ACK
        ; first = i
#endif
       }
    :: d_step { writer == i -> writer = FREE }
    od
}

#if GIVES > 0
/* A consent.give that a phone stored when its screen showed epoch 0. */
proctype late_give()
{
end:
    do
    :: d_step { gives_left > 0 && writer == FREE ->
        gives_left--;
#ifdef NO_BASE
        writer = GIVE
#else
        if
        :: head == 0 -> writer = GIVE
        :: else -> assert(REACH != REACH_GIVE_REFUSED)
        fi
#endif
       }
    :: d_step { writer == GIVE ->
        writer = FREE;
        head++;
#ifdef NO_BASE
        given_seq = head
#endif
       }
    od
}
#endif

/* Time: one tick for every clock, whether its owner runs or not. */
proctype clock()
{
    byte k = 0;

end:
    do
    :: d_step {
        true ->
        for (k : 0 .. N - 1) {
            lease[k] = (lease[k] > 0 -> lease[k] - 1 : 0);
            renewal_lease[k] = (renewal_lease[k] > 0 -> renewal_lease[k] - 1 : 0)
        }
        for (k : 0 .. N * N - 1) {
            still[k] = (same[k] && still[k] < FENCE -> still[k] + 1 : still[k])
        }
        k = 0
       }
    od
}

init {
    byte i = 0;
    atomic {
#if GIVES > 0
        run late_give();
#endif
        for (i : 0 .. N - 1) {
            run node(i);
            run backend(i)
        }
        i = 0;
        run clock()
    }
}
