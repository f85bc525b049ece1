// traveller.ts -- a member of a plan with the app open on two devices: what it shows, and what came over the line.

import assert from "node:assert/strict";
import { PlanCopy, type Client, type HubEvent, type MethodName, type Params, type Plan, type PlanItem, type Result } from "../src/index.js";
import { signIn, type Guest, type RealServer } from "./server.js";
import { Recorded, until } from "./support.js";

export class Traveller {
    plan = "";
    readonly events: HubEvent[] = [];
    copies: PlanCopy[] = [];

    private constructor(
        readonly id: string,
        readonly devices: readonly Guest[],
        readonly heard: readonly string[],
    ) {}

    static async signIn(server: RealServer, id: string): Promise<Traveller> {
        const heard: string[] = [];
        class Heard extends Recorded {
            constructor(url: string, protocols: string[]) {
                super(url, protocols);
                this.on("message", (data) => heard.push(String(data as Buffer)));
            }
        }
        const who = { ...server.member, email: `member${id}@demo.invalid` };
        const devices = await Promise.all([1, 2].map(() => signIn(server, who, { WebSocket: Heard })));
        return new Traveller(id, devices, heard);
    }

    get client(): Client {
        return (this.devices[0] as Guest).client;
    }

    call<M extends MethodName>(method: M, params: Params<M>): Promise<Result<M>> {
        const call = this.client.call.bind(this.client) as (method: M, params: Params<M>) => Promise<Result<M>>;
        return call(method, params);
    }

    /** Opens the plan on both devices. */
    async open(plan: string): Promise<void> {
        this.plan = plan;
        this.copies = this.devices.map((d) => new PlanCopy(d.client, plan));
        this.copies[0]?.on("event", (event) => this.events.push(event));
        await Promise.all(this.copies.map((copy) => copy.ready));
    }

    /** What the screen shows. */
    get shown(): Plan {
        const data = this.copies[0]?.data ?? null;
        assert.ok(data !== null);
        return data;
    }

    /** Waits until both screens show it. */
    sees(what: string, isIt: (plan: Plan) => boolean): Promise<true> {
        return until(what, () => this.copies.every((copy) => copy.data !== null && isIt(copy.data)), 20_000);
    }

    /** Both screens show what plan.get answers. */
    async isCurrent(): Promise<void> {
        const got = await this.call("plan.get", { plan: this.plan });
        const text = JSON.stringify(sorted(got));
        const shows = (): boolean => this.copies.every((copy) => JSON.stringify(sorted(copy.data)) === text);
        await until("the copy", shows, 10_000).catch(() => assert.deepEqual(this.copies.map((c) => c.data), [got, got]));
    }

    item(id: string): PlanItem {
        const found = this.shown.items.find((i) => i.item === id);
        assert.ok(found !== undefined, `no item ${id}`);
        return found;
    }

    titles(day?: string): string[] {
        return this.shown.items.filter((i) => day === undefined || i.day === day).map((i) => i.title);
    }

    close(): void {
        for (const { client } of this.devices) {
            client.close();
        }
    }
}

/** Four members of one plan, and what they make of it. */
export class Party {
    plan = "";
    readonly items = { ferry: "", hut: "", dinner: "" };
    link = "";

    constructor(
        readonly ana: Traveller, // owner
        readonly ben: Traveller, // editor
        readonly cleo: Traveller, // voter
        readonly dov: Traveller, // viewer
    ) {}

    get all(): Traveller[] {
        return [this.ana, this.ben, this.cleo, this.dov];
    }

    async allSee(what: string, isIt: (shown: Plan) => boolean, all = this.all): Promise<void> {
        await Promise.all(all.map((t) => t.sees(what, isIt)));
    }
}

export function inDays(count: number): string {
    return new Date(Date.now() + count * 86_400_000).toISOString();
}

/** The same with its members in order of their names. */
function sorted(value: unknown): unknown {
    if (Array.isArray(value)) {
        return value.map(sorted);
    }
    if (typeof value === "object" && value !== null) {
        return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
    }
    return value;
}
