// sale.test.ts -- a whole sale against the real server, as an app builder writes it: announced, queued for, drawn, sold
// out, waited for, paid in time and too late, cancelled, and let in at the door.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { allOfProof, newIdem, verifyQueue, type Params, type Result } from "../src/index.js";
import { Buyer, refusal } from "./buyer.js";
import { sql } from "./database.js";
import { bookingKey, callOverHttp, realServer, signIn, takeRefund, type Guest, type RealServer } from "./server.js";
import { limit } from "./support.js";

const server = realServer();
const club = "1"; // of the demo data
const price = { minor: 20_000, cur: "EUR" };
const half = { minor: 10_000, cur: "EUR" };

if (server !== undefined) {
    describe("a sale", () => suite(server));
}

function suite(server: RealServer): void {
    let manager: Guest;
    let captain: Buyer;
    let early: Buyer[];
    let late: Buyer;
    let offer: Result<"offer.announce">;
    let berth = "";
    let cabin = "";
    let cabinHold = "";
    let released = "";
    let lapsing = "";
    let booked = "";
    const waiting: { buyer: Buyer; entry: string }[] = [];

    /** Members of a rank whom no other test signs in. */
    function members(ranks: string, count: number): string[] {
        return sql(
            "select m.member_id from membership m join tier t using (tier_id) join member p using (member_id) where m.club_id = 1" +
                ` and m.status = 'active' and p.status = 'active' and t.rank in (${ranks}) and m.member_id between 50 and 180` +
                ` order by m.member_id limit ${count}`,
        );
    }

    async function buyer(member: string): Promise<Buyer> {
        return new Buyer(await signIn(server, { ...server.member, email: `member${member}@demo.invalid` }), offer.offer);
    }

    function buyers(): Buyer[] {
        return [captain, ...early, late];
    }

    async function pay(reservation: string, payment: string): Promise<Result<"reservation.confirm">> {
        const params: Params<"reservation.confirm"> = { reservation, payment_ref: payment, idem: newIdem() };
        return (await callOverHttp(server, bookingKey, "reservation.confirm", params)) as Result<"reservation.confirm">;
    }

    function fromNow(ms: number): string {
        return new Date(Date.now() + ms).toISOString();
    }

    const day = 86_400_000;

    before(async () => {
        manager = await signIn(server, { ...server.editor, email: "manager@demo.invalid" });
        const draft = await manager.client.call("offer.create", {
            club,
            kind: "trip",
            title: "Lofoten by sail",
            organiser_name: "Fjord Lines AS",
            starts_at: fromNow(60 * day),
            ends_at: fromNow(66 * day),
            public_open_at: fromNow(10 * 60_000),
            booking_close_at: fromNow(50 * day),
            cancel_policy: [
                { hours_before: 24 * 7, refund_ppm: 500_000 },
                { hours_before: 24 * 90, refund_ppm: 1_000_000 },
            ],
            pools: [
                { code: "berths", capacity: 4 },
                { code: "cabins", capacity: 1 },
            ],
            classes: [
                { code: "berth", title: "Berth", price, pools: ["berths"] },
                { code: "cabin", title: "Cabin of one's own", price, pools: ["berths", "cabins"] },
            ],
            windows: [{ min_rank: 1, opens_at: fromNow(-60_000), cum_cap_ppm: 250_000 }],
            queue: { mode: "always", rate: 1 },
        });
        assert.equal(draft.queue, null);
        offer = await manager.client.call("offer.announce", { offer: draft.offer, base: draft.version });
        [berth, cabin] = ["berth", "cabin"].map((code) => offer.classes.find((c) => c.code === code)?.class ?? "") as [string, string];
        [captain] = (await Promise.all(members("1, 2", 1).map(buyer))) as [Buyer];
        [late, ...early] = (await Promise.all(members("0", 5).map(buyer))) as [Buyer, ...Buyer[]];
        await Promise.all(buyers().map((b) => b.look()));
    });

    after(() => {
        manager?.client.close();
        for (const b of [captain, late, ...(early ?? [])]) {
            b?.guest.client.close();
        }
    });

    test("whoever has a window books ahead, as far as it goes; the others join the queue", limit, async () => {
        assert.equal(offer.state, "announced");
        assert.match(offer.queue?.seed_hash ?? "", /^[0-9a-f]{64}$/);
        const { mine } = await captain.guest.client.call("offer.get", { offer: offer.offer });
        assert.equal(mine?.open, true);
        assert.deepEqual(mine.classes.find((c) => c.class === berth), { class: berth, free: 1 });
        await assert.rejects(captain.hold(berth, 2), refusal("SOLD_OUT", { opens_at: offer.public_open_at }));
        const { reservation } = await captain.hold(berth);
        assert.equal((await captain.reservation(reservation, "held")).view?.offer, offer.offer);
        await assert.rejects(late.hold(berth), refusal("NOT_OPEN_YET", { opens_at: offer.public_open_at }));
        for (const b of early) {
            const ticket = await b.join();
            assert.equal(ticket.early, true);
            assert.equal(ticket.state, "queued");
            assert.equal(ticket.position, null);
        }
        assert.equal((await pay(reservation, `window-${reservation}`)).outcome, "confirmed");
    });

    test("the opening: sealed, then drawn, and the draw can be checked", limit, async () => {
        sql(`update offer set public_open_at = clock_timestamp() where offer_id = ${offer.offer}`);
        const sealed = await Promise.all(buyers().map((b) => b.told("queue.sealed")));
        const opened = await Promise.all(buyers().map((b) => b.told("offer.opened")));
        // admission stands still from here on, until the next test lets it go on
        sql(`update offer_queue set ticked_at = clock_timestamp() + interval '1 hour' where offer_id = ${offer.offer}`);
        for (const told of sealed) {
            assert.equal(told.count, early.length);
            assert.equal(told.view?.queue?.seed_hash, offer.queue?.seed_hash);
        }
        for (const told of opened) {
            assert.equal(told.view?.state, "open");
            assert.equal(told.view.queue?.seed, told.seed);
        }
        for (const b of buyers()) {
            const types = b.events.map((e) => e.type);
            assert.ok(types.indexOf("queue.sealed") < types.indexOf("offer.opened"));
        }
        const guest = late.guest.client;
        const proof = await allOfProof((cursor) => guest.call("queue.proof", { offer: offer.offer, limit: 2, ...cursor }));
        assert.equal(proof.seed, opened[0]?.seed);
        assert.equal(proof.sha256, sealed[0]?.sha256);
        assert.equal(proof.count, sealed[0]?.count);
        const verdict = await verifyQueue(proof);
        assert.ok(verdict.seedFits && verdict.listFits);
        early.sort((a, b) => verdict.order.indexOf(a.ticket) - verdict.order.indexOf(b.ticket));
        assert.deepEqual(early.map((b) => b.ticket), verdict.order);

        const tampered = await verifyQueue({ ...proof, early: [...proof.early.slice(1), `${BigInt(proof.early.at(-1) ?? "") + 1n}`] });
        assert.deepEqual([tampered.seedFits, tampered.listFits], [true, false]);
        const other = await verifyQueue({ ...proof, seed: "00".repeat(32) });
        assert.deepEqual([other.seedFits, other.listFits], [false, true]);
    });

    test("in the order of the draw they book, until it is sold out", limit, async () => {
        assert.equal((await late.join()).early, false);
        const line = [...early, late];
        const states = await Promise.all(line.map((b) => b.guest.client.call("queue.status", { offer: offer.offer })));
        const queued = line.filter((_, i) => states[i]?.ticket?.state === "queued");
        assert.ok(queued.length > 0);
        assert.deepEqual(queued, line.slice(-queued.length));
        for (const [i, b] of queued.entries()) {
            await assert.rejects(b.hold(berth), refusal("QUEUE", { ticket: b.ticket, position: i + 1 }));
        }
        sql(`update offer_queue set ticked_at = clock_timestamp() - interval '2 seconds' where offer_id = ${offer.offer}`);
        const admitted: string[] = [];
        for (const b of line) {
            const told = await b.told("queue.position", (data) => data.state === "admitted");
            assert.equal(told.ticket, b.ticket);
            admitted.push(told.admitted_until ?? "");
        }
        assert.deepEqual(admitted, [...admitted].sort());
        const [first, second, third, fourth] = early as [Buyer, Buyer, Buyer, Buyer];
        cabinHold = (await first.hold(cabin)).reservation;
        assert.equal((await first.reservation(cabinHold, "held")).view?.items?.[0]?.title, "Cabin of one's own");
        released = (await second.hold(berth)).reservation;
        lapsing = (await third.hold(berth)).reservation;
        await fourth.told("offer.availability", (data) => data.classes.every((c) => c.level === "none"));
        for (const b of [fourth, late]) {
            await assert.rejects(b.hold(berth), refusal("SOLD_OUT", { waitlist: true }));
            const entry = await b.wait(berth);
            waiting.push({ buyer: b, entry: entry.entry });
            assert.deepEqual([entry.state, entry.position, entry.length], ["waiting", waiting.length, waiting.length]);
            assert.equal((await b.told("waitlist.changed")).view?.class_title, "Berth");
        }
        assert.equal((await pay(cabinHold, `in-time-${cabinHold}`)).outcome, "confirmed");
        const view = (await first.reservation(cabinHold, "confirmed")).view;
        assert.deepEqual([view?.paid, view?.total, view?.party.length, view?.source], [price, price, 1, "direct"]);
    });

    test("a seat that is given back goes to who waits first, and is paid", limit, async () => {
        const [, second] = early as [Buyer, Buyer];
        const [next] = waiting as [(typeof waiting)[number]];
        assert.equal((await second.guest.client.call("reservation.release", { reservation: released })).state, "released");
        const { reservation, pay: due } = await next.buyer.take(next.entry);
        assert.deepEqual(due, { amount: price, reference: reservation });
        assert.equal((await pay(reservation, `waited-${reservation}`)).state, "confirmed");
        assert.equal((await next.buyer.reservation(reservation, "confirmed")).view?.source, "waitlist");
        booked = reservation;
    });

    test("who pays too late gets the money back, for the seat went to who waits", limit, async () => {
        const third = early[2] as Buyer;
        const next = waiting[1] as (typeof waiting)[number];
        sql(`update reservation set expires_at = clock_timestamp() - interval '7 seconds' where resv_id = ${lapsing}`);
        await third.reservation(lapsing, "expired");
        const { reservation } = await next.buyer.take(next.entry);
        const refused = await pay(lapsing, `late-${lapsing}`);
        assert.deepEqual([refused.outcome, refused.reason, refused.amount], ["refunded", "sold_out", price]);
        await back(`late-${lapsing}`, price, refused.refund);
        assert.equal((await pay(reservation, `waited-${reservation}`)).outcome, "confirmed");
        await next.buyer.reservation(reservation, "confirmed");
    });

    test("cancelled as it was previewed, and half the money goes back", limit, async () => {
        const { client } = (waiting[0] as (typeof waiting)[number]).buyer.guest;
        const preview = await client.call("reservation.cancel_preview", { reservation: booked });
        assert.deepEqual([preview.whole, preview.refund_ppm, preview.refund, preview.points], [true, 500_000, half, 0]);
        const done = await client.call("reservation.cancel", { reservation: booked, base: preview.version });
        assert.deepEqual([done.state, done.refund, done.seats], ["cancelled", preview.refund, preview.seats]);
        const told = await (waiting[0] as (typeof waiting)[number]).buyer.reservation(booked, "cancelled");
        assert.deepEqual([told.view?.refunded, told.view?.persons], [half, 0]);
        await back(`waited-${booked}`, half);
    });

    test("at the door, the code of the booking lets in", limit, async () => {
        const [first] = early as [Buyer];
        const { code, text } = await first.guest.client.call("reservation.code", { reservation: cabinHold });
        assert.equal(text, `clubhub:r:${cabinHold}:${code}`);
        const wrong = `${(Number(code) + 1) % 1_000_000}`.padStart(6, "0");
        await assert.rejects(letIn(wrong), /CODE_INVALID/);
        const entered = await letIn(code);
        assert.deepEqual([entered.checked_in, entered.seats[0]?.state, entered.offer], [1, "checked_in", offer.offer]);
        assert.equal((await letIn(code)).checked_in, 0);
        assert.equal((await first.reservation(cabinHold, "checked_in")).view?.party[0]?.state, "checked_in");
    });

    test("every event showed what it tells of, and a booking is confirmed once", limit, () => {
        const confirmed = new Set<string>();
        for (const event of buyers().flatMap((b) => b.events)) {
            if (event.type === "resv.changed" && event.data.state === "confirmed") {
                assert.ok(!confirmed.has(event.data.resv));
                confirmed.add(event.data.resv);
            }
            switch (event.type) {
                case "offer.availability":
                case "offer.opened":
                case "queue.sealed":
                    assert.equal(event.data.view?.offer, offer.offer, event.type);
                    assert.equal(event.data.view.classes.length, 2);
                    break;
                case "resv.changed":
                    assert.equal(event.data.view?.reservation, event.data.resv);
                    break;
                case "waitlist.changed":
                case "waitlist.offered":
                    assert.equal(event.data.view?.entry, event.data.entry);
                    assert.equal(event.data.view.offer, offer.offer);
                    break;
            }
        }
        assert.equal(confirmed.size, 4);
    });

    test("what staff sees at the end", limit, async () => {
        const { seats } = await manager.client.call("offer.bookings", { offer: offer.offer });
        assert.equal(seats.length, 3);
        const { desk } = await manager.client.call("offer.get", { offer: offer.offer });
        assert.deepEqual(desk?.pools.map((p) => [p.code, p.held, p.confirmed, p.offered]), [
            ["berths", 0, 3, 0],
            ["cabins", 0, 1, 0],
        ]);
        assert.deepEqual(sql("select * from lib.seat_violations()"), []);
    });

    async function letIn(code: string): Promise<Result<"reservation.check_in">> {
        const params: Params<"reservation.check_in"> = { reservation: cabinHold, code, till: "quay", idem: newIdem() };
        return (await callOverHttp(server, `Key ${server.posKey}`, "reservation.check_in", params)) as Result<"reservation.check_in">;
    }

    /** The booking service takes the refund and says that it is done, once. */
    async function back(payment: string, amount: typeof price, number?: string): Promise<void> {
        const refund = await takeRefund(server, payment);
        assert.deepEqual(refund.amount, amount);
        assert.equal(refund.refund, number ?? refund.refund);
        const tell = (): Promise<unknown> =>
            callOverHttp(server, bookingKey, "refund.done", { refund: refund.refund, state: "done", idem: newIdem() });
        await tell();
        assert.deepEqual(sql(`select state from refund where refund_id = ${refund.refund}`), ["done"]);
    }
}
