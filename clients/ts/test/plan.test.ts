// The copy of a plan: what events make of it, and what it reads again.

import assert from "node:assert/strict";
import { test } from "node:test";
import { itineraryOrder, PlanCopy, type Client, type Plan, type PlanItem } from "../src/index.js";
import { Refusal, Silence, type FakeServer, type Members } from "./fakeServer.js";
import { limit, until, withServer } from "./support.js";

const at = "2031-05-01T10:00:00.000Z";

function item(id: string, version = 1, more: Partial<PlanItem> = {}): PlanItem {
    return { item: id, kind: "note", title: `v${version}`, order_key: "V", assignees: [], version, ...more };
}

function poll(id: string, version: number, more: Members = {}): Members {
    return { poll: id, state: "open", version, options: [{ option: "1", label: "A", yes: version }], voters: version, ...more };
}

const empty = {
    plan: "7", title: "Trip", state: "planning", version: 1, op_seq: 0, balances: { cur: "EUR", members: [] },
    members: [{ member: "1", role: "owner", state: "joined", joined_at: at }], items: [], polls: [], proposals: [], mine: { can: ["see"] },
};

function itemChanged(view: PlanItem | undefined, id = view?.item, op = 1): Members {
    return { type: "plan.item_changed", at, data: { plan: "7", item: id, op, ...(view === undefined ? {} : { view }) } };
}

/** A server with a plan: what plan.get and the snapshot answer can be replaced. */
async function withPlan(run: (server: FakeServer, copy: PlanCopy, got: { now: Members }, client: Client) => Promise<void>): Promise<void> {
    await withServer(async (server, open) => {
        const got: { now: Members } = { now: empty };
        const subscribe = server.handlers.get("stream.subscribe");
        server.handlers.set("session.auth", () => ({ principal: { kind: "member", id: "1" }, clubs: [], streams: [], epoch: "a1" }));
        server.handlers.set("stream.subscribe", (params, from) => {
            const answer = subscribe?.(params, from) as Members;
            return "snapshot" in answer ? { ...answer, snapshot: got.now } : answer;
        });
        server.handlers.set("plan.get", () => got.now);
        const client = open();
        await client.connect();
        const copy = new PlanCopy(client, "7");
        await copy.ready;
        await run(server, copy, got, client);
    });
}

function shown(copy: PlanCopy): Plan {
    assert.ok(copy.data !== null);
    return copy.data;
}

test("items are added, changed, sorted and taken away; each change makes a new object", limit, () =>
    withPlan(async (server, copy) => {
        const seen: Plan[] = [shown(copy)];
        copy.on("changed", (plan) => seen.push(plan));
        server.publish("plan:7", itemChanged(item("10", 1, { day: "2031-06-02" }), undefined, 1));
        server.publish("plan:7", itemChanged(item("9"), undefined, 2));
        server.publish("plan:7", itemChanged(item("11", 1, { day: "2031-06-01", order_key: "a" }), undefined, 3));
        server.publish("plan:7", itemChanged(item("12", 1, { day: "2031-06-01", order_key: "Z" }), undefined, 4));
        server.publish("plan:7", itemChanged(undefined, "10", 5));
        await until("five", () => seen.length === 6);
        assert.deepEqual(seen.map((p) => p.items.map((i) => i.item).join(" ")), ["", "10", "10 9", "11 10 9", "12 11 10 9", "12 11 9"]);
        assert.equal(shown(copy).op_seq, 5);
        assert.equal(new Set(seen).size, 6);
        assert.deepEqual(server.requests("plan.get"), []);
    }));

test("items of one place go by id, as numbers", () => {
    assert.deepEqual([item("10"), item("9")].sort(itineraryOrder).map((i) => i.item), ["9", "10"]);
});

test("an older view does not replace a newer one", limit, () =>
    withPlan(async (server, copy) => {
        const told: string[] = [];
        copy.on("event", (event) => told.push(event.type));
        server.publish("plan:7", itemChanged(item("9", 4), undefined, 4));
        server.publish("plan:7", itemChanged(item("9", 3), undefined, 3));
        server.publish("plan:7", { type: "plan.comment", at, data: { comment: "1" } });
        await until("all", () => told.length === 3);
        assert.deepEqual([shown(copy).items[0]?.title, shown(copy).op_seq], ["v4", 4]);
    }));

test("proposals are shown while they are open, polls with the caller's votes, and over without options", limit, () =>
    withPlan(async (server, copy, got) => {
        const proposal = (id: string, state: string): Members => ({ type: "plan.proposal", at, data: { proposal: id, view: { proposal: id, state } } });
        const changed = (view: Members, by: string): Members => ({ type: "poll.changed", at, actor: { member: by }, data: { poll: view["poll"], view } });
        server.publish("plan:7", proposal("20", "open"));
        server.publish("plan:7", proposal("21", "open"));
        server.publish("plan:7", proposal("20", "accepted"));
        server.publish("plan:7", changed(poll("30", 1), "2"));
        await until("one of each", () => shown(copy).polls.length === 1 && shown(copy).proposals.length === 1);
        assert.equal(shown(copy).proposals[0]?.proposal, "21");
        assert.deepEqual(shown(copy).polls[0]?.mine, []);
        assert.deepEqual(server.requests("plan.get"), []);
        got.now = { ...shown(copy), polls: [poll("30", 2, { mine: [{ option: "1", choice: "yes" }] })] };
        server.publish("plan:7", changed(poll("30", 2), "1"));
        await until("the vote", () => shown(copy).polls[0]?.mine?.length === 1);
        server.publish("plan:7", changed(poll("30", 3), "2"));
        await until("another vote", () => shown(copy).polls[0]?.voters === 3);
        assert.equal(shown(copy).polls[0]?.mine?.length, 1);
        server.publish("plan:7", changed(poll("30", 4, { state: "closed", result: { outcome: "decided" } }), "2"));
        await until("the end", () => shown(copy).polls[0]?.state === "closed");
        assert.deepEqual(Object.keys(shown(copy).polls[0] ?? {}).sort(), ["poll", "result", "state", "version"]);
    }));

test("what no event carries is read again, once for all that came meanwhile, and events that came meanwhile stand", limit, () =>
    withPlan(async (server, copy, got, client) => {
        const held: (() => void)[] = [];
        server.handlers.set("plan.get", (_, from) => {
            const { id } = from.requests.at(-1) ?? {};
            const result = got.now;
            held.push(() => from.send({ id, result }));
            throw new Silence();
        });
        const spent = { type: "expense.changed", at, data: { plan: "7", expense: "1" } };
        got.now = { ...empty, balances: { cur: "EUR", members: [{ member: "1", net: 5 }] } };
        server.publish("plan:7", spent);
        await until("the reading", () => held.length === 1);
        server.publish("plan:7", spent);
        server.publish("plan:7", spent);
        server.publish("plan:7", itemChanged(item("9", 2)));
        await until("the item", () => shown(copy).items.length === 1);
        assert.deepEqual(shown(copy).balances.members, []);
        got.now = { ...empty, items: [item("9", 2)], balances: { cur: "EUR", members: [{ member: "1", net: 6 }] } };
        held.shift()?.();
        await until("the second reading", () => held.length === 1);
        assert.equal(shown(copy).balances.members[0]?.net, 5);
        assert.deepEqual(shown(copy).items.map((i) => i.version), [2]);
        held.shift()?.();
        await until("the balance", () => shown(copy).balances.members[0]?.net === 6);
        await client.call("points.summary"); // whatever was asked before has arrived
        assert.equal(server.requests("plan.get").length, 2);
    }));

test("a reading that failed is made up for with the next connection", limit, () =>
    withPlan(async (server, copy, got) => {
        server.handlers.set("plan.get", () => {
            throw new Refusal(1000, "INTERNAL");
        });
        server.publish("plan:7", { type: "settlement.changed", at, data: { plan: "7" } });
        await until("asked", () => server.requests("plan.get").length === 1);
        got.now = { ...empty, mine: { can: ["see", "vote"] } };
        server.handlers.set("plan.get", () => got.now);
        server.last.cut();
        await until("read again", () => shown(copy).mine.can.length === 2);
        assert.equal(server.requests("plan.get").length, 2);
    }));

test("who is removed is told so, and the last of the plan stays", limit, () =>
    withPlan(async (server, copy, _, client) => {
        const ends: string[] = [];
        copy.on("ended", ({ reason }) => ends.push(reason));
        server.last.tell("stream.ended", { stream: "plan:7", reason: "REMOVED" });
        await until("the end", () => ends.length === 1);
        assert.deepEqual([ends[0], shown(copy).title], ["REMOVED", "Trip"]);
        copy.refresh();
        await client.call("points.summary");
        assert.deepEqual(server.requests("plan.get"), []);
    }));
