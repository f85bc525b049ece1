// P3 on the client's side: streams that resume, prove their coverage, and say when they cannot.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Client, Gap, StreamName, Subscription } from "../src/index.js";
import { post, Refusal, Silence, type FakeServer } from "./fakeServer.js";
import { limit, sleep, until, withServer } from "./support.js";

/** Writes down what a subscription tells, as short words. */
function record(subscription: Subscription<StreamName>): string[] {
    const seen: string[] = [];
    subscription.on("event", (e) => seen.push(`event ${e.seq}`));
    subscription.on("skip", (s) => seen.push(`skip ${s.from}-${s.to}`));
    subscription.on("snapshot", (s) => seen.push(`snapshot ${s.seq}`));
    subscription.on("gap", (g) => seen.push(`gap ${g.expected} ${g.got.from}-${g.got.to}`));
    subscription.on("ended", (e) => seen.push(`ended ${e.reason}`));
    return seen;
}

async function subscribed(client: Client, stream: StreamName): Promise<[Subscription<StreamName>, string[]]> {
    const subscription = client.subscribe(stream);
    const seen = record(subscription);
    await until(`subscribed to ${stream}`, () => subscription.state === "subscribed");
    return [subscription, seen];
}

function fill(server: FakeServer, stream: string, count: number): void {
    for (let i = 0; i < count; i++) {
        server.publish(stream, post(i));
    }
}

test("begins with a snapshot, then events and skips in order", limit, () =>
    withServer(async (server, open) => {
        fill(server, "club:1", 3);
        const client = open();
        await client.connect();
        const [club, seen] = await subscribed(client, "club:1");
        server.publish("club:1", post(4));
        server.publish("club:1", null);
        server.publish("club:1", post(6));
        await until("all", () => club.position?.seq === 6);
        assert.deepEqual(seen, ["snapshot 3", "event 4", "skip 5-5", "event 6"]);
        assert.deepEqual(club.position, { epoch: "a1", seq: 6 });
    }));

test("a batch of messages is taken one by one; a range is skipped whole", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        await client.connect();
        const [, seen] = await subscribed(client, "club:1");
        server.last.send(
            { method: "event", params: { stream: "club:1", seq: 1, ...post(1) } },
            { method: "stream.skip", params: { stream: "club:1", from: 2, to: 40 } },
            { method: "event", params: { stream: "other:1", seq: 7, ...post(1) } },
            { method: "event", params: { stream: "club:1", seq: 41, ...post(1) } },
        );
        await until("all", () => seen.length === 4);
        assert.deepEqual(seen, ["snapshot 0", "event 1", "skip 2-40", "event 41"]);
    }));

test("resumes after a cut with epoch and seq, without a snapshot", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        await client.connect();
        const [club, seen] = await subscribed(client, "club:1");
        fill(server, "club:1", 2);
        await until("two", () => club.position?.seq === 2);
        server.last.cut();
        await until("noticed", () => client.state === "connecting");
        fill(server, "club:1", 1);
        server.publish("club:1", null);
        fill(server, "club:1", 1);
        server.publish("club:1", null);
        await until("all", () => club.position?.seq === 6);
        assert.deepEqual(seen, ["snapshot 0", "event 1", "event 2", "event 3", "skip 4-4", "event 5", "skip 6-6"]);
        assert.deepEqual(server.last.requests[1]?.params, { stream: "club:1", after: 2, epoch: "a1" });
    }));

test("resumes a position kept from an earlier run", limit, () =>
    withServer(async (server, open) => {
        fill(server, "me", 5);
        const client = open();
        await client.connect();
        const me = client.subscribe("me", { epoch: "a1", seq: 3 });
        const seen = record(me);
        await until("all", () => me.position?.seq === 5);
        assert.deepEqual(seen, ["event 4", "event 5"]);
    }));

test("takes the snapshot when the lineage changed or retention has passed", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        await client.connect();
        const [, seen] = await subscribed(client, "club:1");
        fill(server, "club:1", 2);
        await until("two", () => seen.length === 3);
        server.epoch = "b2";
        server.last.cut();
        await until("snapshot of another lineage", () => seen.length === 4);
        fill(server, "club:1", 1);
        await until("live again", () => seen.length === 5);
        server.last.cut();
        await until("noticed", () => client.state === "connecting");
        fill(server, "club:1", 5);
        server.floor = 8;
        await until("snapshot after retention", () => seen.length === 6);
        assert.deepEqual(seen.slice(3), ["snapshot 2", "event 3", "snapshot 8"]);
    }));

test("a gap is told, and the missing numbers are fetched on the same connection", limit, () =>
    withServer(async (server, open) => {
        const problems: string[] = [];
        const client = open();
        client.on("error", (e) => problems.push(`${e.kind} ${e.stream ?? ""}`));
        await client.connect();
        const [club, seen] = await subscribed(client, "club:1");
        fill(server, "club:1", 1);
        await until("one", () => club.position?.seq === 1);
        server.last.subscribed.clear(); // it loses two events
        fill(server, "club:1", 2);
        server.last.subscribed.add("club:1");
        fill(server, "club:1", 2); // the second arrives while the client asks again: not another gap
        await until("all", () => club.position?.seq === 5);
        assert.deepEqual(seen, ["snapshot 0", "event 1", "gap 2 4-4", "event 2", "event 3", "event 4", "event 5"]);
        assert.deepEqual(problems, ["gap club:1"]);
        assert.equal(server.peers.length, 1);
        const methods = server.last.requests.map((r) => r.method);
        assert.deepEqual(methods, ["session.auth", "stream.subscribe", "stream.unsubscribe", "stream.subscribe"]);
    }));

test("a repeat is told as a gap, and not twice as an event", limit, () =>
    withServer(async (server, open) => {
        const gaps: Gap[] = [];
        const client = open();
        await client.connect();
        const [club, seen] = await subscribed(client, "club:1");
        club.on("gap", (g) => gaps.push(g));
        fill(server, "club:1", 2);
        server.last.send(server.message("club:1", 2));
        fill(server, "club:1", 1);
        await until("all", () => club.position?.seq === 3);
        assert.deepEqual(gaps, [{ expected: 3, got: { from: 2, to: 2 } }]);
        assert.deepEqual(seen.filter((s) => s.startsWith("event")), ["event 1", "event 2", "event 3"]);
    }));

test("stream.resync brings a snapshot", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        await client.connect();
        const [club, seen] = await subscribed(client, "club:1");
        fill(server, "club:1", 2);
        server.last.tell("stream.resync", { stream: "club:1", reason: "retention" });
        await until("snapshot", () => seen.at(-1) === "snapshot 2");
        fill(server, "club:1", 1);
        await until("live", () => club.position?.seq === 3);
        assert.equal(server.last.requests.at(-1)?.params["after"], undefined);
    }));

test("stream.ended ends it, also for the next connection", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        await client.connect();
        const [club, seen] = await subscribed(client, "club:1");
        server.last.tell("stream.ended", { stream: "club:1", reason: "LEFT" });
        await until("ended", () => club.state === "unsubscribed");
        server.last.cut();
        await until("back", () => client.state === "connected" && server.peers.length === 2);
        await sleep(20);
        assert.deepEqual(seen, ["snapshot 0", "ended LEFT"]);
        assert.equal(server.requests("stream.subscribe").length, 1);
    }));

test("a refusal ends it with its reason; one that passes is tried again", limit, () =>
    withServer(async (server, open) => {
        const answer = server.handlers.get("stream.subscribe");
        let left = 2;
        server.handlers.set("stream.subscribe", (params, from) => {
            if (params["stream"] === "club:404") {
                throw new Refusal(1002, "NOT_FOUND");
            }
            if (left-- > 0) {
                throw new Refusal(1008, "UNAVAILABLE", { retry_ms: 10 });
            }
            return answer?.(params, from);
        });
        const client = open();
        await client.connect();
        const none = client.subscribe("club:404");
        const lost = record(none);
        await assert.rejects(none.ready, { reason: "NOT_FOUND" });
        assert.deepEqual(lost, ["ended NOT_FOUND"]);
        await subscribed(client, "club:1");
    }));

test("many streams are asked for in one call, each with its own answer", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        const all = Array.from({ length: 120 }, (_, i) => client.subscribe(`club:${i}`));
        await client.connect();
        await until("all subscribed", () => all.every((s) => s.state === "subscribed"));
        assert.equal(server.requests("stream.subscribe_many").length, 3);
        server.last.cut();
        await until("all again", () => server.peers.length === 2 && all.every((s) => s.state === "subscribed"));
        assert.equal(server.requests("stream.subscribe").length, 0);
    }));

test("left and asked for again at once: asked only when the leaving is answered", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        await client.connect();
        const [first] = await subscribed(client, "club:1");
        server.handlers.set("stream.unsubscribe", (_params, from) => {
            from.subscribed.clear();
            throw new Silence();
        });
        first.unsubscribe();
        const second = client.subscribe("club:1");
        const seen = record(second);
        const request = await until("leaving", () => server.requests("stream.unsubscribe")[0]);
        await sleep(30);
        assert.equal(server.requests("stream.subscribe").length, 1);
        server.last.send({ id: request.id, result: {} });
        await second.ready;
        fill(server, "club:1", 1);
        await until("live", () => seen.length === 2);
        assert.equal(first.state, "unsubscribed");
        assert.throws(() => client.subscribe("club:1"), /already/);
    }));

test("P3 twins: over random cuts, batches and skips, one that reconnects covers what one that stays covers", limit, () =>
    withServer(async (server, open) => {
        const stays = open();
        const leaves = open();
        await Promise.all([stays.connect(), leaves.connect()]);
        const [a] = await subscribed(stays, "club:1");
        const [b] = await subscribed(leaves, "club:1");
        const kept: number[] = [];
        const twin: number[] = [];
        const covered = new Set<number>();
        a.on("event", (e) => kept.push(e.seq));
        b.on("event", (e) => twin.push(e.seq));
        for (const s of [b]) {
            s.on("event", (e) => assert.ok(!covered.has(e.seq) && covered.add(e.seq)));
            s.on("skip", ({ from, to }) => {
                for (let n = from; n <= to; n++) {
                    assert.ok(!covered.has(n) && covered.add(n));
                }
            });
        }
        for (let i = 0; i < 400; i++) {
            server.publish("club:1", Math.random() < 0.2 ? null : post(i));
            if (Math.random() < 0.05) {
                for (const peer of server.peers.slice(1)) {
                    peer.cut(); // the first connection is that of the twin who stays
                    peer.subscribed.clear();
                }
            }
            if (i % 7 === 0) {
                await sleep(Math.random() * 6);
            }
        }
        await until("both have all", () => a.position?.seq === 400 && b.position?.seq === 400);
        assert.deepEqual(twin, kept);
        assert.equal(covered.size, 400);
        assert.ok(server.peers.length > 3, "it was cut off at least twice");
    }));
