// The connection: signing in, close codes, pauses, tokens.

import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, HubError } from "../src/index.js";
import { Refusal, Silence, type FakeServer } from "./fakeServer.js";
import { limit, sleep, until, webSocket, withServer } from "./support.js";

/** Connects, has the server close with `code`, and answers what became of the client. */
async function afterClose(server: FakeServer, client: Client, code: number): Promise<string> {
    const told: string[] = [];
    client.on("signedOut", () => told.push("signedOut"));
    await client.connect();
    const before = server.peers.length;
    server.last.close(code);
    return await until(`an effect of ${code}`, () => {
        if (client.state === "disconnected") {
            return told.at(-1) ?? "stopped";
        }
        return server.peers.length > before && client.state === "connected" && "reconnected";
    });
}

test("signs in with the token first, offers the subprotocol, tells the session", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        const states: string[] = [];
        client.on("state", (s) => states.push(s));
        await client.connect();
        assert.deepEqual(server.last.requests[0]?.params, { token: "t1" });
        assert.equal(server.last.socket.protocol, "clubhub.v1");
        assert.equal(client.session?.consent_epoch, 1);
        client.close();
        assert.deepEqual(states, ["connecting", "connected", "disconnected"]);
        await until("the server sees it", () => server.last.socket.readyState === server.last.socket.CLOSED);
    }));

for (const code of [1000, 1001, 1011, 1012, 1013, 4408, 4429]) {
    test(`reconnects after ${code}`, limit, () =>
        withServer(async (server, open) => assert.equal(await afterClose(server, open(), code), "reconnected")));
}

for (const code of [1007, 1009, 4400, 4409]) {
    test(`stops after ${code}`, limit, () =>
        withServer(async (server, open) => {
            const client = open();
            assert.equal(await afterClose(server, client, code), "stopped");
            await sleep(50);
            assert.equal(server.peers.length, 1);
        }));
}

test("4403 signs out: calls and streams end with SIGNED_OUT", limit, () =>
    withServer(async (server, open) => {
        server.handlers.set("points.summary", () => {
            throw new Silence();
        });
        const client = open();
        const ended: string[] = [];
        client.subscribe("me").on("ended", (e) => ended.push(e.reason));
        await client.connect();
        const call = client.call("points.summary").catch((e: unknown) => (e as HubError).reason);
        assert.equal(await afterClose(server, client, 4403), "signedOut");
        assert.equal(await call, "SIGNED_OUT");
        assert.deepEqual(ended, ["SIGNED_OUT"]);
    }));

test("cut off without a farewell, and nobody there for a while: it comes back", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        await client.connect();
        server.last.cut();
        await until("back", () => server.peers.length === 2 && client.state === "connected");
    }));

test("1012 after a notice waits as long as the server said", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        const waits: number[] = [];
        client.on("waiting", (w) => waits.push(w.inMs));
        await client.connect();
        server.last.tell("session.notice", { kind: "draining", reconnect_ms: 123 });
        server.last.close(1012);
        await until("back", () => server.peers.length === 2 && client.state === "connected");
        assert.deepEqual(waits, [123]);
    }));

test("pauses grow while attempts fail, and a call waits through them", limit, () =>
    withServer(async (server, open) => {
        let left = 5;
        const auth = server.handlers.get("session.auth");
        server.handlers.set("session.auth", (p, from) => {
            if (left-- > 0) {
                from.cut();
                throw new Silence();
            }
            return auth?.(p, from);
        });
        const client = open();
        const waits: number[] = [];
        client.on("waiting", (w) => waits.push(w.inMs));
        void client.connect();
        await client.call("points.summary");
        assert.equal(waits.length, 5);
        assert.ok(waits.every((w) => w >= 5 && w <= 40));
    }));

test("4401 fetches a fresh token and reconnects", limit, () =>
    withServer(async (server, open) => {
        const asked: boolean[] = [];
        const client = open({
            token: "old",
            getToken: ({ fresh }) => {
                asked.push(fresh);
                return "new";
            },
        });
        assert.equal(await afterClose(server, client, 4401), "reconnected");
        assert.deepEqual(asked, [true]);
        assert.equal(server.last.requests[0]?.params["token"], "new");
    }));

test("a token refused twice in a row ends it; one refusal asks for a fresh one", limit, () =>
    withServer(async (server, open) => {
        const asked: boolean[] = [];
        const auth = server.handlers.get("session.auth");
        server.handlers.set("session.auth", (p, from) => {
            if (p["token"] !== "good") {
                throw new Refusal(1000, "UNAUTHENTICATED");
            }
            return auth?.(p, from);
        });
        const getToken = ({ fresh }: { fresh: boolean }): string => {
            asked.push(fresh);
            return fresh ? "good" : "stale";
        };
        await open({ getToken }).connect();
        assert.deepEqual(asked, [false, true]);
        const hopeless = open({ getToken: () => "bad" });
        await assert.rejects(hopeless.connect(), { reason: "SIGNED_OUT" });
        await assert.rejects(open({ token: "bad" }).connect(), { reason: "SIGNED_OUT" });
    }));

test("a sign-in that is refused for now is tried again; for good it stops", limit, () =>
    withServer(async (server, open) => {
        const auth = server.handlers.get("session.auth");
        let left = 1;
        server.handlers.set("session.auth", (p, from) => {
            if (left-- > 0) {
                throw new Refusal(1008, "UNAVAILABLE", { retry_ms: 10 });
            }
            return auth?.(p, from);
        });
        await open().connect();
        server.handlers.set("session.auth", () => {
            throw new Refusal(1001, "FORBIDDEN");
        });
        await assert.rejects(open().connect(), { reason: "FORBIDDEN" });
    }));

test("a getToken that fails for a while is asked again; without a sign-in it ends", limit, () =>
    withServer(async (_server, open) => {
        let left = 2;
        const problems: string[] = [];
        const client = open({
            getToken: () => {
                if (left-- > 0) {
                    throw new TypeError("offline");
                }
                return "t";
            },
        });
        client.on("error", (e) => problems.push(e.kind));
        await client.connect();
        assert.deepEqual(problems, ["token", "token"]);
        const nobody = open({
            getToken: () => {
                throw new HubError("UNAUTHENTICATED", "Not signed in.");
            },
        });
        await assert.rejects(nobody.connect(), { reason: "SIGNED_OUT" });
    }));

test("session.expiring renews the token on the open connection", limit, () =>
    withServer(async (server, open) => {
        const client = open({ getToken: ({ fresh }) => (fresh ? "t2" : "t1") });
        await client.connect();
        server.last.tell("session.expiring", { in_s: 60 });
        const request = await until("session.refresh", () => server.requests("session.refresh")[0]);
        assert.deepEqual(request.params, { token: "t2" });
        assert.equal(server.peers.length, 1);
    }));

test("a server that answers nothing is given up after silenceMs, and the call goes on", limit, () =>
    withServer(async (server, open) => {
        server.handlers.set("points.summary", () => {
            if (server.peers.length === 1) {
                throw new Silence();
            }
            return { available: 1, ver: 1 };
        });
        const client = open({ silenceMs: 200 });
        await client.connect();
        assert.equal((await client.call("points.summary")).available, 1);
        assert.equal(server.peers.length, 2);
    }));

test("a connection that never signs in is given up after connectTimeoutMs", limit, () =>
    withServer(async (server, open) => {
        const auth = server.handlers.get("session.auth");
        server.handlers.set("session.auth", (p, from) => {
            if (server.peers.length === 1) {
                throw new Silence();
            }
            return auth?.(p, from);
        });
        await open({ connectTimeoutMs: 100 }).connect();
        assert.equal(server.peers.length, 2);
    }));

test("rubbish from the server is told, and the connection made anew", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        const problems: string[] = [];
        client.on("error", (e) => problems.push(`${e.kind}: ${e.message}`));
        await client.connect();
        for (const [i, rubbish] of ["{", "7", '{"id":1}', '{"method":"event","params":{"stream":"me","seq":-1}}'].entries()) {
            client.subscribe(`club:${i}`);
            const me = i === 3 ? client.subscribe("me") : undefined;
            await until("subscribed", () => client.state === "connected" && (me === undefined || me.state === "subscribed"));
            const before = server.peers.length;
            server.last.socket.send(rubbish);
            await until("made anew", () => server.peers.length > before && client.state === "connected");
        }
        assert.equal(problems.length, 4);
    }));

test("messages and answers that nobody knows are left alone", limit, () =>
    withServer(async (server, open) => {
        const client = open();
        await client.connect();
        server.last.tell("signal", { stream: "plan:1", type: "typing" });
        server.last.send({ id: 999, result: {} });
        server.last.send({ id: null, error: { code: -32700, message: "?" } });
        assert.equal((await client.call("points.summary")).available, 10);
        assert.equal(server.peers.length, 1);
    }));

test("wake() tries at once when it waits, and renews when it is connected", limit, () =>
    withServer(async (server, open) => {
        const client = open({ backoff: { minMs: 60_000, maxMs: 60_000 }, getToken: () => "t" });
        await client.connect();
        client.wake();
        await until("a sign of life", () => server.requests("session.refresh").length === 1);
        server.last.cut();
        await until("noticed", () => client.state === "connecting");
        client.wake();
        await until("back", () => client.state === "connected");
    }));

test("a guest connects without signing in", limit, () =>
    withServer(async (server) => {
        const client = new Client({ url: server.url, WebSocket: webSocket });
        await client.connect();
        await client.call("points.summary");
        assert.equal(server.requests("session.auth").length, 0);
        client.close();
    }));

test("a listener that throws disturbs nobody", limit, (t) =>
    withServer(async (server, open) => {
        const caught: string[] = [];
        const own = process.listeners("uncaughtException");
        process.removeAllListeners("uncaughtException");
        const note = (problem: Error): void => void caught.push(problem.message);
        process.on("uncaughtException", note);
        t.after(() => {
            process.removeListener("uncaughtException", note);
            own.forEach((listener) => process.on("uncaughtException", listener));
        });
        const client = open();
        client.on("session", () => {
            throw new Error("mine");
        });
        await client.connect();
        server.last.tell("session.notice", { kind: "hello" });
        await until("told", () => caught.length === 1);
        assert.deepEqual(caught, ["mine"]);
        assert.equal(client.state, "connected");
    }));
