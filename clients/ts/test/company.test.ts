// Signals: typed, outside the numbers of the stream, and forgotten when their time is over or the connection is lost.

import assert from "node:assert/strict";
import { test } from "node:test";
import { company, type Client, type Signal } from "../src/index.js";
import { post, type FakeServer } from "./fakeServer.js";
import { limit, until, withServer } from "./support.js";

function tell(server: FakeServer, type: string, data: unknown, stream = "plan:7"): void {
    server.last.send({ method: "signal", params: { stream, type, data } });
}

async function watching(client: Client) {
    await client.connect();
    const plan = client.subscribe("plan:7");
    const here = company(plan);
    const seen: Signal[] = [];
    plan.on("signal", (signal) => seen.push(signal));
    await until("subscribed", () => plan.state === "subscribed");
    return { plan, seen, here };
}

test("signals are told as they are, and take no number", limit, () =>
    withServer(async (server, open) => {
        const { plan, seen } = await watching(open());
        tell(server, "typing", { member: "2", item: "9", ttl_ms: 6000 });
        tell(server, "typing", { member: "2", ttl_ms: 6000 });
        tell(server, "presence", { member: "3", on: true, ttl_ms: 60000 });
        tell(server, "presence", { member: "3", on: false });
        tell(server, "presence", { member: "4", on: true, ttl_ms: 1 }, "plan:8");
        tell(server, "waving", { member: "5", ttl_ms: 1 });
        tell(server, "typing", { ttl_ms: 1 });
        tell(server, "typing", "x");
        server.publish("plan:7", post(1));
        await until("the event after them", () => plan.position?.seq === 1);
        assert.deepEqual(seen, [
            { type: "typing", member: "2", item: "9", ttlMs: 6000 },
            { type: "typing", member: "2", item: null, ttlMs: 6000 },
            { type: "presence", member: "3", on: true, ttlMs: 60000 },
            { type: "presence", member: "3", on: false },
        ]);
    }));

test("who is there: comes, goes, and is forgotten when not told again", limit, () =>
    withServer(async (server, open) => {
        const { here } = await watching(open());
        let changes = 0;
        here.onChange(() => changes++);
        tell(server, "presence", { member: "2", on: true, ttl_ms: 60000 });
        tell(server, "presence", { member: "2", on: true, ttl_ms: 60000 });
        tell(server, "presence", { member: "3", on: true, ttl_ms: 60000 });
        tell(server, "typing", { member: "3", item: "9", ttl_ms: 60000 });
        await until("typing", () => here.typing.length === 1);
        assert.deepEqual(here.present, ["2", "3"]);
        assert.deepEqual(here.typing, [{ member: "3", item: "9" }]);
        assert.equal(changes, 3);
        tell(server, "presence", { member: "3", on: false });
        await until("gone", () => here.present.length === 1);
        assert.deepEqual(here.typing, []);
        tell(server, "presence", { member: "2", on: true, ttl_ms: 20 });
        tell(server, "typing", { member: "4", ttl_ms: 20 });
        await until("both forgotten", () => here.present.length === 0 && here.typing.length === 0);
        assert.equal(changes, 7);
    }));

test("a lost connection and stop() empty it", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        const { plan, here } = await watching(client);
        tell(server, "presence", { member: "2", on: true, ttl_ms: 60000 });
        await until("there", () => here.present.length === 1);
        server.last.cut();
        await until("empty", () => here.present.length === 0);
        await until("subscribed again", () => plan.state === "subscribed");
        tell(server, "presence", { member: "2", on: true, ttl_ms: 60000 });
        await until("there again", () => here.present.length === 1);
        here.stop();
        assert.deepEqual(here.present, []);
        tell(server, "presence", { member: "2", on: true, ttl_ms: 60000 });
        server.publish("plan:7", post(1));
        await until("the event after it", () => plan.position?.seq === 1);
        assert.deepEqual(here.present, []);
    }));
