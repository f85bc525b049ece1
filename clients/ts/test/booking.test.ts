// booking.test.ts -- a booking service against the real server: what it is paid becomes a booking, also too late, or goes
// back, once, however often it tells of it.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newIdem, type HubEvent, type Params, type Result } from "../src/index.js";
import { sql } from "./database.js";
import { bookingKey, callOverHttp, realServer, signIn, takeRefund, type Guest, type RealServer } from "./server.js";
import { limit, sleep } from "./support.js";

const server = realServer();
const offer = "501"; // of the demo club
const berth = "521";
const pool = "511"; // of forty berths

if (server !== undefined) {
    describe("a booking service", () => suite(server));
}

type Confirmed = Result<"reservation.confirm">;
type Refunds = Result<"refund.take">["refunds"];

function suite(server: RealServer): void {
    let member: Guest;
    const events: HubEvent[] = [];

    before(async () => {
        member = await signIn(server, { ...server.member, email: "member20@demo.invalid" });
        const me = member.client.subscribe("me");
        me.on("event", (event) => events.push(event));
        await new Promise((resolve) => me.on("snapshot", resolve));
    });

    after(() => member?.client.close());

    async function hold(): Promise<Result<"reservation.hold">> {
        return await member.client.call("reservation.hold", { offer, items: [{ class: berth, qty: 1 }] });
    }

    async function pay(reservation: string, payment: string, idem = newIdem()): Promise<Confirmed> {
        const params = { reservation, payment_ref: payment, amount: { minor: 49_000, cur: "EUR" }, idem };
        return (await callOverHttp(server, bookingKey, "reservation.confirm", params)) as Confirmed;
    }

    async function take(): Promise<Refunds> {
        return ((await callOverHttp(server, bookingKey, "refund.take", { limit: 100 })) as Result<"refund.take">).refunds;
    }

    function tell(refund: string, state: Params<"refund.done">["state"]): Promise<unknown> {
        return callOverHttp(server, bookingKey, "refund.done", { refund, state, idem: newIdem() });
    }

    async function told(reservation: string, state: string): Promise<void> {
        const isIt = (e: HubEvent): boolean => e.type === "resv.changed" && e.data.resv === reservation && e.data.state === state;
        for (const end = performance.now() + 20_000; !events.some(isIt); await sleep(20)) {
            assert.ok(performance.now() < end, `waited in vain for ${state}`);
        }
    }

    /** Until the job has ended the hold, which is late by now. */
    async function lapse(reservation: string): Promise<void> {
        sql(`update reservation set expires_at = clock_timestamp() - interval '7 seconds' where resv_id = ${reservation}`);
        await told(reservation, "expired");
    }

    test("a payment in time becomes a booking, and is answered the same for ever", limit, async () => {
        const { reservation, pay: due } = await hold();
        assert.deepEqual(due, { amount: { minor: 49_000, cur: "EUR" }, reference: reservation });
        await callOverHttp(server, bookingKey, "reservation.payment_started", { reservation, idem: newIdem() });
        const answers = await Promise.all(Array.from({ length: 8 }, () => pay(reservation, `in-time-${reservation}`)));
        for (const answer of answers) {
            assert.deepEqual(answer, { reservation, outcome: "confirmed", state: "confirmed", amount: due.amount });
        }
        await told(reservation, "confirmed");
        const seen = await member.client.call("reservation.get", { reservation });
        assert.equal(seen.state, "confirmed");
        assert.equal(events.filter((e) => e.type === "resv.changed" && e.data.resv === reservation && e.data.state === "confirmed").length, 1);
        await assert.rejects(pay((await hold()).reservation, `in-time-${reservation}`), /PAYMENT_REF_USED/);
    });

    test("a payment too late gets the seat while it is free, else the money goes back, once", limit, async () => {
        const held = (await member.client.call("reservation.list", {})).reservations.find((r) => r.state === "held");
        const first = held?.reservation ?? (await hold()).reservation;
        await lapse(first);
        assert.equal((await pay(first, `late-${first}`)).outcome, "confirmed_late");

        const second = (await hold()).reservation;
        await lapse(second);
        sql(`update seat_pool set capacity = held + confirmed + offered where pool_id = ${pool}`);
        const refused = await pay(second, `late-${second}`);
        assert.equal(refused.outcome, "refunded");
        assert.equal(refused.reason, "sold_out");
        sql(`update seat_pool set capacity = 40 where pool_id = ${pool}`);
        assert.deepEqual(await pay(second, `late-${second}`), refused);

        const { refund, amount, payment_ref } = await takeRefund(server, `late-${second}`);
        assert.equal(refund, refused.refund);
        assert.deepEqual(amount, { minor: 49_000, cur: "EUR" });
        assert.equal((await take()).find((r) => r.refund === refund), undefined);
        sql(`update refund set lease_until = clock_timestamp() where refund_id = ${refund}`);
        assert.equal((await takeRefund(server, payment_ref)).refund, refund);
        await tell(refund, "done");
        await assert.rejects(tell(refund, "failed"), /INVALID_STATE/);
        assert.deepEqual(sql("select * from lib.seat_violations()"), []);
    });
}
