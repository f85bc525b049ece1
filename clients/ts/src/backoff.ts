// backoff.ts -- how long to wait before the next attempt.

export interface BackoffLimits {
    /** Shortest wait in milliseconds. Default: 500. */
    readonly minMs: number;
    /** Longest wait in milliseconds. Default: 30000. */
    readonly maxMs: number;
}

export const defaultBackoff: BackoffLimits = { minMs: 500, maxMs: 30_000 };

/**
 * Full jitter: anywhere between the shortest wait and a ceiling that doubles with every failed attempt, so that
 * thousands of clients cut off together do not come back together.
 *
 * @param attempt failed attempts so far, from 0; attempt 0 waits minMs to 2 minMs
 * @param random  a number from 0 (included) to 1 (excluded)
 */
export function backoffMs(attempt: number, random: number, limits: BackoffLimits = defaultBackoff): number {
    const doublings = Math.min(Math.max(attempt, 0) + 1, 30);
    const ceilingMs = Math.min(limits.maxMs, limits.minMs * 2 ** doublings);
    return Math.round(limits.minMs + random * (ceilingMs - limits.minMs));
}
