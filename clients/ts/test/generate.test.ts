// The types: made from protocol.json, and current.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { print } from "../tools/print.js";
import { readProtocol } from "../tools/protocol.js";

const fixture = readFileSync("test/protocol.fixture.json", "utf8");
const real = "../protocol.json";

test("prints methods with optional keys, words, lists and nullable members", () => {
    const text = print(readProtocol(fixture));
    assert.match(text, /"feed\.post": \{\n {8}params: \{/);
    assert.match(text, /kind\?: "story" \| "recommendation" \| "question";/);
    assert.match(text, /streams: \(string\)\[\];/);
    assert.match(text, /consent_epoch: number \| null;/);
    assert.match(text, /idem\?: string;/);
    assert.match(text, /"feed\.post": "keyed",/);
    assert.match(text, /"account\.login": "write",/);
    assert.doesNotMatch(text, /\bany\b/);
});

test("refuses another protocol, and a close code without a known action", () => {
    assert.throws(() => readProtocol('{"protocol":"else.v1"}'), /not a description/);
    assert.throws(() => readProtocol('{"protocol":"clubhub.v1"}'), /no list "methods"/);
    assert.throws(() => print(readProtocol(fixture.replace('"client": "wait"', '"client": "dance"'))), /dance/);
});

test("src/generated.ts is what clients/protocol.json says", () => {
    const text = print(readProtocol(readFileSync(existsSync(real) ? real : "test/protocol.fixture.json", "utf8")));
    assert.equal(readFileSync("src/generated.ts", "utf8"), text, "run: npm run generate");
});
