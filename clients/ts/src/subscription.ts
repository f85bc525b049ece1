// subscription.ts -- one stream: where it stands, and what is told about it.
//
//      unsubscribed --begin--> subscribing --answer--> subscribed
//      subscribed --connection lost, gap, stream.resync--> subscribing
//      subscribing, subscribed --unsubscribe, stream.ended, refusal--> unsubscribed
//
// (1) Only while subscribed are events and skips taken; what arrives in between belongs to an older subscription.
// (2) Every seq is told once, in order, by `event`, `skip`, or by a `snapshot` that includes it.
// (3) A message that is not the next one is not told. It raises `gap`, and the stream is resumed from the last seq
//     covered, on the same connection.

import { backoffMs } from "./backoff.js";
import { Coverage } from "./coverage.js";
import { deferred } from "./deferred.js";
import { Emitter } from "./emitter.js";
import { HubError } from "./errors.js";
import type { Events, SnapshotOf, StreamName } from "./generated.js";
import { readSignal, type Signal } from "./signal.js";
import { isSeq, readEvent, readSubscribeReply, type EventMessage, type Members, type SubscribeReply } from "./wire.js";

export type SubscriptionState = "unsubscribed" | "subscribing" | "subscribed";

/** Where a stream stands; keep it to resume in another run of the program. */
export interface Position {
    /** Lineage of the database: seqs of another one mean nothing. */
    readonly epoch: string;
    readonly seq: number;
}

export type Actor = { readonly member: string; readonly handle?: string } | { readonly former: true } | { readonly staff: true };

/** An event, told apart by `type`. A newer server may send types that are not listed: leave them be. */
export type HubEvent = { [T in keyof Events]: EventOf<T> }[keyof Events];

export interface EventOf<T extends keyof Events> {
    readonly stream: string;
    readonly seq: number;
    readonly type: T;
    /** RFC 3339, UTC. */
    readonly at: string;
    readonly actor?: Actor | null;
    /** The consent it needed; consent.receipt with it gives the member's own evidence. */
    readonly basis?: { readonly purpose: string; readonly scope?: string; readonly channel?: string };
    readonly data: Events[T];
}

export interface Snapshot<S extends StreamName> extends Position {
    /** The whole state as of seq. */
    readonly data: SnapshotOf<S>;
}

export interface SeqRange {
    readonly from: number;
    readonly to: number;
}

export interface Gap {
    readonly expected: number;
    readonly got: SeqRange;
}

export interface SubscriptionEvents<S extends StreamName> {
    event: HubEvent;
    /** Typing and presence, on streams of plans; company() keeps who is there. */
    signal: Signal;
    /** Numbers that hold nothing for this recipient. */
    skip: SeqRange;
    /** Replaces everything known from this stream. */
    snapshot: Snapshot<S>;
    state: SubscriptionState;
    /** The subscription is over: NOT_FOUND, LEFT, REMOVED … */
    ended: { readonly reason: string };
    /** Numbers were missing; they are being fetched. */
    gap: Gap;
}

/** What the application holds. */
export interface Subscription<S extends StreamName> {
    readonly stream: S;
    readonly state: SubscriptionState;
    /** Newest number covered; null before the first answer. */
    readonly position: Position | null;
    /** Settles with the first answer, or fails when there will be none. */
    readonly ready: Promise<void>;
    on<K extends keyof SubscriptionEvents<S>>(name: K, listener: (value: SubscriptionEvents<S>[K]) => void): () => void;
    unsubscribe(): void;
}

/** What a subscription needs of its client. */
export interface StreamLink {
    /** Asks for this stream soon; `again` when this connection may hold a subscription to it already. */
    want(again: boolean): void;
    leave(): void;
    ended(): void;
    gap(gap: Gap): void;
}

export class StreamSubscription<S extends StreamName> extends Emitter<SubscriptionEvents<S>> implements Subscription<S> {
    readonly stream: S;
    readonly #ready = deferred();
    readonly #link: StreamLink;
    #state: SubscriptionState = "subscribing";
    #epoch = "";
    #coverage: Coverage | null = null;
    #faults = 0; // gaps and refusals since the last message that was in order
    #timer: ReturnType<typeof setTimeout> | undefined;

    constructor(stream: S, from: Position | null, link: (self: StreamSubscription<S>) => StreamLink) {
        super();
        this.stream = stream;
        if (from !== null) {
            this.#epoch = from.epoch;
            this.#coverage = new Coverage(from.seq);
        }
        this.#link = link(this);
    }

    get state(): SubscriptionState {
        return this.#state;
    }

    get ready(): Promise<void> {
        return this.#ready.promise;
    }

    get position(): Position | null {
        return this.#coverage === null ? null : { epoch: this.#epoch, seq: this.#coverage.seq };
    }

    unsubscribe(): void {
        if (this.#state !== "unsubscribed") {
            this.#to("unsubscribed");
            this.#link.leave();
            this.#ready.reject(new HubError("DISCONNECTED", "Unsubscribed."));
        }
    }

    /** Parameters to resume with. */
    get request(): { stream: string; after?: number; epoch?: string } {
        const at = this.position;
        return at === null ? { stream: this.stream } : { stream: this.stream, after: at.seq, epoch: at.epoch };
    }

    /** The connection is gone; begin() follows on the next one. */
    offline(): void {
        clearTimeout(this.#timer);
        this.#to("subscribing");
    }

    answered(value: unknown): void {
        if (this.#state === "subscribing") {
            const reply = readSubscribeReply(value);
            this.#epoch = reply.epoch;
            this.#to("subscribed");
            if (reply.recovered && this.#coverage !== null) {
                this.#resumed(reply, this.#coverage);
            } else {
                this.#coverage = new Coverage(reply.seq);
                this.emit("snapshot", { data: reply.snapshot as SnapshotOf<S>, seq: reply.seq, epoch: reply.epoch });
            }
            this.#ready.resolve();
        }
    }

    refused(error: HubError): void {
        if (this.#state !== "subscribing" || error.reason === "DISCONNECTED" || error.reason === "STOPPED") {
            return;
        }
        if (error.retryMs !== null || error.reason === "NO_ANSWER") {
            this.#beginLater(true);
        } else {
            this.finish(error.reason, error);
        }
    }

    /** A message of the server about this stream. */
    receive(name: string, params: Members): void {
        switch (name) {
            case "event":
                this.#event(readEvent(params));
                break;
            case "stream.skip":
                this.#skip(params);
                break;
            case "signal":
                this.#signal(params);
                break;
            case "stream.resync":
                this.#coverage = null;
                this.#begin();
                break;
            case "stream.ended":
                this.finish(typeof params["reason"] === "string" ? params["reason"] : "");
                break;
        }
    }

    finish(reason: string, error = new HubError("STOPPED", `The stream ended: ${reason}.`)): void {
        if (this.#state !== "unsubscribed") {
            this.#ready.reject(error);
            this.#to("unsubscribed");
            this.#link.ended();
            this.emit("ended", { reason });
        }
    }

    #resumed(reply: SubscribeReply, coverage: Coverage): void {
        for (const event of reply.events) {
            this.#skipTo(coverage, event.seq - 1);
            this.#event(event);
        }
        this.#skipTo(coverage, reply.seq);
    }

    /** Numbers up to `seq` that the answer covers without an event. */
    #skipTo(coverage: Coverage, seq: number): void {
        const from = coverage.seq + 1;
        if (this.#state === "subscribed" && from <= seq && coverage.take(from, seq) === "next") {
            this.emit("skip", { from, to: seq });
        }
    }

    #event(event: EventMessage): void {
        if (this.#take(event.seq, event.seq)) {
            this.emit("event", event as unknown as HubEvent);
        }
    }

    #skip(params: Members): void {
        const { from, to } = params;
        if (isSeq(from) && isSeq(to) && this.#take(from, to)) {
            this.emit("skip", { from, to });
        }
    }

    #signal(params: Members): void {
        const signal = this.#state === "subscribed" ? readSignal(params) : null;
        if (signal !== null) {
            this.emit("signal", signal);
        }
    }

    #take(from: number, to: number): boolean {
        if (this.#state !== "subscribed" || this.#coverage === null) {
            return false;
        }
        const expected = this.#coverage.seq + 1;
        const verdict = this.#coverage.take(from, to);
        if (verdict === "next") {
            this.#faults = 0;
            return true;
        }
        const gap: Gap = { expected, got: { from, to } };
        this.emit("gap", gap);
        this.#link.gap(gap);
        if (verdict === "gap") {
            this.#begin();
        }
        return false;
    }

    /** Asks again on this connection: at once the first time, then with growing pauses. */
    #begin(): void {
        this.#to("subscribing");
        if (this.#faults === 0) {
            this.#faults = 1;
            this.#link.want(true);
        } else {
            this.#beginLater(true);
        }
    }

    #beginLater(again: boolean): void {
        const waitMs = backoffMs(this.#faults++, Math.random());
        clearTimeout(this.#timer);
        this.#timer = setTimeout(() => {
            if (this.#state === "subscribing") {
                this.#link.want(again);
            }
        }, waitMs);
    }

    #to(state: SubscriptionState): void {
        if (this.#state !== state) {
            this.#state = state;
            this.emit("state", state);
        }
    }
}
