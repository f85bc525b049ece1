// wire.ts -- text of the protocol to checked values, and back. The only place that trusts nothing.

import { errorOf, type HubError } from "./errors.js";

export type Members = Readonly<Record<string, unknown>>;

export type Incoming =
    | { readonly kind: "result"; readonly id: number; readonly result: unknown }
    | { readonly kind: "error"; readonly id: number | null; readonly error: HubError }
    | { readonly kind: "message"; readonly name: string; readonly params: Members };

/** One event as it came. */
export interface EventMessage {
    readonly stream: string;
    readonly seq: number;
    readonly type: string;
    readonly data: Members;
}

/** The answer to stream.subscribe. */
export interface SubscribeReply {
    readonly epoch: string;
    readonly seq: number;
    readonly recovered: boolean;
    readonly events: readonly EventMessage[];
    readonly snapshot: unknown;
}

/** The server, or something between, said what the protocol does not have. */
export class WireError extends Error {
    override readonly name = "WireError";
}

export function requestText(id: number | null, method: string, params: Members): string {
    const head = id === null ? {} : { id };
    return JSON.stringify({ jsonrpc: "2.0", ...head, method, params });
}

/** One text of the server: a message, or several in an array. */
export function readText(text: string): readonly Incoming[] {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw new WireError("the server's message is not JSON");
    }
    return Array.isArray(value) ? value.map(readOne) : [readOne(value)];
}

function readOne(value: unknown): Incoming {
    if (!isMembers(value)) {
        throw new WireError("the server's message is not an object");
    }
    const { id, method, error } = value;
    if (typeof method === "string") {
        return { kind: "message", name: method, params: isMembers(value["params"]) ? value["params"] : {} };
    }
    if (isMembers(error)) {
        return { kind: "error", id: typeof id === "number" ? id : null, error: readError(error) };
    }
    if (typeof id === "number" && "result" in value) {
        return { kind: "result", id, result: value["result"] };
    }
    throw new WireError("the server's message is neither answer nor notification");
}

function readError(error: Members): HubError {
    const { code, message, data } = error;
    return errorOf(typeof code === "number" ? code : 0, typeof message === "string" ? message : "", isMembers(data) ? data : {});
}

export function readEvent(value: unknown): EventMessage {
    if (!isMembers(value)) {
        throw new WireError("an event is not an object");
    }
    const { stream, seq, type, data } = value;
    if (typeof stream !== "string" || !isSeq(seq) || typeof type !== "string" || !isMembers(data)) {
        throw new WireError("an event lacks stream, seq, type or data");
    }
    return value as unknown as EventMessage;
}

export function readSubscribeReply(value: unknown): SubscribeReply {
    if (!isMembers(value) || typeof value["epoch"] !== "string" || !isSeq(value["seq"]) || typeof value["recovered"] !== "boolean") {
        throw new WireError("an answer to stream.subscribe lacks epoch, seq or recovered");
    }
    const { epoch, seq, recovered, events, snapshot } = value;
    return { epoch, seq, recovered, events: Array.isArray(events) ? events.map(readEvent) : [], snapshot };
}

export function isMembers(value: unknown): value is Members {
    return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isSeq(value: unknown): value is number {
    return Number.isSafeInteger(value) && (value as number) >= 0;
}
