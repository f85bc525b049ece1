// The codes of cards: the vectors of RFC 6238 and RFC 4226.

import assert from "node:assert/strict";
import { test } from "node:test";
import { cardCode, totp } from "../src/totp.js";

const secret = Buffer.from("12345678901234567890").toString("hex");

test("RFC 6238, appendix B", async () => {
    const vectors: [number, string][] = [
        [59, "94287082"],
        [1111111109, "07081804"],
        [1111111111, "14050471"],
        [1234567890, "89005924"],
        [2000000000, "69279037"],
        [20000000000, "65353130"],
    ];
    for (const [seconds, code] of vectors) {
        assert.equal(await totp(secret, Math.floor(seconds / 30)), code, `at ${seconds}`);
    }
});

test("RFC 4226, appendix D, in six digits", async () => {
    const codes = ["755224", "287082", "359152", "969429", "338314", "254676", "287922", "162583", "399871", "520489"];
    for (const [counter, code] of codes.entries()) {
        assert.equal(await totp(secret, counter, 6), code);
    }
});

test("what a card shows, and until when", async () => {
    const card = { card: "9000000000000018", secret, digits: 8, period_s: 30 };
    const shown = await cardCode(card, 59_999);
    assert.deepEqual(shown, {
        step: 1,
        code: "94287082",
        payload: "9000000000000018|1|94287082",
        until: 60_000,
    });
    assert.equal((await cardCode(card, 60_000)).step, 2);
});

test("a secret that is none", async () => {
    await assert.rejects(totp("xyz", 1), RangeError);
    await assert.rejects(totp("", 1), RangeError);
    await assert.rejects(totp("abc", 1), RangeError);
});

test("where Web Crypto is no global, as in Node 18", async () => {
    const none = { value: undefined, configurable: true };
    const global = Object.getOwnPropertyDescriptor(globalThis, "crypto") ?? none;
    Object.defineProperty(globalThis, "crypto", none);
    try {
        assert.equal(await totp(secret, 1), "94287082");
    } finally {
        Object.defineProperty(globalThis, "crypto", global);
    }
});
