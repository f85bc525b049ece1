// transport.ts -- what carries the texts: an interface of three methods and three callbacks, and WebSocket.

export interface Transport {
    /** Begins to connect; opened() or closed() follows. */
    open(): void;
    send(text: string): void;
    /** Ends it. No callback follows. */
    close(code: number, reason: string): void;
}

export interface TransportEvents {
    opened(): void;
    message(text: string): void;
    /** Once, also when it never opened. 1006: without a farewell. */
    closed(code: number, reason: string): void;
}

/** The part of the WebSocket interface that is used here; browsers, Node from 22 and the package `ws` have it. */
export interface WebSocketLike {
    onopen: ((event: never) => void) | null;
    onmessage: ((event: never) => void) | null;
    onclose: ((event: never) => void) | null;
    onerror: ((event: never) => void) | null;
    send(text: string): void;
    close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

const subprotocol = "clubhub.v1";

export class WebSocketTransport implements Transport {
    readonly #url: string;
    readonly #events: TransportEvents;
    readonly #WebSocket: WebSocketConstructor;
    #socket: WebSocketLike | null = null;

    constructor(url: string, events: TransportEvents, WebSocket: WebSocketConstructor) {
        this.#url = url;
        this.#events = events;
        this.#WebSocket = WebSocket;
    }

    open(): void {
        const socket = new this.#WebSocket(this.#url, [subprotocol]);
        this.#socket = socket;
        socket.onopen = () => {
            this.#events.opened();
        };
        socket.onmessage = (event: { readonly data: unknown }) => {
            if (typeof event.data === "string") {
                this.#events.message(event.data);
            }
        };
        socket.onclose = (event: { readonly code: number; readonly reason: string }) => {
            this.#socket = null;
            this.#events.closed(event.code, event.reason);
        };
        socket.onerror = () => {
            // A close follows, and says all that a script may know.
        };
    }

    send(text: string): void {
        this.#socket?.send(text);
    }

    close(code: number, reason: string): void {
        const socket = this.#socket;
        this.#socket = null;
        if (socket !== null) {
            socket.onopen = null;
            socket.onmessage = null;
            socket.onclose = null;
            socket.close(code, reason); // onerror stays: `ws` reports an attempt that is broken off
        }
    }
}

/** The WebSocket of the browser or of Node 22; Node 18 and 20 need one handed in. */
export function defaultWebSocket(): WebSocketConstructor {
    const found = (globalThis as { readonly WebSocket?: WebSocketConstructor }).WebSocket;
    if (found === undefined) {
        throw new Error("no global WebSocket here: pass one as the option `WebSocket`, for instance that of the package ws");
    }
    return found;
}
