// What the tests before this sent to the real server and were told by it, held against clients/asyncapi.json.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Judge } from "../asyncapi.js";
import type { Frame } from "../support.js";

interface Message {
    readonly id?: string | number | null;
    readonly method?: string;
    readonly params?: { readonly type?: string };
    readonly result?: Subscribed & { readonly streams?: readonly Subscribed[] };
    readonly error?: { readonly data: { readonly reason: string } };
}

interface Subscribed {
    readonly stream?: string;
    readonly snapshot?: unknown;
    readonly events?: readonly unknown[];
}

/** One process's sockets. Says what does not fit. */
class Reader {
    readonly problems: string[] = [];
    readonly #calls = new Map<string, Message>();
    readonly #judge: Judge;

    constructor(judge: Judge) {
        this.#judge = judge;
    }

    read({ socket, way, text }: Frame): void {
        const value = JSON.parse(text) as Message | Message[];
        for (const message of Array.isArray(value) ? value : [value]) {
            const call = `${String(socket)} ${JSON.stringify(message.id)}`;
            if (way === "sent") {
                this.#calls.set(call, message);
            } else if (message.method === undefined) {
                this.#answer(this.#calls.get(call), message);
                this.#calls.delete(call);
            } else {
                const name = message.method === "event" ? `event.${message.params?.type ?? ""}` : `message.${message.method}`;
                this.#note(this.#judge.message(name, message));
            }
        }
    }

    #answer(call: Message | undefined, answer: Message): void {
        const method = call?.method ?? "(a call that was not seen)";
        if (answer.error !== undefined) {
            const name = `error.${answer.error.data.reason}`;
            this.#note(this.#judge.message(name, answer));
            this.#note(this.#judge.mayAnswer(method, name) ? "" : `${method} may not be answered ${name}`);
            return;
        }
        this.#note(this.#judge.message(method, call)); // what was accepted is what may be sent
        this.#note(this.#judge.message(`${method}.reply`, answer));
        if (method === "stream.subscribe" || method === "stream.subscribe_many") {
            for (const one of answer.result?.streams ?? [answer.result ?? {}]) {
                this.#subscribed(one);
            }
        }
    }

    #subscribed({ stream, snapshot, events }: Subscribed): void {
        if (snapshot !== undefined) {
            this.#note(this.#judge.snapshot(stream ?? "", snapshot));
        }
        for (const params of events ?? []) {
            this.#note(this.#judge.message(`event.${(params as { type: string }).type}`, { jsonrpc: "2.0", method: "event", params }));
        }
    }

    #note(problem: string): void {
        if (problem !== "") {
            this.problems.push(problem);
        }
    }
}

const folder = process.env["CLUBHUB_FRAMES"];

test("every frame of these tests is as asyncapi.json says", { skip: folder === undefined }, (t) => {
    const judge = new Judge();
    const problems: string[] = [];
    let frames = 0;
    for (const name of readdirSync(folder ?? "")) {
        const reader = new Reader(judge);
        for (const line of readFileSync(`${folder ?? ""}/${name}`, "utf8").split("\n").filter((l) => l !== "")) {
            reader.read(JSON.parse(line) as Frame);
            frames++;
        }
        problems.push(...reader.problems);
    }
    const count = (of: (name: string) => boolean): number => [...judge.seen].filter(of).length;
    const replies = count((name) => name.endsWith(".reply"));
    const events = count((name) => name.startsWith("event."));
    t.diagnostic(`${String(frames)} frames: replies of ${String(replies)} methods, ${String(events)} events, ${String(count((n) => n.startsWith("error.")))} errors`);
    assert.deepEqual([...new Set(problems)], []);
    assert.ok(frames > 500 && replies > 60 && events > 15, "so many were recorded");
});
