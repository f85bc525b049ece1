// Signing in with e-mail and password: tokens are kept, renewed and forgotten.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { test } from "node:test";
import { Account, type TokenStore } from "../src/index.js";
import { Refusal, Silence, type FakeServer } from "./fakeServer.js";
import { limit, until, webSocket, withServer } from "./support.js";

function store(): TokenStore & { kept: string | null } {
    return {
        kept: null,
        load() {
            return this.kept;
        },
        save(token) {
            this.kept = token;
        },
    };
}

/** Passwords, rotating refresh tokens, access tokens a1, a2 … */
function withAccounts(server: FakeServer, expires_in_s: number): void {
    let n = 0;
    let valid = "";
    const answer = (): object => {
        valid = `r${++n}`;
        return { token: `a${n}`, expires_in_s, refresh_token: valid, principal: { kind: "member", id: "5" } };
    };
    server.handlers.set("account.login", (p) => {
        if (p["password"] !== "secret") {
            throw new Refusal(1000, "UNAUTHENTICATED");
        }
        return answer();
    });
    server.handlers.set("account.refresh", (p) => {
        if (p["refresh_token"] !== valid) {
            throw new Refusal(1000, "UNAUTHENTICATED");
        }
        return answer();
    });
    server.handlers.set("account.logout", () => ({}));
}

test("logs in as a guest, then the client signs in with the token", limit, () =>
    withServer(async (server, open) => {
        withAccounts(server, 900);
        const kept = store();
        const account = new Account({ url: server.url, WebSocket: webSocket, store: kept });
        await account.login("noa@example.org", "secret");
        assert.equal(kept.kept, "r1");
        const client = open({ getToken: account.getToken });
        await client.connect();
        assert.equal(server.last.requests[0]?.params["token"], "a1");
        assert.equal(server.requests("account.refresh").length, 0);
    }));

test("a wrong password is refused and nothing is kept", limit, () =>
    withServer(async (server) => {
        withAccounts(server, 900);
        const kept = store();
        const account = new Account({ url: server.url, WebSocket: webSocket, store: kept });
        await assert.rejects(account.login("noa@example.org", "wrong"), { reason: "UNAUTHENTICATED" });
        assert.equal(kept.kept, null);
    }));

test("without an answer signing in gives up in its time: nobody there, nobody speaking, no reply", limit, async () => {
    const deaf = createServer((socket) => socket.on("error", () => undefined).resume()).listen(0, "127.0.0.1");
    await once(deaf, "listening");
    const { port } = deaf.address() as AddressInfo;
    const kept = store();
    const silent = new Account({ url: `ws://127.0.0.1:${String(port)}/v1`, WebSocket: webSocket, store: kept, callTimeoutMs: 300 });
    await assert.rejects(silent.login("noa@example.org", "secret"), { reason: "NO_ANSWER" });
    kept.kept = "r1";
    await assert.rejects(silent.getToken({ fresh: true }), { reason: "NO_ANSWER" });
    assert.equal(kept.kept, "r1");
    deaf.close();
    await once(deaf, "close");
    await assert.rejects(silent.login("noa@example.org", "secret"), { reason: "NO_ANSWER" });
    await withServer(async (server) => {
        server.handlers.set("account.login", () => {
            throw new Silence();
        });
        const account = new Account({ url: server.url, WebSocket: webSocket, callTimeoutMs: 300 });
        await assert.rejects(account.login("noa@example.org", "secret"), { reason: "NO_ANSWER" });
    });
});

test("a server that closes instead of answering ends signing in at once", limit, () =>
    withServer(async (server) => {
        server.handlers.set("account.login", (_params, from) => {
            from.close(4400);
            throw new Silence();
        });
        const account = new Account({ url: server.url, WebSocket: webSocket });
        await assert.rejects(account.login("noa@example.org", "secret"), { reason: "DISCONNECTED" });
    }));

test("a token near its end is renewed with the stored refresh token, which is replaced", limit, () =>
    withServer(async (server, open) => {
        withAccounts(server, 30);
        const kept = store();
        const account = new Account({ url: server.url, WebSocket: webSocket, store: kept });
        await account.login("noa@example.org", "secret");
        const client = open({ getToken: account.getToken });
        await client.connect();
        assert.equal(kept.kept, "r2");
        const [signIn] = server.requests("session.auth");
        assert.equal(signIn?.params["token"], "a2");
    }));

test("a new run of the program goes on with what the store holds", limit, () =>
    withServer(async (server) => {
        withAccounts(server, 900);
        const kept = store();
        await new Account({ url: server.url, WebSocket: webSocket, store: kept }).login("noa@example.org", "secret");
        const next = new Account({ url: server.url, WebSocket: webSocket, store: kept });
        assert.equal(await next.getToken({ fresh: false }), "a2");
        assert.equal(await next.getToken({ fresh: false }), "a2");
        assert.equal(await next.getToken({ fresh: true }), "a3");
    }));

test("a refresh token that is refused is forgotten, and the client is signed out", limit, () =>
    withServer(async (server, open) => {
        withAccounts(server, 900);
        const kept = store();
        kept.kept = "stolen";
        const account = new Account({ url: server.url, WebSocket: webSocket, store: kept });
        const client = open({ getToken: account.getToken });
        await assert.rejects(client.connect(), { reason: "SIGNED_OUT" });
        assert.equal(kept.kept, null);
    }));

test("logging out tells the server, closes and forgets", limit, () =>
    withServer(async (server, open) => {
        withAccounts(server, 900);
        const kept = store();
        const account = new Account({ url: server.url, WebSocket: webSocket, store: kept });
        await account.login("noa@example.org", "secret");
        const client = open({ getToken: account.getToken });
        await client.connect();
        await account.logout(client);
        assert.equal(server.requests("account.logout").length, 1);
        assert.equal(kept.kept, null);
        await until("closed", () => client.state === "disconnected");
    }));
