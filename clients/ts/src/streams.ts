// streams.ts -- the subscriptions of a client: asks for all that are wanted at one time in one call.
//
// Calls in flight have no order among themselves, so a stream that this connection may still hold is left first, and
// asked for when that is answered.

import type { Done, StartOptions } from "./calls.js";
import { HubError } from "./errors.js";
import type { StreamName } from "./generated.js";
import { StreamSubscription, type Gap, type Position } from "./subscription.js";
import { isMembers, type Members } from "./wire.js";

type AnySubscription = StreamSubscription<StreamName>;

export interface StreamsHost {
    start(method: "stream.subscribe" | "stream.subscribe_many" | "stream.unsubscribe", params: Members, options: StartOptions, done: Done): void;
    gap(stream: string, gap: Gap): void;
}

const askedAtOnceMax = 50;
const onThisConnection: StartOptions = { thisConnection: true, first: true };

export class Streams {
    readonly #host: StreamsHost;
    readonly #subscriptions = new Map<string, AnySubscription>();
    readonly #wanted = new Set<AnySubscription>();
    readonly #leaving = new Map<string, number>(); // answers to stream.unsubscribe that are due
    #isOnline = false;
    #isFlushDue = false;

    constructor(host: StreamsHost) {
        this.#host = host;
    }

    add<S extends StreamName>(stream: S, from: Position | null): StreamSubscription<S> {
        if (this.#subscriptions.has(stream)) {
            throw new Error(`already subscribed to ${stream}`);
        }
        const subscription = new StreamSubscription<S>(stream, from, (self) => ({
            want: (again) => this.#want(self as unknown as AnySubscription, again),
            leave: () => {
                this.#remove(self as unknown as AnySubscription);
                this.#leave(stream);
            },
            ended: () => this.#remove(self as unknown as AnySubscription),
            gap: (gap) => this.#host.gap(stream, gap),
        }));
        this.#subscriptions.set(stream, subscription as unknown as AnySubscription);
        this.#want(subscription as unknown as AnySubscription, false);
        return subscription;
    }

    /** A message of the server that names a stream. */
    receive(name: string, params: Members): void {
        const stream = params["stream"];
        if (typeof stream === "string") {
            this.#subscriptions.get(stream)?.receive(name, params);
        }
    }

    online(): void {
        this.#isOnline = true;
        for (const subscription of this.#subscriptions.values()) {
            this.#want(subscription, false);
        }
    }

    offline(): void {
        this.#isOnline = false;
        this.#wanted.clear();
        this.#leaving.clear();
        for (const subscription of this.#subscriptions.values()) {
            subscription.offline();
        }
    }

    /** No connection will come. */
    stop(error: HubError): void {
        this.offline();
        for (const subscription of [...this.#subscriptions.values()]) {
            subscription.finish(error.reason, error);
        }
    }

    #remove(subscription: AnySubscription): void {
        this.#subscriptions.delete(subscription.stream);
        this.#wanted.delete(subscription);
    }

    #want(subscription: AnySubscription, again: boolean): void {
        if (!this.#isOnline) {
            return; // online() asks for all
        }
        this.#wanted.add(subscription);
        if (again) {
            this.#leave(subscription.stream);
        } else {
            this.#flushSoon();
        }
    }

    #leave(stream: string): void {
        if (!this.#isOnline) {
            return;
        }
        this.#leaving.set(stream, (this.#leaving.get(stream) ?? 0) + 1);
        this.#host.start("stream.unsubscribe", { stream }, onThisConnection, () => {
            const due = (this.#leaving.get(stream) ?? 1) - 1;
            if (due > 0) {
                this.#leaving.set(stream, due);
            } else {
                this.#leaving.delete(stream);
                this.#flushSoon();
            }
        });
    }

    #flushSoon(): void {
        if (!this.#isFlushDue) {
            this.#isFlushDue = true;
            queueMicrotask(() => {
                this.#isFlushDue = false;
                this.#flush();
            });
        }
    }

    #flush(): void {
        const ready = [...this.#wanted].filter((s) => !this.#leaving.has(s.stream));
        for (const subscription of ready) {
            this.#wanted.delete(subscription);
        }
        for (let i = 0; i < ready.length; i += askedAtOnceMax) {
            this.#ask(ready.slice(i, i + askedAtOnceMax));
        }
    }

    #ask(some: readonly AnySubscription[]): void {
        const [only] = some;
        if (only !== undefined && some.length === 1) {
            this.#host.start("stream.subscribe", only.request, onThisConnection, (error, result) => {
                this.#tell(only, error, result);
            });
            return;
        }
        const params = { streams: some.map((s) => s.request) };
        this.#host.start("stream.subscribe_many", params, onThisConnection, (error, result) => {
            const answers = isMembers(result) && Array.isArray(result["streams"]) ? result["streams"] : [];
            some.forEach((subscription, i) => {
                const answer: unknown = answers[i];
                this.#tell(subscription, error ?? refusalIn(answer), answer);
            });
        });
    }

    #tell(subscription: AnySubscription, error: HubError | null, result: unknown): void {
        if (this.#subscriptions.get(subscription.stream) !== subscription) {
            return; // left meanwhile
        }
        if (error !== null) {
            subscription.refused(error);
        } else {
            subscription.answered(result);
        }
    }
}

/** The error in one row of the answer to stream.subscribe_many. */
function refusalIn(answer: unknown): HubError | null {
    if (!isMembers(answer) || !isMembers(answer["error"])) {
        return null;
    }
    const { code, reason } = answer["error"];
    return new HubError(reason as HubError["reason"], "", { code: typeof code === "number" ? code : null });
}
