// P3 on the client's side: every seq exactly once, in order, or it is told.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Coverage } from "../src/coverage.js";

test("takes the next number and the next range", () => {
    const c = new Coverage(4);
    assert.equal(c.take(5, 5), "next");
    assert.equal(c.take(6, 9), "next");
    assert.equal(c.seq, 9);
});

test("a missing number is a gap and moves nothing", () => {
    const c = new Coverage(4);
    assert.equal(c.take(6, 6), "gap");
    assert.equal(c.take(6, 8), "gap");
    assert.equal(c.seq, 4);
});

test("what was covered is a repeat; a range that overlaps is a gap", () => {
    const c = new Coverage(4);
    assert.equal(c.take(4, 4), "repeat");
    assert.equal(c.take(2, 4), "repeat");
    assert.equal(c.take(4, 6), "gap");
    assert.equal(c.seq, 4);
});

test("a range that runs backwards is not taken", () => {
    const c = new Coverage(4);
    assert.notEqual(c.take(5, 4), "next");
    assert.equal(c.seq, 4);
});
