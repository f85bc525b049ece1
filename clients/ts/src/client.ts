// client.ts -- the client: the only state machine over connections.
//
//      disconnected --connect--> connecting --signed in--> connected
//      connected, connecting --connection ended--> connecting (after a pause)
//      any --close(), or the server closed for good--> disconnected

import { backoffMs, defaultBackoff } from "./backoff.js";
import { Calls, type CallOptions, type MethodName, type Params, type Result } from "./calls.js";
import { Connection, type End } from "./connection.js";
import { deferred, type Deferred } from "./deferred.js";
import { Emitter } from "./emitter.js";
import { HubError } from "./errors.js";
import type { Messages, StreamName } from "./generated.js";
import type { ClientEvents, ClientOptions, ClientState, SessionInfo } from "./options.js";
import { closePolicy } from "./policy.js";
import { Streams } from "./streams.js";
import type { Position, Subscription } from "./subscription.js";
import { TokenSource } from "./token.js";
import { defaultWebSocket, type WebSocketConstructor } from "./transport.js";
import { isMembers, type Members } from "./wire.js";

type CallArgs<M extends MethodName> = {} extends Params<M>
    ? [params?: Params<M>, options?: CallOptions]
    : [params: Params<M>, options?: CallOptions];

const stableMs = 5_000; // a connection that lasted so long was a good one

export class Client extends Emitter<ClientEvents> {
    readonly #options: ClientOptions;
    readonly #WebSocket: WebSocketConstructor;
    readonly #tokens: TokenSource | null;
    readonly #calls: Calls;
    readonly #streams: Streams;
    #state: ClientState = "disconnected";
    #connection: Connection | null = null; // null while it waits for the next attempt
    #session: SessionInfo | null = null;
    #pause: ReturnType<typeof setTimeout> | undefined;
    #attempt = 0;
    #connectedAt = 0;
    #reconnectMs: number | null = null; // told by the server
    #ready: Deferred | null = null;

    constructor(options: ClientOptions) {
        super();
        this.#options = options;
        this.#WebSocket = options.WebSocket ?? defaultWebSocket();
        const { token, getToken } = options;
        this.#tokens = token === undefined && getToken === undefined ? null : new TokenSource(token, getToken);
        this.#calls = new Calls((text) => this.#connection?.send(text), {
            timeoutMs: options.callTimeoutMs ?? 30_000,
            waitingMax: options.waitingMax ?? 1000,
        });
        this.#streams = new Streams({
            start: (method, params, how, done) => this.#calls.start(method, params, how, done),
            gap: (stream, { expected, got }) =>
                this.emit("error", { kind: "gap", stream, message: `expected ${expected}, got ${got.from} to ${got.to}` }),
        });
    }

    get state(): ClientState {
        return this.#state;
    }

    /** Of the newest sign-in; null before the first, and for guests. */
    get session(): SessionInfo | null {
        return this.#session;
    }

    /** Connects and stays connected. Settles with the first sign-in, or when no other attempt will be made. */
    connect(): Promise<void> {
        if (this.#ready === null) {
            this.#ready = deferred();
            this.#dial();
        }
        return this.#ready.promise;
    }

    /** Ends the connection and its subscriptions; calls under way fail with DISCONNECTED. connect() begins anew. */
    close(): void {
        this.#stop(new HubError("DISCONNECTED", "The client was closed."));
    }

    /** For an app that comes back to the foreground: tries at once if it waits, else finds out whether the connection lives. */
    wake(): void {
        if (this.#state === "connecting" && this.#connection === null) {
            this.#dial();
        } else if (this.#state === "connected") {
            void this.#connection?.renew(false);
        }
    }

    /** Calls a method. A write gets its idempotency key here, and keeps it over every reconnect. */
    call<M extends MethodName>(method: M, ...args: CallArgs<M>): Promise<Result<M>> {
        const [params, options] = args;
        return new Promise((resolve, reject) => {
            this.#calls.start(method, (params ?? {}) as Members, options ?? {}, (error, result) => {
                if (error === null) {
                    resolve(result as Result<M>);
                } else {
                    reject(error);
                }
            });
        });
    }

    /** Says something that has no answer (stream.ack). Lost without a connection. */
    notify<M extends MethodName>(method: M, params: Params<M>): void {
        this.#calls.notify(method, params as Members);
    }

    /**
     * Subscribes to a stream, over every reconnect, until unsubscribe() or `ended`. Add listeners at once.
     * @param from where an earlier run stopped; without it a snapshot comes first
     */
    subscribe<S extends StreamName>(stream: S, from: Position | null = null): Subscription<S> {
        return this.#streams.add(stream, from);
    }

    #dial(): void {
        clearTimeout(this.#pause);
        const { url, connectTimeoutMs = 10_000, silenceMs = 15_000 } = this.#options;
        const options = { url, WebSocket: this.#WebSocket, connectTimeoutMs, silenceMs };
        this.#connection = new Connection(options, this.#tokens, this.#calls, {
            signedIn: (session) => this.#signedIn(session),
            message: (name, params) => this.#told(name, params),
            notRenewed: (problem) => this.#noToken(problem),
            ended: (end) => this.#ended(end),
        });
        this.#to("connecting");
        void this.#connection.open();
    }

    #signedIn(session: SessionInfo | null): void {
        this.#session = session;
        this.#connectedAt = performance.now();
        this.#reconnectMs = null;
        this.#streams.online();
        this.#calls.online(inFlightMax(session));
        this.#to("connected");
        if (session !== null) {
            this.emit("session", session);
        }
        this.#ready?.resolve();
    }

    #told(name: string, params: Members): void {
        if (name === "session.notice") {
            const { reconnect_ms } = params;
            this.#reconnectMs = typeof reconnect_ms === "number" ? reconnect_ms : this.#reconnectMs;
            this.emit("notice", params as Messages["session.notice"]);
        } else if (name === "session.expiring") {
            void this.#connection?.renew(true);
        } else {
            this.#streams.receive(name, params);
        }
    }

    #ended(end: End): void {
        switch (end.kind) {
            case "closed":
                this.#closed(end.code);
                break;
            case "refused":
                this.#refused(end.error);
                break;
            case "no_token":
                if (!this.#noToken(end.problem)) {
                    this.#reconnect(0);
                }
                break;
            case "silent":
                this.#reconnect(0);
                break;
            case "fault":
                this.emit("error", { kind: "wire", message: end.problem.message });
                this.#reconnect(0);
                break;
        }
    }

    #closed(code: number): void {
        switch (closePolicy(code)) {
            case "stop":
                this.#stop(new HubError("STOPPED", `The server closed with ${code}.`, { data: { close_code: code } }));
                break;
            case "sign_out":
                this.#signOut("The session is revoked.");
                break;
            case "token":
                this.#tokenRefused();
                break;
            case "wait":
            case "reconnect":
                this.#reconnect(0);
                break;
        }
    }

    #refused(error: HubError): void {
        if (error.reason === "UNAUTHENTICATED") {
            this.#tokenRefused();
        } else if (error.retryMs !== null || error.reason === "NO_ANSWER") {
            this.#reconnect(error.retryMs ?? 0);
        } else {
            this.#stop(error);
        }
    }

    /** One more attempt with a fresh token, then it is over. */
    #tokenRefused(): void {
        if (this.#tokens === null || this.#tokens.refused() === "give_up") {
            this.#signOut("No token is accepted.");
        } else {
            this.#reconnect(0);
        }
    }

    /** True when that ends the session. */
    #noToken(problem: unknown): boolean {
        if (problem instanceof HubError && problem.reason === "UNAUTHENTICATED") {
            this.#signOut(problem.message);
            return true;
        }
        this.emit("error", { kind: "token", message: String(problem) });
        return false;
    }

    /** Tries again after what the server said, else after a pause that grows, but not before `leastMs`. */
    #reconnect(leastMs: number): void {
        if (this.#ready === null) {
            return; // a listener called close()
        }
        if (this.#state === "connected" && performance.now() - this.#connectedAt >= stableMs) {
            this.#attempt = 0;
        }
        this.#disconnect();
        this.#to("connecting");
        const grownMs = backoffMs(this.#attempt++, Math.random(), this.#options.backoff ?? defaultBackoff);
        const pauseMs = this.#reconnectMs ?? Math.max(leastMs, grownMs);
        this.#reconnectMs = null;
        this.#pause = setTimeout(() => this.#dial(), pauseMs);
        this.emit("waiting", { inMs: pauseMs });
    }

    #disconnect(): void {
        clearTimeout(this.#pause);
        this.#connection?.drop();
        this.#connection = null;
        this.#calls.offline();
        this.#streams.offline();
    }

    #signOut(message: string): void {
        this.#stop(new HubError("SIGNED_OUT", message));
        this.#session = null;
        this.emit("signedOut", { reason: message });
    }

    #stop(error: HubError): void {
        const ready = this.#ready;
        this.#ready = null;
        this.#attempt = 0;
        this.#disconnect();
        this.#to("disconnected");
        this.#calls.stop(error);
        this.#streams.stop(error);
        ready?.reject(error);
    }

    #to(state: ClientState): void {
        if (this.#state !== state) {
            this.#state = state;
            this.emit("state", state);
        }
    }
}

/** Calls at once that the server allows. */
function inFlightMax(session: SessionInfo | null): number | undefined {
    const limits: unknown = session?.limits;
    const told = isMembers(limits) ? limits["calls_in_flight"] : undefined;
    return typeof told === "number" && told > 0 ? told : undefined;
}
