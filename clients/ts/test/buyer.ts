// buyer.ts -- a member who looks at an offer and books: what the app does for the member, and what the member is told.

import assert from "node:assert/strict";
import { HubError, type EventOf, type Events, type HubEvent, type Result } from "../src/index.js";
import type { Guest } from "./server.js";
import { until } from "./support.js";

/** A member with the app open, and all that it was told so far. */
export class Buyer {
    readonly events: HubEvent[] = [];
    ticket = "";

    constructor(
        readonly guest: Guest,
        readonly offer: string,
    ) {}

    async look(): Promise<void> {
        const { client } = this.guest;
        const streams = [client.subscribe("me"), client.subscribe(`offer:${this.offer}`)];
        for (const stream of streams) {
            stream.on("event", (event) => this.events.push(event as HubEvent));
        }
        await Promise.all(streams.map((stream) => stream.ready));
    }

    all<T extends keyof Events>(type: T): EventOf<T>["data"][] {
        const isIt = (event: HubEvent): event is HubEvent & EventOf<T> => event.type === type;
        return this.events.filter(isIt).map((event) => event.data as Events[T]);
    }

    told<T extends keyof Events>(type: T, isIt: (data: Events[T]) => boolean = () => true): Promise<Events[T]> {
        return until(type, () => this.all(type).find(isIt), 20_000);
    }

    reservation(id: string, state: Events["resv.changed"]["state"]): Promise<Events["resv.changed"]> {
        return this.told("resv.changed", (data) => data.resv === id && data.state === state);
    }

    async join(): Promise<Result<"queue.join">> {
        const ticket = await this.guest.client.call("queue.join", { offer: this.offer });
        this.ticket = ticket.ticket;
        return ticket;
    }

    hold(unit: string, qty = 1): Promise<Result<"reservation.hold">> {
        return this.guest.client.call("reservation.hold", { offer: this.offer, items: [{ class: unit, qty }] });
    }

    wait(unit: string): Promise<Result<"waitlist.join">> {
        return this.guest.client.call("waitlist.join", { offer: this.offer, class: unit, qty: 1 });
    }

    /** Until the waiting list has seats for the entry, and they are taken. */
    async take(entry: string): Promise<Result<"waitlist.accept">> {
        const offered = await this.told("waitlist.offered", (data) => data.entry === entry);
        assert.equal(offered.view?.state, "offered");
        assert.equal(offered.view.expires_at, offered.expires_at);
        assert.equal(offered.view.position, null);
        const held = await this.guest.client.call("waitlist.accept", { entry });
        const changed = await this.told("waitlist.changed", (data) => data.entry === entry && data.state === "converted");
        assert.equal(changed.view?.reservation, held.reservation);
        return held;
    }
}

/** An error by its reason, with these among its data. */
export function refusal(reason: string, data: Readonly<Record<string, unknown>>): (error: unknown) => boolean {
    return (error) => {
        assert.ok(error instanceof HubError);
        assert.equal(error.reason, reason);
        for (const [name, value] of Object.entries(data)) {
            assert.deepEqual(error.data[name], value, name);
        }
        return true;
    };
}
