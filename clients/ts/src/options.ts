// options.ts -- what a client is told when it is made, and what it tells.

import type { BackoffLimits } from "./backoff.js";
import type { Messages, Methods } from "./generated.js";
import type { GetToken } from "./token.js";
import type { WebSocketConstructor } from "./transport.js";

export type ClientState = "disconnected" | "connecting" | "connected";

/** Who is signed in, and what the server allows; the answer to session.auth. */
export type SessionInfo = Methods["session.auth"]["result"];

export interface ClientOptions {
    /** Address of the server's WebSocket, for instance "wss://club.example/v1". */
    readonly url: string;
    /** An access token. Without token and getToken the connection is a guest's, or signed in by the WebSocket handed in. */
    readonly token?: string;
    /** Fetches an access token; `fresh`: the last one is refused or about to expire. */
    readonly getToken?: GetToken;
    /** Constructor of WebSockets. Default: the global one. */
    readonly WebSocket?: WebSocketConstructor;
    /** How long a call tries, in milliseconds, reconnects included. Default: 30000. */
    readonly callTimeoutMs?: number;
    /** How long connecting and signing in may take, in milliseconds. Default: 10000. */
    readonly connectTimeoutMs?: number;
    /** With a call under way, a connection silent for so many milliseconds is given up. Default: 15000. */
    readonly silenceMs?: number;
    /** Calls that may wait for a connection. Default: 1000. */
    readonly waitingMax?: number;
    /** Pause before a new attempt. Default: 500 to 30000 milliseconds. */
    readonly backoff?: BackoffLimits;
}

export interface ClientProblem {
    /** gap: a stream missed numbers. wire: a message makes no sense. token: no token to be had, trying again. */
    readonly kind: "gap" | "wire" | "token";
    readonly message: string;
    readonly stream?: string;
}

export interface ClientEvents {
    state: ClientState;
    /** Signed in, again after every reconnect. */
    session: SessionInfo;
    /** The next attempt comes in so many milliseconds. */
    waiting: { readonly inMs: number };
    /** The server told something about this session. */
    notice: Messages["session.notice"];
    /** The session is over; sign in anew. */
    signedOut: { readonly reason: string };
    error: ClientProblem;
}
