// follow.ts -- a signed-in socket on which nothing is asked: what it is told, and the code it is closed with.
//
//   node dist/all/test/follow.js http://HOST:PORT      a line each; tests/container/run.sh reads them

import { WebSocket } from "ws";

const http = process.argv[2] ?? "";
const params = { email: "member12@demo.invalid", password: "fjord-and-coast" };
const answer = await fetch(`${http}/v1/rpc`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "account.login", params }),
});
const { token } = ((await answer.json()) as { result: { token: string } }).result;
const socket = new WebSocket(`${http.replace("http", "ws")}/v1`, "clubhub.v1");
socket.on("open", () => socket.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "session.auth", params: { token } })));
socket.on("message", (text) => {
    const told = JSON.parse(String(text)) as { result?: unknown; method?: string; params?: { kind?: string } };
    console.log(told.result === undefined ? `${told.method} ${told.params?.kind}` : "signed in");
});
socket.on("close", (code) => console.log(`closed ${code}`));
