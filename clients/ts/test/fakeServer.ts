// fakeServer.ts -- a server of the protocol on a real WebSocket, on loopback, that does what a test tells it to.
//
// It signs everybody in, numbers the events of its streams and resumes them; a test may answer any method otherwise,
// push anything, close with any code or cut the line.

import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { WebSocketServer, type WebSocket } from "ws";

export type Members = Record<string, unknown>;

export interface Request {
    readonly id?: number;
    readonly method: string;
    readonly params: Members;
}

/** Thrown by a handler: answered as an error. */
export class Refusal extends Error {
    constructor(readonly code: number, readonly reason: string, readonly more: Members = {}) {
        super(reason);
    }
}

/** Thrown by a handler: no answer. */
export class Silence extends Error {}

export type Handler = (params: Members, from: Peer) => unknown;

export class Peer {
    readonly requests: Request[] = [];
    readonly subscribed = new Set<string>();

    constructor(readonly socket: WebSocket) {}

    send(...messages: Members[]): void {
        const full = messages.map((m) => ({ jsonrpc: "2.0", ...m }));
        this.socket.send(JSON.stringify(full.length === 1 ? full[0] : full));
    }

    tell(method: string, params: Members): void {
        this.send({ method, params });
    }

    close(code: number): void {
        this.socket.close(code, "");
    }

    cut(): void {
        this.socket.terminate();
    }
}

interface StreamLog {
    /** events by seq from 1; null is not for this member */
    readonly events: (Members | null)[];
}

export class FakeServer {
    readonly peers: Peer[] = [];
    readonly handlers = new Map<string, Handler>();
    epoch = "a1";
    /** Events further back than this cannot be resumed. */
    floor = 0;
    readonly #streams = new Map<string, StreamLog>();
    readonly #server: WebSocketServer;

    private constructor(server: WebSocketServer) {
        this.#server = server;
        server.on("connection", (socket) => {
            const peer = new Peer(socket);
            this.peers.push(peer);
            socket.on("message", (data) => {
                this.#receive(peer, JSON.parse(String(data as Buffer)) as Request);
            });
        });
        this.handlers.set("session.auth", () => ({
            principal: { kind: "member" },
            clubs: [],
            streams: ["me", "club:1"],
            server_time: "2026-11-22T10:00:00.000Z",
            consent_epoch: 1,
            limits: { calls_in_flight: 32, calls_per_s: 50, subscriptions: 200, message_bytes: 65536 },
            epoch: this.epoch,
        }));
        this.handlers.set("session.refresh", () => ({}));
        this.handlers.set("points.summary", () => ({ available: 10, ver: 1 }));
        this.handlers.set("stream.subscribe", (params, from) => this.#subscribe(params, from));
        this.handlers.set("stream.subscribe_many", (params, from) => ({
            streams: (params["streams"] as Members[]).map((p) => this.#subscribe(p, from)),
        }));
        this.handlers.set("stream.unsubscribe", (params, from) => {
            from.subscribed.delete(String(params["stream"]));
            return {};
        });
    }

    static async start(): Promise<FakeServer> {
        const server = new WebSocketServer({ host: "127.0.0.1", port: 0, handleProtocols: () => "clubhub.v1" });
        await once(server, "listening");
        return new FakeServer(server);
    }

    get url(): string {
        return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
    }

    get last(): Peer {
        const peer = this.peers.at(-1);
        if (peer === undefined) {
            throw new Error("nobody has connected");
        }
        return peer;
    }

    /** All requests of that method, over all connections. */
    requests(method: string): Request[] {
        return this.peers.flatMap((p) => p.requests).filter((r) => r.method === method);
    }

    async stop(): Promise<void> {
        for (const peer of this.peers) {
            peer.cut();
        }
        this.#server.close();
        await once(this.#server, "close");
    }

    /** The next event of a stream (null: a skip), sent to all that are subscribed. */
    publish(stream: string, event: Members | null): number {
        const log = this.#log(stream);
        log.events.push(event);
        const seq = log.events.length;
        for (const peer of this.peers) {
            if (peer.subscribed.has(stream)) {
                peer.send(this.message(stream, seq));
            }
        }
        return seq;
    }

    message(stream: string, seq: number): Members {
        const event = this.#log(stream).events[seq - 1] ?? null;
        return event === null
            ? { method: "stream.skip", params: { stream, from: seq, to: seq } }
            : { method: "event", params: { stream, seq, ...event } };
    }

    #log(stream: string): StreamLog {
        let log = this.#streams.get(stream);
        if (log === undefined) {
            log = { events: [] };
            this.#streams.set(stream, log);
        }
        return log;
    }

    #subscribe(params: Members, from: Peer): Members {
        const stream = String(params["stream"]);
        const log = this.#log(stream);
        const { after } = params;
        const seq = log.events.length;
        from.subscribed.add(stream);
        if (typeof after !== "number" || params["epoch"] !== this.epoch || after > seq || after < this.floor) {
            return { stream, epoch: this.epoch, seq, recovered: false, snapshot: { as_of: seq } };
        }
        const events = log.events
            .map((event, i) => (event === null ? null : { stream, seq: i + 1, ...event }))
            .filter((event, i) => event !== null && i >= after);
        return { stream, epoch: this.epoch, seq, recovered: true, events };
    }

    #receive(from: Peer, request: Request): void {
        from.requests.push(request);
        const handler = this.handlers.get(request.method);
        if (request.id === undefined) {
            handler?.(request.params, from);
            return;
        }
        const { id } = request;
        try {
            if (handler === undefined) {
                throw new Refusal(-32601, "METHOD_NOT_FOUND");
            }
            const result = handler(request.params, from);
            if (from.socket.readyState === from.socket.OPEN) {
                from.send({ id, result });
            }
        } catch (problem) {
            if (problem instanceof Refusal) {
                const data = { reason: problem.reason, ...problem.more };
                from.send({ id, error: { code: problem.code, message: problem.reason, data } });
            } else if (!(problem instanceof Silence)) {
                throw problem;
            }
        }
    }
}

export function post(n: number): Members {
    return { type: "post.published", at: "2026-11-22T10:00:00.000Z", data: { post: String(n) } };
}
