/* fanout.c -- 5,000 subscribers of one club; the owner's connection emits events, all clients count them in.
 *
 * The events are post.removed: references only, about 200 bytes each on the wire, gate svc.feed.  They are written in
 * one transaction per round, so that each round reaches the worker as one tail read.
 */
#include "fanout.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crowd.h"
#include "floor.h"
#include "members.h"
#include "report.h"
#include "stage.h"

enum { WARM_ROUNDS = 10, ROUND_WAIT_S = 20 };

static struct fanout *capture; /* the first frame of client 0 of a round */

static void on_frame(void *arg, int index, const char *payload, size_t length_bytes)
{
    struct fanout *f = capture;

    (void)arg;
    if (index != 0 || f == NULL || f->frame_bytes > 0 || length_bytes + 4 > sizeof f->frame)
        return;
    f->frame[0] = (char)0x81;
    if (length_bytes < 126) {
        f->frame[1] = (char)length_bytes;
        f->frame_bytes = length_bytes + 2;
    } else {
        f->frame[1] = 126;
        f->frame[2] = (char)(length_bytes >> 8);
        f->frame[3] = (char)length_bytes;
        f->frame_bytes = length_bytes + 4;
    }
    memcpy(f->frame + f->frame_bytes - length_bytes, payload, length_bytes);
}

static void emit(int burst)
{
    char sql[512];

    snprintf(sql, sizeof sql,
        "select lib.emit_all(array(select lib.event('club:1', 'post.removed', 'svc.feed', jsonb_build_object('post', lib.new_id()::text),"
        " p_object => 'post:' || g) from generate_series(1, %d) g)); select api.wake()",
        burst);
    stage_run(sql);
}

void fanout_of_hub(const char *binary, int burst, struct fanout *out)
{
    static const char *const options[] = {
        "--handshakes_per_s=100000", "--half_open_max=10000", NULL};
    struct stage s = stage_start(binary, 1, options);
    struct crowd *c = crowd_new(FANOUT_SESSIONS, on_frame, NULL);
    uint64_t frames;
    double began = 0;

    out->frame_bytes = 0;
    members_join(c, s.port, FANOUT_SESSIONS, false);
    frames = crowd_frames(c);
    for (int round = 0; round < WARM_ROUNDS + FANOUT_ROUNDS; round++) {
        if (round == WARM_ROUNDS)
            began = report_cpu_s(s.workers[0]);
        capture = round == WARM_ROUNDS ? out : NULL;
        emit(burst);
        frames += FANOUT_SESSIONS; /* one frame carries the whole round */
        crowd_wait(c, frames, ROUND_WAIT_S);
    }
    out->cpu_s = report_cpu_s(s.workers[0]) - began;
    out->per_cpu_s = (double)FANOUT_ROUNDS * burst * FANOUT_SESSIONS / out->cpu_s;
    crowd_free(c);
    stage_stop(&s);
}

void fanout_of_floor(int burst, const struct fanout *hub, struct fanout *out)
{
    struct floor_server f = floor_start();
    struct crowd *c = crowd_new(FANOUT_SESSIONS, NULL, NULL);
    double began = 0, until;

    for (int i = 0; i < FANOUT_SESSIONS; i++)
        crowd_add(c, f.port, false, "");
    for (int round = 0; round < WARM_ROUNDS + FANOUT_ROUNDS; round++) {
        uint64_t wanted = crowd_bytes(c) + (uint64_t)FANOUT_SESSIONS * hub->frame_bytes;

        if (round == WARM_ROUNDS)
            began = report_cpu_s(f.pid);
        floor_send(&f, hub->frame, hub->frame_bytes);
        for (until = report_now_s() + ROUND_WAIT_S;
             crowd_bytes(c) < wanted && report_now_s() < until;)
            crowd_poll(c, 10);
    }
    out->cpu_s = report_cpu_s(f.pid) - began;
    out->per_cpu_s = (double)FANOUT_ROUNDS * burst * FANOUT_SESSIONS / out->cpu_s;
    crowd_free(c);
    floor_stop(&f);
}
