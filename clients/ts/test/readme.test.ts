// The example of README.md, and the trip of the README of the whole, run as they are printed there.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { promisify } from "node:util";
import { FakeServer, post } from "./fakeServer.js";
import { realServer, signIn, type Guest } from "./server.js";
import { limit, until } from "./support.js";

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

/** The lines of the section on planning a trip: what the member types, and what Ingrid posts. */
function tripLines(): { from: "you" | "ingrid"; text: string }[] {
    const readme = readFileSync("../../README.md", "utf8");
    const section = readme.slice(readme.indexOf("Plan a trip together:"), readme.indexOf("Become a member yourself."));
    const lines = section.matchAll(/^→ (\{.*\})$|^ +-d '(\{[\s\S]*?\})'$/gm);
    return [...lines].map(([, typed, posted]) => ({ from: typed === undefined ? "ingrid" : "you", text: typed ?? posted ?? "" }));
}

async function planATrip(you: Guest, ingrid: Guest): Promise<void> {
    const told: string[] = [];
    const seen: string[] = [];
    let [plan, link] = ["", ""];
    for (const { from, text } of tripLines()) {
        const { method, params } = JSON.parse(text.replace("PLAN", plan).replace("LINK", link)) as { method: string; params: never };
        if (method === "stream.subscribe") {
            const stream = you.client.subscribe("plan:601");
            stream.on("snapshot", ({ data }) => seen.push(data.title));
            stream.on("event", ({ type }) => seen.push(type));
            await stream.ready;
            continue;
        }
        const call = (from === "you" ? you : ingrid).client.call(method as "plan.item_set", params) as Promise<Record<string, unknown>>;
        const answer = await call.catch((problem: { reason: string }) => ({ reason: problem.reason }) as Record<string, unknown>);
        plan = method === "plan.create" ? String(answer["plan"]) : plan;
        link = method === "plan.invite" ? String(answer["token"]) : link;
        told.push(`${method} ${String(answer["reason"] ?? answer["version"] ?? answer["role"])}`);
    }
    assert.deepEqual(told, [
        "plan.item_set 2", "plan.item_set 3", "plan.item_set CONFLICT", "plan.item_set 4", "plan.create 1", "plan.invite editor", "plan.join editor",
    ]);
    await until("the events", () => seen.filter((type) => type === "plan.item_changed").length === 3);
    assert.equal(seen[0], "A week in the western fjords");
}

const server = realServer();

if (server !== undefined) {
    test("the trip of the other README is planned as printed", limit, async () => {
        const [you, ingrid] = await Promise.all([1, 2].map((id) => signIn(server, { ...server.member, email: `member${id}@demo.invalid` })));
        assert.ok(you && ingrid);
        await planATrip(you, ingrid).finally(() => {
            you.client.close();
            ingrid.client.close();
        });
    });
}
