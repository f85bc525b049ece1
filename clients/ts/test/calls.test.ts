// Calls: answers, errors, keys, what is sent again and what is not.

import assert from "node:assert/strict";
import { test } from "node:test";
import { HubError, type Params } from "../src/index.js";
import { Refusal, Silence, post } from "./fakeServer.js";
import { limit, sleep, until, withServer } from "./support.js";

async function failure(promise: Promise<unknown>): Promise<HubError> {
    try {
        await promise;
    } catch (problem) {
        assert.ok(problem instanceof HubError, String(problem));
        return problem;
    }
    throw new Error("it did not fail");
}

test("answers the result, and refuses with reason, code and data", limit, () =>
    withServer(async (server, open) => {
        server.handlers.set("feed.post", () => {
            throw new Refusal(1024, "LIMIT", { max: 5 });
        });
        const client = open();
        await client.connect();
        assert.deepEqual(await client.call("points.summary"), { available: 10, ver: 1 });
        const error = await failure(client.call("feed.post", { club: "1", kind: "story", body: "x" }));
        assert.equal(error.reason, "LIMIT");
        assert.equal(error.code, 1024);
        assert.equal(error.data["max"], 5);
        assert.equal(error.retryMs, null);
    }));

test("a call made before the connection is there waits for it", limit, () =>
    withServer(async (_server, open) => {
        const client = open();
        const summary = client.call("points.summary");
        void client.connect();
        assert.equal((await summary).available, 10);
    }));

test("P2 a write gets a new key; reads and account methods get none", limit, () =>
    withServer(async (server, open) => {
        server.handlers.set("feed.post", () => ({ post: "1" }));
        server.handlers.set("account.logout", () => ({}));
        const client = open();
        await client.connect();
        await client.call("feed.post", { club: "1", kind: "story", body: "a" });
        await client.call("feed.post", { club: "1", kind: "story", body: "a" });
        await client.call("points.summary");
        await client.call("account.logout");
        const keys = server.requests("feed.post").map((r) => String(r.params["idem"]));
        assert.match(keys[0] ?? "", /^[0-9a-f]{32}$/);
        assert.notEqual(keys[0], keys[1]);
        assert.equal(server.requests("points.summary")[0]?.params["idem"], undefined);
        assert.equal(server.requests("account.logout")[0]?.params["idem"], undefined);
    }));

test("P2 a write whose answer is lost is sent again with the same key", limit, () =>
    withServer(async (server, open) => {
        let attempts = 0;
        server.handlers.set("feed.post", (_params, from) => {
            if (++attempts < 4) {
                from.cut();
                throw new Silence();
            }
            return { post: "9", replay: true };
        });
        const client = open();
        await client.connect();
        assert.equal((await client.call("feed.post", { club: "1", kind: "story", body: "a" })).post, "9");
        const keys = new Set(server.requests("feed.post").map((r) => r.params["idem"]));
        assert.equal(server.requests("feed.post").length, 4);
        assert.equal(keys.size, 1);
    }));

test("P2 many writes over many cuts: one key each, every one answered once", limit, () =>
    withServer(async (server, open) => {
        const effects = new Map<string, number>();
        server.handlers.set("feed.post", (params, from) => {
            const key = String(params["idem"]);
            effects.set(key, effects.get(key) ?? effects.size);
            if (Math.random() < 0.15) {
                from.cut();
                throw new Silence();
            }
            return { post: String(effects.get(key)) };
        });
        const client = open();
        await client.connect();
        const answers = await Promise.all(Array.from({ length: 300 }, (_, i) => client.call("feed.post", { club: "1", kind: "story", body: String(i) })));
        assert.equal(effects.size, 300);
        assert.equal(new Set(answers.map((a) => a.post)).size, 300);
    }));

test("a method without a key is not repeated: DISCONNECTED", limit, () =>
    withServer(async (server, open) => {
        server.handlers.set("account.logout", (_params, from) => {
            from.cut();
            throw new Silence();
        });
        const client = open();
        await client.connect();
        assert.equal((await failure(client.call("account.logout"))).reason, "DISCONNECTED");
        assert.equal(server.requests("account.logout").length, 1);
    }));

test("a call times out, tells its key, and can be asked again with it", limit, () =>
    withServer(async (server, open) => {
        server.handlers.set("feed.post", () => {
            throw new Silence();
        });
        const client = open();
        await client.connect();
        const error = await failure(client.call("feed.post", { club: "1", kind: "story", body: "a" }, { timeoutMs: 50 }));
        assert.equal(error.reason, "NO_ANSWER");
        server.handlers.set("feed.post", () => ({ post: "3", replay: true }));
        assert.ok(error.idem !== undefined);
        await client.call("feed.post", { club: "1", kind: "story", body: "a" }, { idem: error.idem });
        const [first, second] = server.requests("feed.post");
        assert.equal(first?.params["idem"], second?.params["idem"]);
    }));

test("BUSY is tried again after its time, with the same key; not with retry: false", limit, () =>
    withServer(async (server, open) => {
        let left = 2;
        server.handlers.set("feed.post", () => {
            if (left-- > 0) {
                throw new Refusal(1007, "BUSY", { retry_ms: 10 });
            }
            return { post: "1" };
        });
        const client = open();
        await client.connect();
        await client.call("feed.post", { club: "1", kind: "story", body: "a" });
        assert.equal(new Set(server.requests("feed.post").map((r) => r.params["idem"])).size, 1);
        left = 1;
        const error = await failure(client.call("feed.post", { club: "1", kind: "story", body: "a" }, { retry: false }));
        assert.equal(error.reason, "BUSY");
        assert.equal(error.retryMs, 10);
    }));

test("no more calls are on the wire than the server allows", limit, () =>
    withServer(async (server, open) => {
        const auth = server.handlers.get("session.auth");
        server.handlers.set("session.auth", (p, from) => ({ ...(auth?.(p, from) as object), limits: { calls_in_flight: 3 } }));
        server.handlers.set("points.summary", () => {
            throw new Silence();
        });
        const client = open();
        await client.connect();
        const calls = Array.from({ length: 10 }, () => client.call("points.summary").then(() => undefined));
        await until("three requests", () => server.requests("points.summary").length === 3);
        await sleep(30);
        assert.equal(server.requests("points.summary").length, 3);
        for (let i = 0; i < 10; i++) {
            const request = await until("the next request", () => server.requests("points.summary")[i]);
            server.last.send({ id: request.id, result: { available: i, ver: i } });
        }
        await Promise.all(calls);
    }));

test("too many waiting calls are refused with QUEUE_FULL", limit, () =>
    withServer(async (_server, open) => {
        const client = open({ waitingMax: 2 });
        const waiting = [client.call("points.summary"), client.call("points.summary")].map(failure);
        assert.equal((await failure(client.call("points.summary"))).reason, "QUEUE_FULL");
        client.close();
        for (const error of await Promise.all(waiting)) {
            assert.equal(error.reason, "DISCONNECTED");
        }
    }));

const give: Params<"consent.give"> = { items: [{ purpose: "mkt.offers", text_ver: 1, locale: "en" }], base: 1 };

test("a withdrawal drops the gives that wait", limit, () =>
    withServer(async (server, open) => {
        server.handlers.set("consent.withdraw", () => ({ epoch: 3 }));
        const client = open();
        const given = failure(client.call("consent.give", give)); // no connection yet
        const withdrawn = client.call("consent.withdraw", { purpose: "mkt.offers" });
        assert.equal((await given).reason, "DROPPED");
        await client.connect();
        await withdrawn;
        assert.equal(server.requests("consent.give").length, 0);
    }));

test("a give that is under way when a withdrawal is made is not sent again", limit, () =>
    withServer(async (server, open) => {
        server.handlers.set("consent.give", () => {
            throw new Silence();
        });
        server.handlers.set("consent.withdraw", (_params, from) => {
            if (server.requests("consent.withdraw").length === 1) {
                from.cut();
                throw new Silence();
            }
            return { epoch: 3 };
        });
        const client = open();
        await client.connect();
        const given = failure(client.call("consent.give", give));
        const withdrawn = client.call("consent.withdraw", { purpose: "mkt.offers" });
        assert.equal((await given).reason, "DISCONNECTED");
        await withdrawn;
        assert.equal(server.requests("consent.give").length, 1);
    }));

for (const together of [true, false]) {
    test(`a caller sees the answer before the events it caused, in ${together ? "one message" : "two that come at once"}`, limit, () =>
        withServer(async (server, open) => {
            const seen: string[] = [];
            const client = open();
            await client.connect();
            const club = client.subscribe("club:1");
            club.on("event", () => seen.push("event"));
            await until("subscribed", () => club.state === "subscribed");
            server.handlers.set("feed.post", () => {
                throw new Silence();
            });
            const posted = client.call("feed.post", { club: "1", kind: "story", body: "a" }).then(() => seen.push("answer"));
            const request = await until("the request", () => server.requests("feed.post")[0]);
            const both = [
                { id: request.id, result: { post: "1" } },
                { method: "event", params: { stream: "club:1", seq: 1, ...post(1) } },
            ];
            for (const messages of together ? [both] : both.map((message) => [message])) {
                server.last.send(...messages);
            }
            await posted;
            await until("the event", () => seen.length === 2);
            assert.deepEqual(seen, ["answer", "event"]);
        }));
}
