// queue.ts -- checks the draw of an on-sale queue from what `queue.proof` answers: anybody can.

import { webCrypto } from "./webCrypto.js";

/** What `queue.proof` answers, all its pages together; a result of `allOfProof` fits. */
export interface QueueProof {
    /** SHA-256 of the seed, as it was published with the announcement, in hexadecimal. */
    readonly seed_hash: string;
    /** Null: not yet drawn. */
    readonly seed: string | null;
    /** How many early tickets were sealed; null: not yet. */
    readonly count: number | null;
    /** SHA-256 of the sealed list, in hexadecimal; null: not yet. */
    readonly sha256: string | null;
    /** The sealed list: numbers of tickets, decimal. */
    readonly early: readonly string[];
}

export interface QueueVerdict {
    /** The seed is the one whose hash was published. */
    readonly seedFits: boolean;
    /** The list is the one whose count and hash were published before the seed. */
    readonly listFits: boolean;
    /** The early tickets as they are drawn, the first one first. */
    readonly order: readonly string[];
}

/** One page of a proof, as `queue.proof` answers it. */
export interface QueueProofPage extends QueueProof {
    readonly cursor: string | null;
}

const text = new TextEncoder();

function hexOf(bytes: ArrayBuffer): string {
    return Array.from(new Uint8Array(bytes), (b) => b.toString(16).padStart(2, "0")).join("");
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
    if (!/^([0-9a-f]{2})+$/.test(hex)) {
        throw new RangeError("the seed is not hexadecimal");
    }
    return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
    const { subtle } = await webCrypto();
    return hexOf(await subtle.digest("SHA-256", bytes));
}

function compareNumbers(a: string, b: string): number {
    const left = BigInt(a);
    const right = BigInt(b);
    return left < right ? -1 : left > right ? 1 : 0;
}

/** The order that a seed (in hexadecimal) gives to tickets: ascending HMAC-SHA256 of their decimal numbers. */
export async function queueOrder(seed: string, tickets: readonly string[]): Promise<string[]> {
    const { subtle } = await webCrypto();
    const key = await subtle.importKey("raw", bytesOf(seed), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const drawn = await Promise.all(
        tickets.map(async (ticket) => ({ ticket, mac: hexOf(await subtle.sign("HMAC", key, text.encode(ticket))) })),
    );
    drawn.sort((a, b) => (a.mac < b.mac ? -1 : a.mac > b.mac ? 1 : compareNumbers(a.ticket, b.ticket)));
    return drawn.map((d) => d.ticket);
}

/**
 * Works a draw out again.  Compare `seed_hash` with what the announcement said, `count` and `sha256` with what
 * `queue.sealed` said before the seed was revealed, and the place of a ticket with where its member stood.
 * @throws RangeError before the draw, when there is nothing to check
 */
export async function verifyQueue(proof: QueueProof): Promise<QueueVerdict> {
    if (proof.seed === null || proof.sha256 === null) {
        throw new RangeError("the queue is not drawn yet");
    }
    const list = [...proof.early].sort(compareNumbers);
    const listHash = await sha256(text.encode(list.join(",")));
    return {
        seedFits: (await sha256(bytesOf(proof.seed))) === proof.seed_hash,
        listFits: list.length === proof.count && new Set(list).size === list.length && listHash === proof.sha256,
        order: await queueOrder(proof.seed, list),
    };
}

/**
 * Reads all pages of a proof.
 * @param page answers the page after a cursor: `(cursor) => client.call("queue.proof", { offer, ...cursor })`
 */
export async function allOfProof(page: (after: { cursor?: string }) => Promise<QueueProofPage>): Promise<QueueProof> {
    const first = await page({});
    const early = [...first.early];
    for (let cursor = first.cursor; cursor !== null; ) {
        const next = await page({ cursor });
        early.push(...next.early);
        cursor = next.cursor;
    }
    return { ...first, early };
}
