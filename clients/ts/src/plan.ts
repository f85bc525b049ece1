// plan.ts -- a copy of a plan that keeps itself up: the snapshot of plan:<id>, and what its events make of it.
//
// (1) An event shows what something is now, not what was done to it. So the newest view of a thing counts, and one that
//     comes twice does no harm.
// (2) What no event carries -- balances, what the caller may do, the caller's own votes -- is read again with plan.get
//     after an event that may have changed it: one reading at a time, however many events there were.
// (3) Events that come while plan.get is under way are taken once more after its answer, which may be older than they.

import type { Client } from "./client.js";
import { Emitter } from "./emitter.js";
import { HubError } from "./errors.js";
import type { Events, Snapshots } from "./generated.js";
import type { EventOf, HubEvent, Subscription } from "./subscription.js";

export type Plan = Snapshots["plan"];
export type PlanItem = Plan["items"][number];
export type PlanMember = Plan["members"][number];
export type PlanPoll = Plan["polls"][number];
export type PlanProposal = Plan["proposals"][number];

export interface PlanCopyEvents {
    /** The plan as it is from now on. */
    changed: Plan;
    /** Every event of the plan, after it was taken; comments are only here. */
    event: HubEvent;
    /** There will be no more: REMOVED, LEFT, NOT_FOUND … */
    ended: { readonly reason: string };
}

/**
 * A plan as plan.get answers it, kept up by its stream: `new PlanCopy(client, plan)`, then `changed` and `data`.
 * Each change makes a new object, so that what was shown may be compared with what is to be shown.
 * Two things are not told on the stream of a plan, call refresh() for them: whom somebody else has invited, and what one said
 * in a secret poll (`poll.changed` on `me` says that).
 */
export class PlanCopy extends Emitter<PlanCopyEvents> {
    readonly stream: Subscription<`plan:${string}`>;
    readonly #client: Client;
    readonly #id: string;
    #plan: Plan | null = null;
    #isStale = false; // something is to be read again
    #isReading = false;
    #meanwhile: HubEvent[] = []; // since plan.get was asked
    #isOver = false;

    constructor(client: Client, plan: string) {
        super();
        this.#client = client;
        this.#id = plan;
        this.stream = client.subscribe(`plan:${plan}`);
        this.stream.on("snapshot", ({ data }) => {
            this.#isStale = false;
            this.#set(data);
        });
        this.stream.on("event", (event) => this.#take(event));
        this.stream.on("state", (state) => {
            if (state === "subscribed" && this.#isStale) {
                void this.#read();
            }
        });
        this.stream.on("ended", ({ reason }) => {
            this.#isOver = true;
            this.emit("ended", { reason });
        });
    }

    /** Settles with the first snapshot, or fails where there is none to be had. */
    get ready(): Promise<void> {
        return this.stream.ready;
    }

    /** The plan as far as it is known; null before `ready`, and the last of it after the end. */
    get data(): Plan | null {
        return this.#plan;
    }

    /** Reads again what events do not carry. */
    refresh(): void {
        this.#isStale = true;
        void this.#read();
    }

    /** No more events; what is known stays in `data`. */
    close(): void {
        this.#isOver = true;
        this.stream.unsubscribe();
    }

    #take(event: HubEvent): void {
        if (this.#plan === null) {
            return;
        }
        if (this.#isReading) {
            this.#meanwhile.push(event);
        }
        this.#set(foldPlan(this.#plan, event));
        this.emit("event", event);
        if (outdates(event, this.#client.session?.principal.id)) {
            this.refresh();
        }
    }

    async #read(): Promise<void> {
        if (this.#isReading) {
            return; // and again when that is done
        }
        this.#isReading = true;
        try {
            while (this.#isStale && !this.#isOver) {
                this.#isStale = false;
                this.#meanwhile = [];
                const before = this.#plan;
                const got = await this.#client.call("plan.get", { plan: this.#id });
                if (!this.#isOver) {
                    this.#set(this.#meanwhile.reduce(foldPlan, newest(got, before ?? got)));
                }
            }
        } catch (problem) {
            this.#isStale = true; // tried again with the next event, or the next connection
            if (!(problem instanceof HubError)) {
                throw problem;
            }
        } finally {
            this.#isReading = false;
        }
    }

    #set(plan: Plan): void {
        if (plan !== this.#plan) {
            this.#plan = plan;
            this.emit("changed", plan);
        }
    }
}

/** May what no event carries be another after this one? */
function outdates(event: HubEvent, me: string | undefined): boolean {
    switch (event.type) {
        case "plan.changed": // what the caller may do
        case "plan.member": // balances of who is in it, and who is named
        case "expense.changed":
        case "settlement.changed":
            return true;
        case "poll.changed":
            return event.actor != null && "member" in event.actor && event.actor.member === me;
        default:
            return false;
    }
}

/** What was read, but for items that events have told newer ones of before. */
function newest(read: Plan, known: Plan): Plan {
    const items = read.items.map((item) => {
        const other = known.items.find((i) => i.item === item.item);
        return other !== undefined && other.version > item.version ? other : item;
    });
    return { ...read, items };
}

/** The plan after an event of its stream; the same object where it is none that plan.get shows. */
export function foldPlan(plan: Plan, event: HubEvent): Plan {
    switch (event.type) {
        case "plan.changed":
            return withHead(plan, event);
        case "plan.member":
            return withMember(plan, event);
        case "plan.item_changed":
            return withItem(plan, event);
        case "plan.proposal":
            return withProposal(plan, event);
        case "poll.changed":
            return withPoll(plan, event);
        default:
            return plan;
    }
}

function withHead(plan: Plan, { data: { view } }: EventOf<"plan.changed">): Plan {
    return view === undefined || view.version < plan.version ? plan : { ...plan, ...view };
}

function withMember(plan: Plan, { data: { member, view } }: EventOf<"plan.member">): Plan {
    const others = plan.members.filter((m) => m.member !== member);
    const row = view?.member;
    if (row === undefined) {
        return { ...plan, members: others };
    }
    const rank = (m: PlanMember): string => `${Number(m.state !== "joined")}${Number(m.role !== "owner")} ${m.joined_at ?? ""}`;
    const members = [...others, row].sort((a, b) => inOrder(rank(a), rank(b)) || inOrder(idOf(a.member), idOf(b.member)));
    return { ...plan, members };
}

function withItem(plan: Plan, { data: { item, op, view } }: EventOf<"plan.item_changed">): Plan {
    const known = plan.items.find((i) => i.item === item);
    const others = plan.items.filter((i) => i.item !== item);
    const op_seq = Math.max(plan.op_seq, op);
    if (view === undefined) {
        return { ...plan, op_seq, items: others };
    }
    const items = [...others, known !== undefined && known.version > view.version ? known : view].sort(itineraryOrder);
    return { ...plan, op_seq, items };
}

/** As plan.get lists them: by day, those without one at the end, then by order key. */
export function itineraryOrder(a: PlanItem, b: PlanItem): number {
    return inOrder(a.day ?? "~", b.day ?? "~") || inOrder(a.order_key, b.order_key) || inOrder(idOf(a.item), idOf(b.item));
}

function withProposal(plan: Plan, { data: { proposal, view } }: EventOf<"plan.proposal">): Plan {
    const others = plan.proposals.filter((p) => p.proposal !== proposal);
    const proposals = view?.state === "open" ? [...others, view].sort((a, b) => newestFirst(a.proposal, b.proposal)) : others;
    return { ...plan, proposals };
}

function withPoll(plan: Plan, { data: { poll, view } }: EventOf<"poll.changed">): Plan {
    const known = plan.polls.find((p) => p.poll === poll);
    if (view === undefined || (known !== undefined && known.version > view.version)) {
        return plan;
    }
    const others = plan.polls.filter((p) => p.poll !== poll);
    return { ...plan, polls: [...others, pollRow(view, known)].sort((a, b) => newestFirst(a.poll, b.poll)) };
}

/** As plan.get shows it: of a poll that is over no options; the caller's votes are those known. */
function pollRow(view: NonNullable<Events["poll.changed"]["view"]>, known: PlanPoll | undefined): PlanPoll {
    if (view.state === "open" || view.state === "tied") {
        return { ...view, mine: known?.mine ?? [] };
    }
    const { options: _, voters: __, mine: ___, ...brief } = view;
    return brief;
}

function inOrder(a: string | bigint, b: string | bigint): number {
    return a < b ? -1 : a > b ? 1 : 0;
}

function newestFirst(a: string, b: string): number {
    return inOrder(idOf(b), idOf(a));
}

function idOf(id: string | undefined): bigint {
    return BigInt(id ?? 0);
}
