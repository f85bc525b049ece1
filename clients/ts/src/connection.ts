// connection.ts -- one connection: fetches a token, opens, signs in, passes messages on, ends once.
//
// (1) ended() is told once, and nothing after it; drop() ends it without telling.
// (2) Messages are handled one after another; after an answer the promise it settles runs first, so that a caller
//     sees the answer before the events it caused.

import type { Calls } from "./calls.js";
import { HubError } from "./errors.js";
import { Inbox } from "./inbox.js";
import type { SessionInfo } from "./options.js";
import type { TokenSource } from "./token.js";
import { WebSocketTransport, type Transport, type WebSocketConstructor } from "./transport.js";
import { readText, WireError, type Incoming, type Members } from "./wire.js";

export type End =
    | { readonly kind: "closed"; readonly code: number }
    /** session.auth was refused. */
    | { readonly kind: "refused"; readonly error: HubError }
    | { readonly kind: "no_token"; readonly problem: unknown }
    /** Nothing was heard for too long. */
    | { readonly kind: "silent" }
    /** A message made no sense. */
    | { readonly kind: "fault"; readonly problem: WireError };

export interface ConnectionOptions {
    readonly url: string;
    readonly WebSocket: WebSocketConstructor;
    readonly connectTimeoutMs: number;
    readonly silenceMs: number;
}

export interface ConnectionEvents {
    /** Calls may be made now; null: signed in without session.auth, or a guest. */
    signedIn(session: SessionInfo | null): void;
    message(name: string, params: Members): void;
    /** The token could not be renewed; the connection goes on until it expires. */
    notRenewed(problem: unknown): void;
    ended(end: End): void;
}

const lookMs = 1000; // how often it looks whether the server is silent

export class Connection {
    readonly #options: ConnectionOptions;
    readonly #tokens: TokenSource | null;
    readonly #calls: Calls;
    readonly #events: ConnectionEvents;
    readonly #transport: Transport;
    readonly #inbox = new Inbox<Incoming>((message) => this.#take(message));
    #token: string | null = null;
    #isOver = false;
    #heardAt = 0;
    #timeout: ReturnType<typeof setTimeout> | undefined;
    #watch: ReturnType<typeof setInterval> | undefined;

    /** @param tokens null: without session.auth */
    constructor(options: ConnectionOptions, tokens: TokenSource | null, calls: Calls, events: ConnectionEvents) {
        this.#options = options;
        this.#tokens = tokens;
        this.#calls = calls;
        this.#events = events;
        this.#transport = new WebSocketTransport(
            options.url,
            {
                opened: () => this.#opened(),
                message: (text) => this.#receive(text),
                closed: (code) => this.#end({ kind: "closed", code }),
            },
            options.WebSocket,
        );
    }

    /** Asks for the token first: a connection without one would only hold a place. */
    async open(): Promise<void> {
        this.#timeout = setTimeout(() => this.#end({ kind: "silent" }), this.#options.connectTimeoutMs);
        try {
            this.#token = this.#tokens === null ? null : await this.#tokens.get();
        } catch (problem) {
            this.#end({ kind: "no_token", problem });
        }
        if (!this.#isOver) {
            this.#transport.open();
        }
    }

    send(text: string): void {
        this.#transport.send(text);
    }

    /** Ends it; ended() is not told. */
    drop(): void {
        if (!this.#isOver) {
            this.#isOver = true;
            clearTimeout(this.#timeout);
            clearInterval(this.#watch);
            this.#inbox.clear();
            this.#transport.close(1000, "");
        }
    }

    /** Gives the server a newer token. Without success it closes with 4401 in the end. */
    async renew(fresh: boolean): Promise<void> {
        if (this.#tokens?.canRenew !== true) {
            return;
        }
        try {
            const token = await this.#tokens.get(fresh);
            if (!this.#isOver) {
                this.#calls.start("session.refresh", { token }, { thisConnection: true, first: true }, (error) => {
                    if (error !== null && !this.#isOver) {
                        this.#events.notRenewed(error);
                    }
                });
            }
        } catch (problem) {
            if (!this.#isOver) {
                this.#events.notRenewed(problem);
            }
        }
    }

    #receive(text: string): void {
        if (this.#isOver) {
            return;
        }
        this.#heardAt = performance.now();
        this.#guard(() => this.#inbox.push(readText(text)));
    }

    #opened(): void {
        if (this.#token === null) {
            this.#signedIn(null);
            return;
        }
        this.#calls.startNow("session.auth", { token: this.#token }, (error, result) => {
            if (this.#isOver) {
                return;
            }
            if (error === null) {
                this.#signedIn(result as SessionInfo);
            } else {
                this.#end({ kind: "refused", error });
            }
        });
    }

    #signedIn(session: SessionInfo | null): void {
        clearTimeout(this.#timeout);
        this.#watch = setInterval(() => this.#listenForLife(), lookMs);
        this.#tokens?.accepted();
        this.#events.signedIn(session);
    }

    /** True after an answer. */
    #take(message: Incoming): boolean {
        if (message.kind === "message") {
            this.#guard(() => this.#events.message(message.name, message.params));
            return false;
        }
        if (message.id !== null) {
            const [error, result] = message.kind === "error" ? [message.error, undefined] : [null, message.result];
            const { id } = message;
            this.#guard(() => this.#calls.receive(id, error, result));
        }
        return true;
    }

    /** The server answers calls or says that it cannot; one that does neither is gone. */
    #listenForLife(): void {
        const since = this.#calls.flyingSince;
        if (since !== null && performance.now() - Math.max(since, this.#heardAt) >= this.#options.silenceMs) {
            this.#end({ kind: "silent" });
        }
    }

    #guard(handle: () => void): void {
        try {
            handle();
        } catch (problem) {
            if (!(problem instanceof WireError)) {
                throw problem;
            }
            this.#end({ kind: "fault", problem });
        }
    }

    #end(end: End): void {
        if (!this.#isOver) {
            this.drop();
            this.#events.ended(end);
        }
    }
}
