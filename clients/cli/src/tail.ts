// tail.ts -- follows streams: one JSON a line. Over a lost connection the SDK resumes; --resume does so over runs.

import type { Client, Position, StreamName } from "clubhub-client";
import { UsageError, type Arguments } from "./arguments.js";
import { connect, urlOf } from "./connect.js";
import { exitCodeOf, printError } from "./report.js";
import { changeState, readState } from "./state.js";

const keepEveryMs = 1000;

export async function tail(args: Arguments): Promise<number> {
    if (args.words.length === 0) {
        throw new UsageError("tail wants streams, for instance: me club:7");
    }
    const client = await connect(args);
    const keys = `${urlOf(args)} ${client.session?.principal.id ?? "guest"} `;
    const run = new Tail(client, args, keys);
    const timer = setInterval(() => void run.keep(), keepEveryMs);
    try {
        return await run.ended;
    } finally {
        clearInterval(timer);
        await run.keep();
        client.close();
    }
}

class Tail {
    readonly ended: Promise<number>;
    readonly #args: Arguments;
    readonly #keys: string;
    readonly #positions = new Map<string, Position>();
    #end: (code: number) => void = () => undefined;
    #isOver = false;
    #events = 0;
    #open: number;
    #worst = 0;
    #isKept = true;

    constructor(client: Client, args: Arguments, keys: string) {
        const names = new Set(args.words);
        this.#args = args;
        this.#keys = keys;
        this.#open = names.size;
        this.ended = new Promise((resolve) => {
            this.#end = (code) => {
                this.#isOver = true;
                resolve(code);
            };
        });
        for (const signal of ["SIGINT", "SIGTERM"] as const) {
            process.once(signal, () => {
                this.#end(0);
            });
        }
        client.on("signedOut", ({ reason }) => {
            process.stderr.write(`SIGNED_OUT: ${reason}\n`);
            this.#end(3);
        });
        for (const name of names) {
            this.#follow(client, name);
        }
    }

    /** Up to where each stream was printed, for the next --resume; after a crash a second of it comes again. */
    async keep(): Promise<void> {
        if (!this.#args.resume || this.#isKept) {
            return;
        }
        this.#isKept = true;
        await changeState((state) => {
            for (const [name, position] of this.#positions) {
                state.positions[this.#keys + name] = position;
            }
        });
    }

    #follow(client: Client, name: string): void {
        const from = this.#args.resume ? (readState().positions[this.#keys + name] ?? null) : null;
        const subscription = client.subscribe(name as StreamName, from);
        const upTo = (seq: number, line: object | null): void => {
            if (!this.#isOver) {
                this.#positions.set(name, { epoch: subscription.position?.epoch ?? "", seq });
                this.#isKept = false;
                this.#print(line);
            }
        };
        subscription.on("snapshot", ({ seq, data }) => {
            upTo(seq, { stream: name, seq, snapshot: data });
        });
        subscription.on("skip", ({ to }) => {
            upTo(to, null);
        });
        subscription.on("event", (event) => {
            upTo(event.seq, event);
            if (++this.#events === this.#args.count) {
                this.#end(0);
            }
        });
        subscription.on("signal", (signal) => {
            this.#print({ stream: name, signal });
        });
        subscription.on("ended", ({ reason }) => {
            const begun = (): number => {
                this.#print({ stream: name, ended: reason });
                return 1;
            };
            const refused = (problem: unknown): number => {
                printError(problem, this.#args.json);
                return exitCodeOf(problem);
            };
            void subscription.ready.then(begun, refused).then((code) => {
                this.#close(code);
            });
        });
        subscription.ready.catch(() => undefined); // `ended` tells it
    }

    #print(line: object | null): void {
        if (line !== null && !this.#isOver) {
            process.stdout.write(`${JSON.stringify(line)}\n`);
        }
    }

    /** One stream is over; with the last of them so is this. */
    #close(code: number): void {
        this.#worst = Math.max(this.#worst, code);
        if (--this.#open === 0) {
            this.#end(this.#worst);
        }
    }
}
