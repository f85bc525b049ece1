// calls.ts -- calls that wait for an answer: id -> callback and timer.
//
//      waiting --sent--> flying --answer--> done        flying --connection lost--> waiting (or done, see below)
//      flying --"again later"--> resting --time--> waiting        any --deadline--> done (NO_ANSWER)
//
// A read, and a write with its key, is sent again over the next connection until its deadline; the key is made once
// per call. Anything else that was under way fails with DISCONNECTED. A consent.give or .unobject that has not been
// answered when a withdrawal is made is never sent (again).

import { HubError } from "./errors.js";
import { methodKinds, type MethodKind, type Methods } from "./generated.js";
import { newIdem } from "./idem.js";
import { requestText, type Members } from "./wire.js";

export type MethodName = keyof Methods;
export type Params<M extends MethodName> = Methods[M]["params"];
export type Result<M extends MethodName> = Methods[M]["result"];

export interface CallOptions {
    /** How long to try, in milliseconds, reconnects included. Default: callTimeoutMs of the client (30000). */
    readonly timeoutMs?: number;
    /** Key of a write made earlier, to ask for its answer again. Default: a new one. */
    readonly idem?: string;
    /** Whether to send again what the server asks to send again later. Default: true. */
    readonly retry?: boolean;
}

export interface StartOptions extends CallOptions {
    /** Fails when this connection does, whatever the method. */
    readonly thisConnection?: boolean;
    /** Goes before the calls that wait. */
    readonly first?: boolean;
}

export type Done = (error: HubError | null, result: unknown) => void;

export interface CallsLimits {
    readonly timeoutMs: number;
    /** Calls that may wait for a connection; the next is refused with QUEUE_FULL. */
    readonly waitingMax: number;
}

interface Pending {
    readonly id: number;
    readonly method: MethodName;
    readonly params: Members;
    readonly idem: string | undefined;
    readonly done: Done;
    readonly deadline: number;
    readonly timer: Timer;
    retry: boolean; // when the server says "again later"
    repeatable: boolean; // over another connection
    resting: Timer | null;
}

type Timer = ReturnType<typeof setTimeout>;

const losses: ReadonlySet<string> = new Set(["consent.withdraw", "consent.withdraw_all", "consent.refuse", "consent.object"]);
const gives: ReadonlySet<string> = new Set(["consent.give", "consent.unobject"]);
const defaultInFlight = 32;

export class Calls {
    readonly #send: (text: string) => void;
    readonly #limits: CallsLimits;
    readonly #flying = new Map<number, Pending>();
    readonly #resting = new Set<Pending>();
    #waiting: Pending[] = [];
    #flyingSince = 0;
    #lastId = 0;
    #inFlightMax = 0; // 0: not signed in

    constructor(send: (text: string) => void, limits: CallsLimits) {
        this.#send = send;
        this.#limits = limits;
    }

    /** Since when answers have been due without a break (performance.now()); null: none is due. */
    get flyingSince(): number | null {
        return this.#flying.size === 0 ? null : this.#flyingSince;
    }

    /** Starts a call; done is called once, inside receive(), offline(), stop(), a later call, or a timer. */
    start(method: MethodName, params: Members, options: StartOptions, done: Done): void {
        if (losses.has(method)) {
            this.#dropGives();
        }
        if (this.#waiting.length >= this.#limits.waitingMax) {
            done(new HubError("QUEUE_FULL", "Too many calls are waiting for a connection."), undefined);
            return;
        }
        const call = this.#newCall(method, params, options, done);
        if (options.first === true) {
            this.#waiting.unshift(call);
        } else {
            this.#waiting.push(call);
        }
        this.#pump();
    }

    /** session.auth: sent before the connection is open for other calls. */
    startNow(method: MethodName, params: Members, done: Done): void {
        this.#fly(this.#newCall(method, params, { thisConnection: true, retry: false }, done));
    }

    notify(method: MethodName, params: Members): void {
        if (this.#inFlightMax > 0) {
            this.#send(requestText(null, method, params));
        }
    }

    /** Signed in: what waits is sent, at most so many at once. */
    online(inFlightMax: number | undefined): void {
        this.#inFlightMax = inFlightMax ?? defaultInFlight;
        this.#pump();
    }

    /** The connection is gone. */
    offline(): void {
        this.#inFlightMax = 0;
        const flying = [...this.#flying.values()];
        this.#flying.clear();
        this.#waiting = [...flying.filter((c) => c.repeatable), ...this.#waiting];
        for (const call of flying.filter((c) => !c.repeatable)) {
            this.#end(call, new HubError("DISCONNECTED", "The connection was lost.", { idem: call.idem }), undefined);
        }
    }

    /** No connection will come: every call fails. */
    stop(error: HubError): void {
        this.#inFlightMax = 0;
        for (const call of [...this.#flying.values(), ...this.#waiting, ...this.#resting]) {
            this.#end(call, error, undefined);
        }
    }

    /** An answer. One that nobody waits for any more is ignored. */
    receive(id: number, error: HubError | null, result: unknown): void {
        const call = this.#flying.get(id);
        if (call === undefined) {
            return;
        }
        if (error === null || !this.#rest(call, error)) {
            this.#end(call, error === null ? null : error.withIdem(call.idem), result);
        }
        this.#pump();
    }

    #newCall(method: MethodName, params: Members, options: StartOptions, done: Done): Pending {
        const kind: MethodKind = methodKinds[method] ?? "write";
        const timeoutMs = options.timeoutMs ?? this.#limits.timeoutMs;
        const own = params["idem"];
        const idem = kind !== "keyed" ? undefined : (options.idem ?? (typeof own === "string" ? own : newIdem()));
        const id = ++this.#lastId;
        const call: Pending = {
            id,
            method,
            params: idem === undefined ? params : { ...params, idem },
            idem,
            done,
            deadline: performance.now() + timeoutMs,
            timer: setTimeout(() => {
                this.#end(call, new HubError("NO_ANSWER", "No answer in time.", { idem }), undefined);
                this.#pump();
            }, timeoutMs),
            retry: options.retry !== false && kind !== "write",
            repeatable: options.thisConnection !== true && kind !== "write",
            resting: null,
        };
        return call;
    }

    #pump(): void {
        while (this.#flying.size < this.#inFlightMax) {
            const call = this.#waiting.shift();
            if (call === undefined) {
                return;
            }
            this.#fly(call);
        }
    }

    #fly(call: Pending): void {
        if (this.#flying.size === 0) {
            this.#flyingSince = performance.now();
        }
        this.#flying.set(call.id, call);
        this.#send(requestText(call.id, call.method, call.params));
    }

    /** The server asks to come again later: do so, if there is time. */
    #rest(call: Pending, error: HubError): boolean {
        if (error.retryMs === null || !call.retry) {
            return false;
        }
        const waitMs = error.retryMs * (1 + Math.random());
        if (performance.now() + waitMs >= call.deadline) {
            return false;
        }
        this.#flying.delete(call.id);
        this.#resting.add(call);
        call.resting = setTimeout(() => {
            this.#resting.delete(call);
            this.#waiting.push(call);
            this.#pump();
        }, waitMs);
        return true;
    }

    #dropGives(): void {
        const isGive = (c: Pending): boolean => gives.has(c.method);
        for (const call of [...this.#waiting, ...this.#resting].filter(isGive)) {
            this.#end(call, new HubError("DROPPED", "A withdrawal came first.", { idem: call.idem }), undefined);
        }
        for (const call of [...this.#flying.values()].filter(isGive)) {
            call.repeatable = false;
            call.retry = false;
        }
    }

    #end(call: Pending, error: HubError | null, result: unknown): void {
        clearTimeout(call.timer);
        clearTimeout(call.resting ?? undefined);
        this.#flying.delete(call.id);
        this.#resting.delete(call);
        this.#waiting = this.#waiting.filter((c) => c !== call);
        call.done(error, result);
    }
}
