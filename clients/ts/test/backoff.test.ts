// Pauses between attempts: within their bounds, growing, from the argument alone.

import assert from "node:assert/strict";
import { test } from "node:test";
import { backoffMs } from "../src/index.js";

test("the first pause is 0.5 to 1 s, so that a restarted worker is found again in a second", () => {
    assert.equal(backoffMs(0, 0), 500);
    assert.equal(backoffMs(0, 0.5), 750);
    assert.equal(backoffMs(0, 0.999999), 1000);
});

test("the ceiling doubles up to 30 s and stays there", () => {
    const ceilings = [0, 1, 2, 3, 4, 5, 6, 7, 1000].map((attempt) => backoffMs(attempt, 0.9999999));
    assert.deepEqual(ceilings, [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000, 30_000]);
});

test("every pause is between the shortest and the longest, whatever the attempt", () => {
    for (let attempt = -1; attempt < 100; attempt++) {
        for (const random of [0, 0.25, 0.75, 0.99]) {
            const pauseMs = backoffMs(attempt, random);
            assert.ok(pauseMs >= 500 && pauseMs <= 30_000, `${attempt} ${random}: ${pauseMs}`);
        }
    }
});

test("full jitter: the whole range below the ceiling is used evenly", () => {
    const pauses = Array.from({ length: 1000 }, (_, i) => backoffMs(4, i / 1000));
    const below = pauses.filter((p) => p < 8250).length;
    assert.ok(below > 480 && below < 520, `${below} of 1000 in the lower half`);
});
