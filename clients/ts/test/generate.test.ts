// The types: made from protocol.json, and current.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { page } from "../tools/page.js";
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

test("the page has an anchor for everything, and every link leads to one; it needs no script", () => {
    const p = readProtocol(readFileSync(existsSync(real) ? real : "test/protocol.fixture.json", "utf8"));
    const text = page(p);
    const ids = [...text.matchAll(/ id="([^"]*)"/g)].map((m) => m[1] ?? "");
    assert.equal(new Set(ids).size, ids.length, "each once");
    assert.deepEqual([...text.matchAll(/href="([^"]*)"/g)].map((m) => m[1] ?? "").filter((to) => !to.startsWith("#") || !ids.includes(to.slice(1))), []);
    const wanted = [
        ...p.methods.map((m) => `m-${m.name}`),
        ...p.events.map((e) => `e-${e.name}`),
        ...p.messages.map((m) => `g-${m.name}`),
        ...p.streams.map((s) => `s-${s.name.replace(/:.*/, "")}`),
        ...p.errors.map((e) => `x-${e.reason}`),
        ...p.close_codes.map((c) => `c-${String(c.code)}`),
    ];
    assert.deepEqual(wanted.filter((id) => !ids.includes(id)), []);
    assert.doesNotMatch(text, /<script|javascript:|https?:|<img/i);
    assert.equal(readFileSync("../protocol.html", "utf8"), text, "run: npm run generate");
});

test("what a description says is text on the page", () => {
    const hostile = JSON.parse(fixture) as { methods: { doc: string; name: string }[] };
    (hostile.methods[0] ?? assert.fail("no method")).doc = `<img src=x onerror="a()"> & more.`;
    const text = page(readProtocol(JSON.stringify(hostile)));
    assert.match(text, /<p>&lt;img src=x onerror=&quot;a\(\)&quot;&gt; &amp; more\.<\/p>/);
});
