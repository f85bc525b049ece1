// Clients that nobody here wrote: each holds one whole conversation with the real server, by the words of the protocol alone.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import jayson from "jayson/promise/index.js";
import { JSONRPCClient, JSONRPCServer, JSONRPCServerAndClient } from "json-rpc-2.0";
import { WebSocket } from "ws";
import { noPage, pagePort, runInBrowser } from "./browser.js";
import { realServer, type RealServer } from "./server.js";
import { until } from "./support.js";

interface Answer {
    readonly id: number | string | null;
    readonly result?: Record<string, unknown>;
    readonly error?: { code: number; message: string; data: Record<string, unknown> };
}

interface EventParams {
    readonly stream: string;
    readonly seq: number;
    readonly type: string;
    readonly data: Record<string, unknown>;
}

const real = realServer();
const limit = { timeout: 60_000 };
const run = promisify(execFile);
let keys = 0;

const key = (): string => `guest-${process.pid}-${(keys += 1)}`;

/** A token of the member, got as a form would: one POST. */
async function tokenOf(server: RealServer): Promise<string> {
    const { email, password } = server.member;
    const answer = await fetch(`${server.http}/v1/rpc`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "account.login", params: { email, password } }),
    });
    return String(((await answer.json()) as Answer).result?.["token"]);
}

if (real !== undefined) {
    const server = real;

    test("json-rpc-2.0: calls both ways over one socket", limit, async () => {
        const socket = new WebSocket(server.url, "clubhub.v1");
        const events: EventParams[] = [];
        const both = new JSONRPCServerAndClient(
            new JSONRPCServer(),
            new JSONRPCClient((request: unknown) => {
                socket.send(JSON.stringify(request));
            }),
        );
        both.addMethod("event", (params: EventParams) => {
            events.push(params);
        });
        socket.on("message", (text) => void both.receiveAndSend(JSON.parse(String(text))));
        await new Promise((resolve) => socket.once("open", resolve));
        try {
            const hello = (await both.request("session.auth", { token: await tokenOf(server) })) as Record<string, unknown>;
            assert.ok("principal" in hello, JSON.stringify(hello));
            const opened = (await both.request("stream.subscribe", { stream: "club:1" })) as Record<string, unknown>;
            assert.equal(opened["recovered"], false);
            const idem = key();
            const said = { club: "1", kind: "story", body: "From a library of others", idem };
            const first = (await both.request("feed.post", said)) as Record<string, unknown>;
            const again = (await both.request("feed.post", said)) as Record<string, unknown>;
            assert.deepEqual({ ...again, replay: undefined }, { ...first, replay: undefined });
            const told = await until("the post", () => events.find((e) => e.data["post"] === first["post"]), 10_000);
            assert.equal(told.type, "post.published");
            await assert.rejects(Promise.resolve(both.request("no.such", {})), { code: -32601 });
            await assert.rejects(Promise.resolve(both.request("feed.post", { club: "1" })), { code: -32602 });
            await both.request("feed.delete", { post: first["post"], idem: key() });
            both.notify("stream.unsubscribe", { stream: "club:1" });
            assert.ok("available" in ((await both.request("points.summary", {})) as object));
        } finally {
            socket.close();
        }
    });

    test("jayson: calls and a batch over HTTP", limit, async () => {
        const { hostname, port } = new URL(server.http);
        const authorization = `Bearer ${await tokenOf(server)}`;
        const client = jayson.Client.http({ hostname, port, path: "/v1/rpc", headers: { authorization } });
        const one = (await client.request("points.summary", {}, 1)) as Answer;
        assert.equal(one.id, 1);
        assert.equal(typeof one.result?.["available"], "number");
        const batch = (await client.request([
            client.request("feed.list", { club: "1", limit: 2 }, "a", false),
            client.request("no.such", {}, "b", false),
            client.request("points.summary", {}, undefined, false),
        ])) as Answer[];
        const byId = new Map(batch.map((answer) => [answer.id, answer]));
        assert.ok(Array.isArray(byId.get("a")?.result?.["items"] ?? byId.get("a")?.result?.["posts"]), JSON.stringify(byId.get("a")));
        assert.equal(byId.get("b")?.error?.code, -32601);
        assert.equal(batch.length, 3);
        const refused = (await jayson.Client.http({ hostname, port, path: "/v1/rpc" }).request("points.summary", {}, 2)) as Answer;
        assert.equal(refused.error?.data["reason"], "UNAUTHENTICATED");
    });

    test("wscat: typed by hand, line by line", limit, async () => {
        const child = spawn("node_modules/.bin/wscat", ["--no-color", "-s", "clubhub.v1", "-c", server.url], { stdio: "pipe" });
        let said = "";
        child.stdout.on("data", (part: Buffer) => (said += part.toString()));
        const type = (text: string): boolean => child.stdin.write(`${text}\n`);
        const call = (id: number, method: string, params: object): boolean => type(JSON.stringify({ jsonrpc: "2.0", id, method, params }));
        const answer = (id: number): Promise<Answer> =>
            until(
                `answer ${id}`,
                () =>
                    said
                        .split("\n")
                        .map((line) => line.slice(line.indexOf("{")))
                        .filter((line) => line.startsWith('{"jsonrpc"'))
                        .map((line) => JSON.parse(line.trim()) as Answer)
                        .find((a) => a.id === id && (a.result !== undefined || a.error !== undefined)),
                20_000,
            );
        try {
            const token = await tokenOf(server);
            const typing = setInterval(() => call(1, "session.auth", { token }), 200); // a pipe is not told when it is connected
            assert.ok((await answer(1).finally(() => clearInterval(typing))).result);
            call(2, "stream.subscribe", { stream: "me" });
            assert.equal((await answer(2)).result?.["recovered"], false);
            call(3, "points.summary", {});
            assert.equal(typeof (await answer(3)).result?.["available"], "number");
            type('{"jsonrpc":"2.0","id":4,"method":');
            await until("what it says of half a call", () => said.includes("-32700"), 20_000);
            call(5, "session.logout", {});
            await answer(5);
        } finally {
            child.stdin.end();
            if (child.exitCode === null) {
                await new Promise((resolve) => child.once("exit", resolve));
            }
        }
    });

    test("curl: what a script does", limit, async () => {
        const curl = async (...args: string[]): Promise<{ status: number; head: string; body: string }> => {
            const { stdout } = await run("curl", ["-s", "-i", "--max-time", "20", ...args], { maxBuffer: 16_000_000 });
            const at = stdout.indexOf("\r\n\r\n");
            return { status: Number(stdout.split(" ")[1]), head: stdout.slice(0, at), body: stdout.slice(at + 4) };
        };
        const rpc = (body: string, ...more: string[]): ReturnType<typeof curl> =>
            curl(`${server.http}/v1/rpc`, "-H", "content-type: application/json", "-d", body, ...more);
        assert.equal((await curl(`${server.http}/healthz`)).status, 200);
        const protocol = await curl(`${server.http}/v1/protocol.json`);
        assert.equal(protocol.status, 200);
        const etag = /^etag: (\S+)/im.exec(protocol.head)?.[1] ?? "";
        assert.equal((await curl(`${server.http}/v1/protocol.json`, "-H", `if-none-match: ${etag}`)).status, 304);
        assert.equal((await curl(`${server.http}/v1/nothing`)).status, 404);
        assert.equal((await curl(`${server.http}/v1/rpc`)).status, 405);
        const { email, password } = server.member;
        const login = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "account.login", params: { email, password } });
        const token = String((JSON.parse((await rpc(login)).body) as Answer).result?.["token"]);
        const bearer = ["-H", `authorization: Bearer ${token}`];
        const summary = await rpc('{"jsonrpc":"2.0","id":2,"method":"points.summary"}', ...bearer);
        assert.equal(summary.status, 200);
        assert.equal(typeof (JSON.parse(summary.body) as Answer).result?.["available"], "number");
        assert.match(summary.head, /cache-control: .*no-store/i);
        const half = await rpc('{"jsonrpc":"2.0","id":3,', ...bearer);
        assert.equal((JSON.parse(half.body) as Answer).error?.code, -32700);
        const told = await rpc('{"jsonrpc":"2.0","method":"session.nothing"}', ...bearer); // a notification
        assert.equal(told.body, "");
    });

    test("Chromium: the browser's own WebSocket, no library", { ...limit, ...(noPage === undefined ? {} : { skip: noPage }) }, async () => {
        const script = `
const ask = async (method, params) => (await (await fetch(${JSON.stringify(`${server.http}/v1/rpc`)}, { method: "POST",
    headers: { "content-type": "application/json" }, body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }) })).json()).result;
const { token } = await ask("account.login", ${JSON.stringify(server.member)});
const socket = new WebSocket(${JSON.stringify(server.url)}, "clubhub.v1");
const waiting = new Map(), events = [];
let last = 0;
socket.onmessage = ({ data }) => {
    const message = JSON.parse(data);
    if (message.method === "event") events.push(message.params);
    else waiting.get(message.id)?.(message);
};
const call = (method, params) => new Promise((done) => {
    waiting.set(++last, done);
    socket.send(JSON.stringify({ jsonrpc: "2.0", id: last, method, params }));
});
await new Promise((open) => (socket.onopen = open));
const hello = await call("session.auth", { token });
const me = await call("stream.subscribe", { stream: "club:1" });
const { result } = await call("feed.post", { club: "1", kind: "story", body: "שלום, נוסעים", idem: ${JSON.stringify(key())} });
while (!events.some((e) => e.data.post === result.post)) await new Promise((next) => setTimeout(next, 10));
const event = events.find((e) => e.data.post === result.post);
const wrong = await call("feed.post", { club: 1 });
await call("feed.delete", { post: result.post, idem: ${JSON.stringify(key())} });
socket.send(new Uint8Array([1, 2, 3]));
const closed = await new Promise((done) => (socket.onclose = done));
report({ protocol: socket.protocol, signedIn: "result" in hello, recovered: me.result.recovered, body: event.data.view.body,
    wrong: wrong.error.code, closed: closed.code });
`;
        assert.deepEqual(await runInBrowser(script, pagePort), {
            protocol: "clubhub.v1",
            signedIn: true,
            recovered: false,
            body: "שלום, נוסעים",
            wrong: -32602,
            closed: 1003,
        });
    });
}
