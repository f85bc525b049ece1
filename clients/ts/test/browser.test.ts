// The built package as an ES module in a real browser, with the browser's own WebSocket.

import assert from "node:assert/strict";
import { test } from "node:test";
import { chromium, noPage, pagePort, runInBrowser } from "./browser.js";
import { FakeServer, post } from "./fakeServer.js";
import { realServer } from "./server.js";
import { until } from "./support.js";

const needsBrowser = { timeout: 90_000, ...(chromium === undefined ? { skip: "needs Chromium (Debian package chromium)" } : {}) };

test("a browser signs in, posts with a key, and resumes a stream after a cut", needsBrowser, async () => {
    const server = await FakeServer.start();
    server.handlers.set("feed.post", () => ({ post: String(server.publish("club:1", post(1))) }));
    const script = `
import { Client } from "/dist/index.js";
const client = new Client({ url: ${JSON.stringify(server.url)}, token: "t1", backoff: { minMs: 20, maxMs: 100 } });
const seen = [];
const club = client.subscribe("club:1");
club.on("snapshot", (s) => seen.push("snapshot " + s.seq));
club.on("event", (e) => {
    seen.push("event " + e.seq);
    if (e.seq === 3) report({ seen, summary, post });
});
await client.connect();
const summary = await client.call("points.summary");
const { post } = await client.call("feed.post", { club: "1", kind: "story", body: "from a browser" });
`;
    try {
        const running = runInBrowser(script);
        await until("the post", () => server.requests("feed.post").length === 1, 60_000);
        const before = server.peers.length;
        server.last.cut();
        server.last.subscribed.clear();
        server.publish("club:1", post(2));
        await until("back", () => server.peers.length > before && server.last.subscribed.has("club:1"), 30_000);
        server.publish("club:1", post(3));
        assert.deepEqual(await running, {
            seen: ["snapshot 0", "event 1", "event 2", "event 3"],
            summary: { available: 10, ver: 1 },
            post: "1",
        });
        assert.match(String(server.requests("feed.post")[0]?.params["idem"]), /^[0-9a-f]{32}$/);
    } finally {
        await server.stop();
    }
});

const real = realServer();

const needsPage = { timeout: 90_000, ...(noPage === undefined ? {} : { skip: noPage }) };

if (real !== undefined) {
    test("a page of an allowed origin signs in with a password and follows its streams", needsPage, async () => {
        const script = `
import { Account, Client } from "/dist/index.js";
const url = ${JSON.stringify(real.url)};
const account = new Account({ url });
await account.login(${JSON.stringify(real.member.email)}, ${JSON.stringify(real.member.password)});
const client = new Client({ url, getToken: account.getToken });
const me = client.subscribe("me");
me.on("snapshot", async ({ data }) => {
    const { ticket } = await client.call("session.ticket");
    const other = new Client({ url: url + "?ticket=" + ticket });   // signed in by its address, without session.auth
    await other.connect();
    report({
        available: data.points.available,
        summary: (await client.call("points.summary")).available,
        other: (await other.call("points.summary")).available,
    });
});
await client.connect();
`;
        const told = (await runInBrowser(script, pagePort)) as Record<string, unknown>;
        assert.equal(told["error"], undefined);
        assert.equal(typeof told["available"], "number");
        assert.equal(told["available"], told["summary"]);
        assert.equal(told["available"], told["other"]);
    });

    test("a page of another origin is not let in", needsBrowser, async () => {
        const script = `
const socket = new WebSocket(${JSON.stringify(real.url)}, ["clubhub.v1"]);
socket.onopen = () => report("open");
socket.onclose = () => report("closed");
`;
        assert.equal(await runInBrowser(script), "closed");
    });
}
