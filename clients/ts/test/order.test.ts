// Order keys: always between their neighbours, short where lists grow at their ends, never longer than the server takes.

import assert from "node:assert/strict";
import { test } from "node:test";
import { between, ORDER_KEY_MAX, spread } from "../src/order.js";

function isOrdered(keys: readonly string[]): boolean {
    return keys.every((key, i) => i === 0 || keys[i - 1]! < key);
}

test("the first, then before and after it", () => {
    assert.equal(between(), "V");
    assert.equal(between("V"), "W");
    assert.equal(between(undefined, "V"), "U");
    assert.equal(between("V", "X"), "W");
    assert.equal(between("V", "W"), "VV");
    assert.equal(between("V", "V1"), "V0V");
    assert.equal(between("zz"), "zz1");
    assert.equal(between(null, "1"), "0z");
    assert.equal(between("0z", "1"), "0zV");
});

test("300 at the end and 300 at the beginning stay short", () => {
    const keys = [between()];
    for (let i = 0; i < 300; i++) {
        keys.push(between(keys[keys.length - 1]));
        keys.unshift(between(null, keys[0]));
    }
    assert.ok(isOrdered(keys));
    assert.ok(Math.max(...keys.map((key) => key.length)) <= 12);
});

test("anywhere in a growing list, each key is between its neighbours and ends in no zero", () => {
    const keys: string[] = [];
    let seed = 7;
    for (let i = 0; i < 3000; i++) {
        seed = (seed * 1103515245 + 12345) % 2147483648;
        const at = seed % (keys.length + 1);
        const key = between(keys[at - 1], keys[at]);
        assert.match(key, /^[0-9A-Za-z]{0,63}[1-9A-Za-z]$/);
        keys.splice(at, 0, key);
        assert.ok(at === 0 || keys[at - 1]! < key);
        assert.ok(at === keys.length - 1 || key < keys[at + 1]!);
    }
});

test("in one gap again and again: 64 digits last for hundreds, then it says so", () => {
    let low = "V";
    let count = 0;
    assert.throws(() => {
        for (;;) {
            low = between(low, "W");
            assert.ok(low.length <= ORDER_KEY_MAX && low < "W");
            count++;
        }
    }, RangeError);
    assert.ok(count > 300, `${count}`);
});

test("keys of others may end in zeros", () => {
    const key = between("V", "V10");
    assert.ok("V" < key && key < "V1");
    assert.throws(() => between("V", "V0"), RangeError);
    assert.throws(() => between(null, "0"), RangeError);
});

test("what is no key, or the wrong way round", () => {
    assert.throws(() => between("W", "V"), RangeError);
    assert.throws(() => between("V", "V"), RangeError);
    assert.throws(() => between("a-b"), RangeError);
    assert.throws(() => between("V".repeat(ORDER_KEY_MAX + 1)), RangeError);
    assert.throws(() => between("z".repeat(ORDER_KEY_MAX)), RangeError);
});

test("a list put in order anew", () => {
    assert.deepEqual(spread(0), []);
    assert.deepEqual(spread(1), ["V"]);
    const keys = spread(300);
    assert.ok(isOrdered(keys) && new Set(keys).size === 300 && keys.every((key) => key.length <= 3));
    assert.throws(() => spread(-1), RangeError);
    assert.throws(() => spread(1e9), RangeError);
});
