// The package: nothing at run time but the platform, so that a browser loads it as it is.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const built = readdirSync("dist").filter((name) => name.endsWith(".js"));

test("has no dependency at run time", () => {
    const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Record<string, unknown>;
    assert.deepEqual(Object.keys(manifest).filter((k) => /^(dependencies|peerDependencies|optionalDependencies)$/.test(k)), []);
});

test("every import of the built files is one of them, with its ending", () => {
    assert.ok(built.includes("index.js"));
    for (const name of built) {
        const text = readFileSync(`dist/${name}`, "utf8");
        const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map((m) => m[1] ?? "");
        for (const from of imports) {
            assert.ok(from.startsWith("./") && built.includes(from.slice(2)), `${name} imports ${from}`);
        }
    }
});

test("no built file names what only Node has", () => {
    for (const name of built) {
        assert.doesNotMatch(readFileSync(`dist/${name}`, "utf8"), /\b(require|process|Buffer|__dirname|module\.exports)\b\s*[.(]/, name);
    }
});

test("no source file says any, ignores the compiler, or is longer than 300 lines", () => {
    for (const folder of ["src", "test", "tools"]) {
        for (const name of readdirSync(folder).filter((n) => n.endsWith(".ts") && n !== "generated.ts")) {
            const text = readFileSync(`${folder}/${name}`, "utf8");
            assert.ok(text.split("\n").length <= 301, `${folder}/${name} is too long`);
            assert.doesNotMatch(text, /(: |<|as )any\b|@ts-(ignore|nocheck|expect-error)/, `${folder}/${name}`);
        }
    }
});

test("the lock file names no registry", () => {
    assert.doesNotMatch(readFileSync("package-lock.json", "utf8"), /https?:\/\/|"resolved"/);
});
