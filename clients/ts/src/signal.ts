// signal.ts -- typing and presence, as they come from the server.

import type { Messages } from "./generated.js";
import { isMembers, type Members } from "./wire.js";

/** Somebody types, or has the stream open. Never kept, may be lost; holds for `ttlMs` if it is not told again. */
export type Signal =
    | { readonly type: "typing"; readonly member: string; readonly item: string | null; readonly ttlMs: number }
    | { readonly type: "presence"; readonly member: string; readonly on: true; readonly ttlMs: number }
    | { readonly type: "presence"; readonly member: string; readonly on: false };

/** null: of a kind that this version does not know. */
export function readSignal(params: Members): Signal | null {
    const { type, data } = params as unknown as Messages["signal"];
    if (!isMembers(data) || typeof data.member !== "string") {
        return null;
    }
    const { member, item, on, ttl_ms: ttlMs } = data;
    if (type === "presence" && on === false) {
        return { type, member, on };
    }
    if (typeof ttlMs !== "number") {
        return null;
    }
    if (type === "typing") {
        return { type, member, item: item ?? null, ttlMs };
    }
    return type === "presence" && on === true ? { type, member, on, ttlMs } : null;
}
