// trip.test.ts -- a trip planned together against the real server, as an app builder writes it: four members with two
// devices each make a plan, change it at once, disagree, vote, spend, settle, part and hand it over.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { between, type Plan } from "../src/index.js";
import { refusal } from "./buyer.js";
import { sql } from "./database.js";
import { realServer, type RealServer } from "./server.js";
import { limit, until } from "./support.js";
import { inDays, Party, Traveller } from "./traveller.js";
import { booking } from "./tripBooking.js";
import { money, parting } from "./tripEnd.js";

const server = realServer();

if (server !== undefined) {
    describe("a trip", () => suite(server));
}

function suite(server: RealServer): void {
    let party: Party;
    const days = ["2031-06-10", "2031-06-11"] as const;

    before(async () => {
        const found = sql(
            "select m.member_id from membership m join member p using (member_id) where m.club_id = 1 and m.status = 'active'" +
                " and p.status = 'active' and not p.under_18 and m.member_id between 34 and 42 order by 1 limit 4",
        );
        const [ana, ben, cleo, dov] = await Promise.all(found.map((id) => Traveller.signIn(server, id)));
        assert.ok(ana && ben && cleo && dov);
        party = new Party(ana, ben, cleo, dov);
    });

    after(() => {
        for (const traveller of party?.all ?? []) {
            traveller.close();
        }
    });

    test("a plan is made, and others come by a link", limit, async () => {
        const { ana, ben, cleo, dov } = party;
        const made = await ana.call("plan.create", { club: "1", title: "Hut to hut", dest: "Rondane", starts_on: days[0], ends_on: days[1] });
        const { plan } = made;
        party.plan = plan;
        assert.deepEqual([made.state, made.currency, made.mine.role], ["draft", "EUR", "owner"]);
        await ana.open(plan);
        const one = await ana.call("plan.invite", { plan, role: "editor" });
        await ana.sees("planning", (shown) => shown.state === "planning");
        const joined = await ben.call("plan.join", { token: one.token ?? "" });
        assert.deepEqual([joined.plan, joined.role, joined.share_level], [plan, "editor", "handle"]);
        await assert.rejects(cleo.call("plan.join", { token: one.token ?? "" }), refusal("GONE", {}));
        const link = await ana.call("plan.invite", { plan, role: "voter", max_uses: 3, hours: 1 });
        party.link = link.token ?? "";
        const info = await cleo.call("plan.invite_info", { token: party.link });
        assert.deepEqual([info.title, info.starts_on, info.members], ["Hut to hut", days[0], 2]);
        await cleo.call("plan.join", { token: party.link, share_level: "profile" });
        await dov.call("plan.join", { token: party.link });
        await ana.call("plan.set_role", { plan, member: dov.id, role: "viewer" });
        await Promise.all([ben, cleo, dov].map((t) => t.open(plan)));
        await party.allSee("four", (shown) => shown.members.length === 4 && shown.members.some((m) => m.role === "viewer"));
        assert.deepEqual(ana.shown.members.map((m) => m.member), [ana, ben, cleo, dov].map((t) => t.id));
    });

    test("everybody says what the others see", limit, async () => {
        const { ana, ben, cleo, plan } = party;
        const nameOf = (t: Traveller) => (shown: Plan) => shown.members.find((m) => m.member === t.id)?.name;
        assert.equal(nameOf(ben)(ana.shown), undefined);
        await party.allSee("the name of who shows it", (shown) => nameOf(cleo)(shown) !== undefined);
        await ben.call("plan.set_share", { plan, share_level: "profile" });
        await party.allSee("another", (shown) => nameOf(ben)(shown) !== undefined);
        await cleo.call("plan.set_share", { plan, share_level: "handle" });
        await party.allSee("the handle only", (shown) => nameOf(cleo)(shown) === undefined);
    });

    test("each role may do its own, and is told so", limit, async () => {
        const { ben, cleo, dov, plan } = party;
        const [owner, editor, voter, viewer] = party.all.map((t) => t.shown.mine.can) as [string[], string[], string[], string[]];
        assert.deepEqual(viewer, ["see"]);
        assert.deepEqual(voter, ["see", "comment", "vote", "propose", "expense", "book"]);
        assert.deepEqual(editor, ["see", "comment", "vote", "propose", "item", "attach", "undo", "expense", "poll", "invite", "book"]);
        assert.deepEqual(owner.filter((a) => !editor.includes(a)), ["comment_delete_any", "expense_any", "role", "remove", "lock", "cancel", "hold"]);
        const set = { kind: "note", title: "Mine", order_key: "V" } as const;
        await assert.rejects(cleo.call("plan.item_add", { plan, set }), refusal("FORBIDDEN", {}));
        await assert.rejects(dov.call("plan.comment", { plan, body: "Me too" }), refusal("FORBIDDEN", {}));
        await assert.rejects(ben.call("plan.remove", { plan, member: dov.id }), refusal("FORBIDDEN", {}));
    });

    test("19.6 two fields at once both stand; of one field both values are told, and whoever comes second decides", limit, async () => {
        const { ana, ben, plan, items } = party;
        let last: string | null = null;
        for (const [name, title] of [["ferry", "Ferry"], ["hut", "Hut"], ["dinner", "Dinner"]] as const) {
            last = between(last);
            const { item } = await ana.call("plan.item_add", { plan, set: { kind: "activity", title, order_key: last, day: days[0] } });
            items[name] = item;
        }
        for (const base of [1, 2, 3, 4]) {
            await ben.call("plan.item_set", { item: items.hut, base, set: { notes: `Draft ${base}` } });
        }
        await party.allSee("version 5", (shown) => shown.items.find((i) => i.item === items.hut)?.version === 5);
        const item = items.hut;
        const base = 5;
        assert.equal((await ana.call("plan.item_set", { item, base, set: { title: "Hut of Ana" } })).version, 6);
        assert.equal((await ben.call("plan.item_set", { item, base, set: { day: days[1] } })).version, 7);
        const mine = { title: "Hut of Ben" };
        const problem = await ben.call("plan.item_set", { item, base, set: mine }).catch((e: unknown) => e);
        refusal("CONFLICT", { fields: ["title"], mine, by: ana.id })(problem);
        const { current } = (problem as { data: { current: { title: string; day: string; version: number } } }).data;
        assert.deepEqual([current.title, current.day, current.version], ["Hut of Ana", days[1], 7]);
        // keep mine: the same again, on what is there now
        assert.equal((await ben.call("plan.item_set", { item, base: current.version, set: mine })).version, 8);
        await party.allSee("mine", (shown) => shown.items.some((i) => i.item === item && i.title === mine.title && i.day === days[1]));
        // keep theirs: nothing is sent, what came with the refusal is shown
        await assert.rejects(ana.call("plan.item_set", { item, base: 6, set: { title: "Hut again" } }), refusal("CONFLICT", { fields: ["title"], by: ben.id }));
        assert.equal(ana.item(item).title, mine.title);
        await assert.rejects(ben.call("plan.item_set", { item, base: 99, set: mine }), refusal("INVALID_PARAMS", { path: "base" }));
    });

    test("moved by several at once, all lists end in one order", limit, async () => {
        const { ana, ben, items } = party;
        await ben.call("plan.item_move", { item: items.hut, base: 8, order_key: ana.item(items.hut).order_key, day: days[0] });
        await party.allSee("the first day", (shown) => shown.items.every((i) => i.day === days[0]));
        const { ferry, dinner } = items;
        const top = between(null, ana.item(ferry).order_key);
        await Promise.all([
            ana.call("plan.item_move", { item: dinner, base: 1, order_key: top }),
            ben.call("plan.item_move", { item: ferry, base: 1, order_key: between(ana.item(items.hut).order_key, ana.item(dinner).order_key) }),
        ]);
        await party.allSee("the new order", (shown) => shown.items.map((i) => i.item).join() === [dinner, items.hut, ferry].join());
        assert.deepEqual(ana.titles(days[0]), ["Dinner", "Hut of Ben", "Ferry"]);
        await assert.rejects(ana.call("plan.item_move", { item: ferry, base: 1, order_key: top }), refusal("CONFLICT", { by: ben.id }));
    });

    test("deleted, restored, undone", limit, async () => {
        const { ana, ben, dov, plan, items } = party;
        const { item, version } = ana.item(items.dinner);
        await assert.rejects(ben.call("plan.item_delete", { item, base: version - 1 }), refusal("CONFLICT", {}));
        const gone = await ben.call("plan.item_delete", { item, base: version });
        await party.allSee("two", (shown) => shown.items.length === 2);
        const late = await ana.call("plan.item_set", { item, base: version, set: { title: "Supper" } }).catch((e: unknown) => e);
        refusal("GONE", {})(late);
        assert.equal((late as { data: { item: { title: string } } }).data.item.title, "Dinner");
        await ana.call("plan.item_restore", { item });
        await party.allSee("three", (shown) => shown.items.length === 3);
        const { op } = await ben.call("plan.item_set", { item, base: version + 2, set: { title: "Supper" } });
        await ana.call("plan.undo", { plan, op });
        await party.allSee("as before", (shown) => shown.items.some((i) => i.item === item && i.title === "Dinner"));
        await assert.rejects(ana.call("plan.undo", { plan, op }), refusal("CONFLICT", { fields: ["title"] }));
        const { ops, last } = await dov.call("plan.ops", { plan, after: gone.op - 1 });
        assert.deepEqual(ops.map((o) => o.op), Array.from({ length: last - gone.op + 1 }, (_, i) => gone.op + i));
        assert.deepEqual([ops[0]?.kind, ops.at(-1)?.undoes], ["item_delete", op]);
    });

    test("talk about it", limit, async () => {
        const { ana, ben, cleo, dov, plan, items } = party;
        const { comment } = await cleo.call("plan.comment", { plan, item: items.hut, body: "Is there a stove?" });
        await ben.call("plan.comment", { plan, body: "I bring the map." });
        const told = await until("the comment", () => dov.events.find((e) => e.type === "plan.comment" && e.data.comment === comment), 20_000);
        assert.ok(told.type === "plan.comment" && told.data.view?.body === "Is there a stove?" && told.data.view.item === items.hut);
        await assert.rejects(ben.call("plan.comment_delete", { comment }), refusal("FORBIDDEN", {}));
        await ana.call("plan.comment_delete", { comment });
        const { comments } = await dov.call("plan.comments", { plan });
        assert.deepEqual(comments.map((c) => c.body), ["I bring the map."]);
    });

    test("what a voter proposes is put to the vote, and the poll changes the plan", limit, async () => {
        const { ana, ben, cleo, dov, plan, items } = party;
        const { proposal } = await cleo.call("plan.propose", {
            plan, action: "change", item: items.dinner, base: ana.item(items.dinner).version, set: { title: "Dinner at the lake", start_min: 1140 },
        });
        await party.allSee("the proposal", (shown) => shown.proposals.some((p) => p.proposal === proposal));
        const opened = await ben.call("plan.poll_open", {
            plan, kind: "single", title: "At the lake?", options: [{ label: "Yes" }, { label: "No" }], closes_at: inDays(7),
            secret_until_close: true, on_close: { apply_proposal: proposal },
        });
        const { poll } = opened;
        await party.allSee("the poll", (shown) => shown.polls.some((p) => p.poll === poll));
        const [yes, no] = (ana.shown.polls.find((p) => p.poll === poll)?.options ?? []).map((o) => o.option) as [string, string];
        await assert.rejects(dov.call("plan.vote", { poll, votes: [{ option: yes }] }), refusal("FORBIDDEN", {}));
        for (const [who, option] of [[ana, no], [ben, yes], [cleo, yes], [ana, yes]] as const) {
            await who.call("plan.vote", { poll, votes: [{ option }] });
        }
        assert.equal((await ana.call("plan.poll", { poll })).voters, undefined);
        await cleo.call("plan.unvote", { poll });
        const { result } = await ben.call("plan.poll_close", { poll });
        assert.deepEqual([result.outcome, result.winner, result.effect], ["decided", yes, "applied"]);
        await party.allSee("the effect", (shown) => shown.items.some((i) => i.title === "Dinner at the lake") && shown.proposals.length === 0);
        const { voters, votes, options } = await dov.call("plan.poll", { poll });
        assert.deepEqual([voters, votes.length, options?.[0]?.yes], [2, 2, 2]);
        const changed = dov.events.filter((e) => e.type === "plan.item_changed").at(-1);
        assert.ok(changed?.type === "plan.item_changed" && changed.data.poll === poll && changed.data.by === null);
    });

    test("all have voted on the dates, and the plan has them", limit, async () => {
        const { ana, ben, cleo, plan } = party;
        const dates = [["2031-07-01", "2031-07-03"], ["2031-08-01", "2031-08-03"]] as const;
        const { poll } = await ana.call("plan.poll_open", {
            plan, kind: "dates", title: "When?", options: dates.map(([from, to]) => ({ from, to })), closes_at: inDays(7),
            close_when_all_voted: true, on_close: { set_dates: true },
        });
        const options = ((await ana.call("plan.poll", { poll })).options ?? []).map((o) => o.option) as [string, string];
        const said = [[ana, "yes", "maybe"], [ben, "no", "yes"], [cleo, "maybe", "yes"]] as const;
        for (const [who, july, august] of said) {
            await who.call("plan.vote", { poll, votes: [{ option: options[0], choice: july }, { option: options[1], choice: august }] });
        }
        await party.allSee("August", (shown) => shown.starts_on === dates[1][0] && shown.ends_on === dates[1][1]);
        assert.equal(ana.shown.polls.find((p) => p.poll === poll)?.result?.winner, options[1]);
        await Promise.all(party.all.map((t) => t.isCurrent()));
    });

    money(() => party);
    booking(server, () => party);
    parting(() => party);
}
