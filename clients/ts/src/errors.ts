// errors.ts -- why a call failed.

import { errorRetryMs, type ErrorReason } from "./generated.js";

/**
 * What the client itself decides:
 *   NO_ANSWER     the time was over; a write may or may not have happened: send it again with the same `idem`
 *   DISCONNECTED  the connection was lost under a call that must not be repeated, or closed with close()
 *   STOPPED       the server closed for good (too old, replaced, too many faults)
 *   SIGNED_OUT    the session is revoked, or no token is accepted any more
 *   DROPPED       a consent.give that waited, overtaken by a withdrawal
 *   QUEUE_FULL    too many calls are waiting for a connection
 */
export type LocalReason = "NO_ANSWER" | "DISCONNECTED" | "STOPPED" | "SIGNED_OUT" | "DROPPED" | "QUEUE_FULL";

export interface ErrorFacts {
    /** Number of the JSON-RPC error; null for a local reason. */
    readonly code?: number | null;
    /** More about it, by reason. */
    readonly data?: Readonly<Record<string, unknown>>;
    /** Key the call was sent with, if it has one. */
    readonly idem?: string | undefined;
}

export class HubError extends Error {
    readonly reason: ErrorReason | LocalReason;
    readonly code: number | null;
    readonly data: Readonly<Record<string, unknown>>;
    readonly idem: string | undefined;

    constructor(reason: ErrorReason | LocalReason, message: string, facts: ErrorFacts = {}) {
        super(message);
        this.name = "HubError";
        this.reason = reason;
        this.code = facts.code ?? null;
        this.data = facts.data ?? {};
        this.idem = facts.idem;
    }

    /** Milliseconds to wait before the same call may be sent again; null: it will not help. */
    get retryMs(): number | null {
        const told = this.data["retry_ms"];
        return typeof told === "number" ? told : retryMsOf(this.reason);
    }

    /** The same with the key of the call it answers. */
    withIdem(idem: string | undefined): HubError {
        return new HubError(this.reason, this.message, { code: this.code, data: this.data, idem });
    }
}

function retryMsOf(reason: string): number | null {
    const table: Readonly<Record<string, number | null>> = errorRetryMs;
    return table[reason] ?? null;
}

/** The error in an answer. Its reason is data.reason; the errors of JSON-RPC itself have none. */
export function errorOf(code: number, message: string, data: Readonly<Record<string, unknown>>): HubError {
    const told = data["reason"];
    const reason = typeof told === "string" ? told : (envelopeReasons.get(code) ?? "INTERNAL");
    return new HubError(reason as ErrorReason, message, { code, data });
}

const envelopeReasons: ReadonlyMap<number, ErrorReason> = new Map<number, ErrorReason>([
    [-32700, "PARSE"],
    [-32600, "INVALID_REQUEST"],
    [-32601, "METHOD_NOT_FOUND"],
    [-32602, "INVALID_PARAMS"],
    [-32603, "INTERNAL"],
]);
