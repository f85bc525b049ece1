// support.ts -- a client that reconnects quickly, and waiting for things to come true.

import { appendFileSync } from "node:fs";
import { WebSocket } from "ws";
import { Client, type ClientOptions, type WebSocketConstructor } from "../src/index.js";
import { FakeServer } from "./fakeServer.js";

const { CLUBHUB_FRAMES: frames, CLUBHUB_URL: real } = process.env;
let sockets = 0;

/** Writes down what it says to the real server and what it is told, where CLUBHUB_FRAMES asks for it; test/after/frames.test.ts reads it. */
export class Recorded extends WebSocket {
    readonly #socket = ++sockets;
    readonly #kept: boolean;

    constructor(url: string, protocols: string[]) {
        super(url, protocols);
        this.#kept = frames !== undefined && real !== undefined && url.startsWith(real);
        this.on("message", (data) => this.#keep("told", String(data)));
    }

    override send(text: string): void {
        this.#keep("sent", text);
        super.send(text);
    }

    #keep(way: Frame["way"], text: string): void {
        if (this.#kept) {
            const frame: Frame = { socket: this.#socket, way, text };
            appendFileSync(`${frames ?? ""}/${process.pid}.jsonl`, `${JSON.stringify(frame)}\n`);
        }
    }
}

/** One line of what Recorded writes, a file for each process. */
export interface Frame {
    readonly socket: number;
    readonly way: "sent" | "told";
    readonly text: string;
}

export const webSocket: WebSocketConstructor = Recorded;

export const quick = { minMs: 5, maxMs: 40 };

export function clientOf(url: string, options: Partial<ClientOptions> = {}): Client {
    const token = options.getToken === undefined ? { token: "t1" } : {};
    return new Client({ url, WebSocket: webSocket, backoff: quick, ...token, ...options });
}

/** Runs a test against a server of its own; what it made is closed after it. */
export async function withServer(run: (server: FakeServer, open: (options?: Partial<ClientOptions>) => Client) => Promise<void>): Promise<void> {
    const server = await FakeServer.start();
    const clients: Client[] = [];
    try {
        await run(server, (options) => {
            const client = clientOf(server.url, options);
            clients.push(client);
            return client;
        });
    } finally {
        for (const client of clients) {
            client.close();
        }
        await server.stop();
    }
}

/** Waits until `look` answers something else than undefined or false. */
export async function until<T>(what: string, look: () => T | undefined | false, timeoutMs = 5000): Promise<T> {
    const end = performance.now() + timeoutMs;
    for (;;) {
        const found = look();
        if (found !== undefined && found !== false) {
            return found;
        }
        if (performance.now() > end) {
            throw new Error(`waited in vain: ${what}`);
        }
        await sleep(2);
    }
}

export function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A test that hangs fails with its own name instead of the runner's. */
export const limit = { timeout: 60_000 };
