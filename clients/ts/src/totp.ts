// totp.ts -- the code of a member's card, made on the device from what `card.code` answers (RFC 6238, HMAC-SHA-1).

import { webCrypto } from "./webCrypto.js";

/** What makes the codes of a card; a result of `card.code` fits. */
export interface CodeParameters {
    /** The number of the card. */
    readonly card: string;
    /** The key, in hexadecimal. */
    readonly secret: string;
    readonly digits: number;
    /** Seconds of a step. */
    readonly period_s: number;
}

export interface CardCode {
    readonly step: number;
    readonly code: string;
    /** What a QR code holds: `card|step|code`. */
    readonly payload: string;
    /** Milliseconds since 1970 from which the next code is due. */
    readonly until: number;
}

function bytesOfHex(hex: string): Uint8Array<ArrayBuffer> {
    if (!/^([0-9a-f]{2})+$/i.test(hex)) {
        throw new RangeError("the secret is not hexadecimal");
    }
    const bytes = new Uint8Array(hex.length / 2);
    for (let i = 0; i < bytes.length; i++) {
        bytes[i] = Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16);
    }
    return bytes;
}

/**
 * The one-time code of a step.
 * @param secret the key, in hexadecimal
 * @param digits at most 9
 */
export async function totp(secret: string, step: number, digits = 8): Promise<string> {
    const { subtle } = await webCrypto();
    const key = await subtle.importKey("raw", bytesOfHex(secret), { name: "HMAC", hash: "SHA-1" }, false, ["sign"]);
    const counter = new DataView(new ArrayBuffer(8));
    counter.setBigUint64(0, BigInt(step));
    const mac = new DataView(await subtle.sign("HMAC", key, counter.buffer));
    const offset = mac.getUint8(mac.byteLength - 1) & 15;
    const number = mac.getUint32(offset) & 0x7fffffff;
    return String(number % 10 ** digits).padStart(digits, "0");
}

/**
 * The code to show at a time.
 * @param atMs the time by the server's clock, in milliseconds since 1970; a till takes the code of a step for one step more
 */
export async function cardCode(p: CodeParameters, atMs: number): Promise<CardCode> {
    const periodMs = p.period_s * 1000;
    const step = Math.floor(atMs / periodMs);
    const code = await totp(p.secret, step, p.digits);
    return { step, code, payload: `${p.card}|${step}|${code}`, until: (step + 1) * periodMs };
}
