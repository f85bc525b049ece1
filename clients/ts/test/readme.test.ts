// The example of README.md, run as it is printed there.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { FakeServer, post } from "./fakeServer.js";
import { limit } from "./support.js";

const run = promisify(execFile);

/** Runs it as a file of this package, so that it finds the package by its name; answers what it prints. */
async function runExample(url: string, email: string, password: string): Promise<string> {
    const example = /<!-- example[^>]*-->\n```js\n([\s\S]*?)```/.exec(readFileSync("README.md", "utf8"))?.[1];
    assert.ok(example !== undefined, "README.md has no example");
    assert.ok(example.trimEnd().split("\n").length <= 17);
    const file = `dist/example-${process.pid}.mjs`;
    writeFileSync(file, example);
    try {
        const { stdout } = await run(process.execPath, [file, email, password], {
            env: { ...process.env, CLUBHUB_URL: url },
            timeout: 30_000,
        });
        return stdout;
    } finally {
        rmSync(file);
    }
}

test("the example runs", limit, async () => {
    const server = await FakeServer.start();
    const auth = server.handlers.get("session.auth");
    server.handlers.set("account.login", () => ({ token: "a1", expires_in_s: 900, refresh_token: "r1", principal: {} }));
    server.handlers.set("session.auth", (p, from) => ({ ...(auth?.(p, from) as object), clubs: [{ club: "1" }] }));
    server.handlers.set("feed.post", () => ({ post: String(server.publish("club:1", post(1))) }));
    try {
        const printed = await runExample(server.url, "noa@example.org", "secret");
        assert.match(printed, /^as of 0\n1 post\.published \{ post: '1' \}\n$/);
    } finally {
        await server.stop();
    }
});

const { CLUBHUB_URL, CLUBHUB_MEMBER_EMAIL, CLUBHUB_MEMBER_PASSWORD } = process.env;

if (CLUBHUB_URL !== undefined && CLUBHUB_MEMBER_EMAIL !== undefined && CLUBHUB_MEMBER_PASSWORD !== undefined) {
    test("the example runs against the server", limit, async () => {
        const printed = await runExample(CLUBHUB_URL, CLUBHUB_MEMBER_EMAIL, CLUBHUB_MEMBER_PASSWORD);
        assert.match(printed, /^as of \d+\n/);
        assert.match(printed, /\n\d+ post\.published /);
        assert.match(printed, /Hello from the SDK/);
    });
}
