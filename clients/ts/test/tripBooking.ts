// tripBooking.ts -- what trip.test.ts books: an offer on the plan, seats for oneself and for the group, the price they reach
// together; and who types meanwhile.

import assert from "node:assert/strict";
import { test } from "node:test";
import { company, newIdem, type Params, type Result } from "../src/index.js";
import { refusal } from "./buyer.js";
import { sql } from "./database.js";
import { bookingKey, callOverHttp, signIn, takeRefund, type RealServer } from "./server.js";
import { limit, until } from "./support.js";
import { inDays, type Party } from "./traveller.js";

export function booking(server: RealServer, party: () => Party): void {
    let offer: Result<"offer.announce">;

    async function pay(reservation: string): Promise<void> {
        const params: Params<"reservation.confirm"> = { reservation, payment_ref: `trip-${reservation}`, idem: newIdem() };
        const answer = (await callOverHttp(server, bookingKey, "reservation.confirm", params)) as Result<"reservation.confirm">;
        assert.equal(answer.outcome, "confirmed");
    }

    test("an offer becomes an item of the plan", limit, async () => {
        const { ana, ben, cleo, plan } = party();
        const manager = await signIn(server, { ...server.editor, email: "manager@demo.invalid" });
        const draft = await manager.client.call("offer.create", {
            club: "1", kind: "trip", title: "Cabin in Rondane", organiser_name: "Hut Lines AS", starts_at: inDays(60), ends_at: inDays(63),
            public_open_at: inDays(-1), booking_close_at: inDays(50), pools: [{ code: "beds", capacity: 8 }],
            classes: [{ code: "bed", title: "Bed", price: { minor: 10_000, cur: "EUR" }, pools: ["beds"] }],
            steps: [{ min_party: 4, discount_ppm: 100_000 }],
        });
        offer = await manager.client.call("offer.announce", { offer: draft.offer, base: draft.version });
        await until("the opening", () => sql(`select state from offer where offer_id = ${offer.offer}`)[0] === "open", 20_000);
        manager.client.close();
        await assert.rejects(cleo.call("plan.attach_offer", { plan, offer: offer.offer }), refusal("FORBIDDEN", {}));
        const { item } = await ben.call("plan.attach_offer", { plan, offer: offer.offer });
        await party().allSee("the offer", (shown) => shown.items.some((i) => i.item === item && i.offer === offer.offer));
        assert.equal(ana.item(item).title, "Cabin in Rondane");
    });

    test("booked one by one and for the group, they reach the price of a group", limit, async () => {
        const { ana, cleo, dov, plan } = party();
        const bed = offer.classes[0]?.class ?? "";
        const hold = { offer: offer.offer, plan, items: [{ class: bed, qty: 2 }] };
        await assert.rejects(dov.call("reservation.hold", hold), refusal("FORBIDDEN", {}));
        const own = await cleo.call("reservation.hold", hold);
        assert.equal(own.total.minor, 20_000);
        await pay(own.reservation);
        await party().allSee("booked", (shown) => shown.state === "booked");
        const before = await cleo.call("plan.threshold", { plan, offer: offer.offer });
        assert.deepEqual([before.confirmed, before.missing, before.step?.min_party, before.saving?.minor], [2, 2, 4, 1000]);
        await assert.rejects(cleo.call("plan.group_hold", hold), refusal("FORBIDDEN", {}));
        const group = await ana.call("plan.group_hold", { ...hold, party: [{ class: bed, member: ana.id }, { class: bed, guest: "Grandmother" }] });
        await pay(group.reservation);
        const level = (want: string) => (): boolean => dov.events.some((e) => e.type === "plan.threshold" && e.data.level === want);
        await until("near, then reached", () => level("near")() && level("reached")(), 20_000);
        const after = await cleo.call("plan.threshold", { plan, offer: offer.offer });
        assert.deepEqual([after.confirmed, after.reached?.min_party, after.missing], [4, 4, 0]);
        const { total, refunded } = await cleo.call("reservation.get", { reservation: own.reservation });
        assert.deepEqual([total?.minor, refunded?.minor], [18_000, 2000]);
        const back = await takeRefund(server, `trip-${own.reservation}`);
        assert.equal(back.amount.minor, 2000);
    });

    test("who types is seen by the others, of those who allow it", limit, async () => {
        const { ben, cleo, plan } = party();
        const there = company(cleo.copies[0]?.stream ?? assert.fail());
        await assert.rejects(ben.call("plan.typing", { plan }), refusal("CONSENT_REQUIRED", { purpose: "com.presence" }));
        for (const writer of [ben, cleo]) {
            const base = writer.devices[0]?.session.consent_epoch ?? 0;
            await writer.call("consent.give", { base, items: [{ purpose: "com.presence", scope: "1", channel: "inapp", text_ver: 1, locale: "en" }] });
        }
        // as an editor does while somebody writes: one signal may be lost, and is while a consent just given still travels
        const writing = setInterval(() => void ben.call("plan.typing", { plan, item: party().items.hut }).catch(() => undefined), 250);
        try {
            await until("who types", () => there.typing.some((t) => t.member === ben.id && t.item === party().items.hut), 20_000);
        } finally {
            clearInterval(writing);
            there.stop();
        }
    });
}
