// tripEnd.ts -- the second half of trip.test.ts: what the trip costs and who pays whom, who goes, and the end of the plan.

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Params } from "../src/index.js";
import { refusal } from "./buyer.js";
import { sql } from "./database.js";
import { limit, until } from "./support.js";
import { inDays, type Party } from "./traveller.js";

type Expense = Omit<Params<"plan.expense_add">, "plan" | "title" | "idem">;

export function money(party: () => Party): void {
    function three(): { member: string }[] {
        const { ana, ben, cleo } = party();
        return [ana, ben, cleo].map((t) => ({ member: t.id }));
    }

    /** Enters one that Ana paid, and answers its number, its amount in the plan's currency and what each of the three owes of it. */
    async function shares(expense: Expense): Promise<[number, number, number[] | undefined]> {
        const { plan, ana } = party();
        const { expense: id, no, base } = await ana.call("plan.expense_add", { plan, title: "Shared", participants: three(), ...expense });
        const { expenses } = await ana.call("plan.balances", { plan });
        return [no, base.minor, expenses.find((e) => e.expense === id)?.shares.map((s) => s.owed)];
    }

    test("19.2 expenses are shared to the last cent, in two currencies", limit, async () => {
        const euro = { minor: 100, cur: "EUR" };
        assert.deepEqual(await shares({ amount: euro }), [1, 100, [33, 34, 33]]);
        assert.deepEqual(await shares({ amount: euro }), [2, 100, [33, 33, 34]]);
        assert.deepEqual(await shares({ amount: euro }), [3, 100, [34, 33, 33]]);
        assert.deepEqual(await shares({ amount: { minor: 1000, cur: "JPY" }, fx_ppb: 6_100_000 }), [4, 610, [203, 204, 203]]);
        const weighted = three().map((p, i) => ({ ...p, weight: i + 1 }));
        assert.deepEqual(await shares({ amount: { minor: 1001, cur: "EUR" }, mode: "shares", participants: weighted }), [5, 1001, [167, 334, 500]]);
        const { dov, cleo, plan } = party();
        const percent = three().map((p) => ({ ...p, weight: 333_333 }));
        await assert.rejects(shares({ amount: euro, mode: "percent", participants: percent }), refusal("INVALID_PARAMS", { path: "participants", difference: -1 }));
        const exact = three().map((p) => ({ ...p, weight: 34 }));
        await assert.rejects(shares({ amount: euro, mode: "exact", participants: exact }), refusal("INVALID_PARAMS", { difference: 2 }));
        await assert.rejects(shares({ amount: { minor: 1000, cur: "JPY" } }), refusal("INVALID_PARAMS", { path: "fx_ppb" }));
        await assert.rejects(dov.call("plan.expense_add", { plan, title: "Ice", amount: euro }), refusal("FORBIDDEN", {}));
        assert.equal(cleo.events.filter((e) => e.type === "expense.changed").length, 5);
    });

    test("corrected by who entered it or the owner, deleted; balances sum to nothing", limit, async () => {
        const { ana, ben, cleo, plan } = party();
        const halves = [{ member: ana.id }, { member: ben.id }];
        const added = await cleo.call("plan.expense_add", {
            plan, title: "Hut", amount: { minor: 3000, cur: "EUR" }, participants: halves, item: party().items.hut,
            payers: [{ member: ana.id, minor: 1000 }, { member: cleo.id, minor: 2000 }],
        });
        const { expense } = added;
        await assert.rejects(ben.call("plan.expense_set", { expense, base: 1, title: "Mine" }), refusal("FORBIDDEN", {}));
        assert.equal((await ana.call("plan.expense_set", { expense, base: 1, title: "Two nights" })).version, 2);
        await assert.rejects(cleo.call("plan.expense_set", { expense, base: 1, title: "A night" }), refusal("CONFLICT", {}));
        const tea = await ben.call("plan.expense_add", { plan, title: "Tea", amount: { minor: 900, cur: "EUR" } });
        await ben.call("plan.expense_delete", { expense: tea.expense, base: 1 });
        await assert.rejects(ben.call("plan.expense_delete", { expense: tea.expense, base: 1 }), refusal("GONE", {}));
        const nets: Record<string, number> = {
            [ana.id]: 100 + 100 + 100 + 610 + 1001 + 1000 - (33 + 33 + 34 + 203 + 167 + 1500),
            [ben.id]: -(34 + 33 + 33 + 204 + 334 + 1500),
            [cleo.id]: 2000 - (33 + 34 + 33 + 203 + 500),
        };
        await party().allSee("the balances", ({ balances }) =>
            balances.members.every((m) => m.net === (nets[m.member ?? ""] ?? 0)) && balances.members.length === 4);
        assert.equal(ana.shown.balances.members.reduce((sum, m) => sum + m.net, 0), 0);
        const why = await cleo.call("plan.expense_why", { plan, a: ben.id, b: ana.id });
        assert.deepEqual([why.a.net, why.b.net, why.expenses.length], [nets[ben.id], nets[ana.id], 6]);
    });

    test("who owes pays, and who is paid says whether it has come", limit, async () => {
        const { ana, ben, cleo, dov, plan } = party();
        const { payments } = await dov.call("plan.settle_suggest", { plan });
        assert.ok(payments.length > 0 && payments.length <= 2);
        for (const { payer, payee, amount } of payments) {
            assert.equal(payer.member, ben.id);
            const to = payee.member === ana.id ? ana : cleo;
            const lost = await ben.call("plan.settle_mark", { plan, to: to.id, amount });
            assert.equal(lost.state, "marked_paid");
            await assert.rejects(ben.call("plan.settle_confirm", { settlement: lost.settlement }), refusal("FORBIDDEN", {}));
            assert.equal((await to.call("plan.settle_dispute", { settlement: lost.settlement })).state, "disputed");
            const { settlement } = await ben.call("plan.settle_mark", { plan, to: to.id, amount });
            assert.equal((await to.call("plan.settle_confirm", { settlement })).state, "confirmed");
        }
        await party().allSee("nobody owes", ({ balances }) => balances.members.every((m) => m.net === 0));
        assert.deepEqual((await ana.call("plan.settle_suggest", { plan })).payments, []);
        await Promise.all(party().all.map((t) => t.isCurrent()));
    });
}

export function parting(party: () => Party): void {
    test("locked, only the owner edits; polls and proposals end", limit, async () => {
        const { ana, ben, cleo, plan, items } = party();
        const item = items.ferry;
        await cleo.call("plan.propose", { plan, action: "remove", item, base: ana.item(item).version });
        const options = [{ label: "Boots" }, { label: "Skis" }];
        const { poll } = await ben.call("plan.poll_open", { plan, kind: "approval", title: "What to take?", options, closes_at: inDays(1) });
        await ana.call("plan.lock", { plan });
        await party().allSee("the end of both", (shown) => shown.proposals.length === 0 && shown.polls.some((p) => p.poll === poll && p.state === "closed"));
        await ben.sees("what may still be done", ({ mine }) => mine.can.join() === "see,comment,expense,book");
        const edit = { item, base: ana.item(item).version, set: { place: "Pier 2" } };
        await assert.rejects(ben.call("plan.item_set", edit), refusal("INVALID_STATE", { state: "locked" }));
        await ana.call("plan.item_set", edit);
        await ben.call("plan.comment", { plan, body: "Thank you" });
        await ana.call("plan.unlock", { plan });
        await ben.sees("what may be done again", ({ mine, state }) => mine.can.includes("item") && state === "booked");
    });

    test("who is removed hears nothing more, on no device", limit, async () => {
        const { ana, ben, cleo, dov, plan, link } = party();
        const ends: string[] = [];
        for (const copy of dov.copies) {
            copy.on("ended", ({ reason }) => ends.push(reason));
        }
        let isRemoved = false;
        let said = 0;
        const talk = async (): Promise<void> => {
            for (let more = 10; more > 0; said++) {
                more -= Number(isRemoved);
                await ben.call("plan.comment", { plan, body: `${isRemoved ? "After" : "Before"} it ${said}.` });
            }
        };
        const talking = talk();
        await until("some talk", () => said >= 5, 20_000);
        await ana.call("plan.remove", { plan, member: dov.id });
        isRemoved = true;
        await talking;
        await ana.sees("three", (shown) => shown.members.length === 3);
        const last = `After it ${said - 1}.`;
        await until("the last word", () => cleo.heard.some((text) => text.includes(last)), 20_000);
        await Promise.all(dov.devices.map(({ client }) => client.call("points.summary")));
        assert.ok(dov.heard.some((text) => text.includes("Before it 0.")));
        assert.deepEqual(dov.heard.filter((text) => text.includes("After it")), []);
        assert.deepEqual(ends, ["REMOVED", "REMOVED"]);
        await assert.rejects(dov.call("plan.get", { plan }), refusal("NOT_FOUND", {}));
        await assert.rejects(dov.call("plan.join", { token: link }), refusal("FORBIDDEN", {}));
    });

    test("handed over, left, and called off", limit, async () => {
        const { ana, ben, cleo, plan } = party();
        const three = [ana, ben, cleo];
        await ana.call("plan.transfer_ownership", { plan, member: cleo.id });
        await party().allSee("who is asked", (shown) => shown.members.some((m) => m.member === cleo.id && m.is_asked), three);
        await assert.rejects(ben.call("plan.ownership_accept", { plan }), refusal("NOT_FOUND", {}));
        await cleo.call("plan.ownership_accept", { plan });
        await party().allSee("the owner", (shown) => shown.members[0]?.member === cleo.id && shown.members.filter((m) => m.role === "owner").length === 1, three);
        await cleo.sees("what an owner may do", ({ mine }) => mine.role === "owner" && mine.can.includes("remove"));
        await ana.sees("what an editor may do", ({ mine }) => mine.role === "editor" && !mine.can.includes("remove"));
        await cleo.call("plan.leave", { plan });
        await ana.sees("an editor is the next owner", (shown) => shown.members.length === 2 && shown.mine.role === "owner");
        await ana.call("plan.cancel", { plan });
        await ben.sees("the end", (shown) => shown.state === "cancelled");
        await Promise.all([ana, ben].map((t) => t.isCurrent()));
        assert.deepEqual(sql(`select * from lib.plan_op_violations()`), []);
        assert.deepEqual((await cleo.call("plan.list", {})).plans.filter((p) => p.plan === plan), []);
    });
}
