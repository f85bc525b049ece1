// state.ts -- what is kept between runs: tokens and positions, in files that only their owner may read.
//
// One lock for all of it, because a refresh token is good once: of two commands at the same time the second must use
// what the first was given.

import { mkdirSync, openSync, closeSync, writeSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

export class StateError extends Error {}

export interface SignIn {
    email: string;
    token: string | null;
    refresh_token: string;
}

export interface Position {
    epoch: string;
    seq: number;
}

export interface State {
    /** Of the last sign-in. */
    url?: string;
    /** By URL. */
    sign_ins: Record<string, SignIn>;
    /** By URL, principal and stream. */
    positions: Record<string, Position>;
}

const patienceMs = 20_000;

function folder(): string {
    const base = process.env["XDG_STATE_HOME"];
    return join(base !== undefined && base.startsWith("/") ? base : join(homedir(), ".local", "state"), "clubhub");
}

const file = (): string => join(folder(), "state.json");

export function readState(): State {
    let text: string;
    try {
        if ((statSync(file()).mode & 0o077) !== 0) {
            throw new StateError(`others may read ${file()}, which holds tokens: chmod 600 it`);
        }
        text = readFileSync(file(), "utf8");
    } catch (problem) {
        if ((problem as NodeJS.ErrnoException).code === "ENOENT") {
            return { sign_ins: {}, positions: {} };
        }
        throw problem;
    }
    try {
        return { sign_ins: {}, positions: {}, ...(JSON.parse(text) as Partial<State>) };
    } catch {
        throw new StateError(`${file()} is damaged: remove it and sign in again`);
    }
}

/** Reads it, lets `change` work on it, and writes what came of it at each `save` and at the end; nobody else does meanwhile. */
export async function changeState<T>(change: (state: State, save: () => void) => Promise<T> | T): Promise<T> {
    mkdirSync(folder(), { recursive: true, mode: 0o700 });
    await lock();
    try {
        const state = readState();
        const save = (): void => {
            write(state);
        };
        const answer = await change(state, save);
        save();
        return answer;
    } finally {
        unlock();
    }
}

/** Whole or not at all: a reader sees the old file or the new one. */
function write(state: State): void {
    const next = `${file()}.${String(process.pid)}`;
    rmSync(next, { force: true });
    const descriptor = openSync(next, "wx", 0o600);
    writeSync(descriptor, `${JSON.stringify(state)}\n`);
    closeSync(descriptor);
    renameSync(next, file());
}

let isHeld = false;

function unlock(): void {
    if (isHeld) {
        isHeld = false;
        rmSync(`${file()}.lock`, { force: true });
    }
}

process.on("exit", unlock); // also of a command that gave up meanwhile

async function lock(): Promise<void> {
    for (const end = Date.now() + patienceMs; ; await new Promise((resolve) => setTimeout(resolve, 20))) {
        try {
            const descriptor = openSync(`${file()}.lock`, "wx", 0o600);
            writeSync(descriptor, String(process.pid));
            closeSync(descriptor);
            isHeld = true;
            return;
        } catch (problem) {
            if ((problem as NodeJS.ErrnoException).code !== "EEXIST") {
                throw problem;
            }
        }
        if (isStale()) {
            rmSync(`${file()}.lock`, { force: true });
        } else if (Date.now() > end) {
            throw new StateError(`${file()}.lock is held by another clubhub-cli`);
        }
    }
}

/** Its owner is gone. One that is being made has no number in it yet. */
function isStale(): boolean {
    try {
        const pid = Number(readFileSync(`${file()}.lock`, "utf8"));
        if (pid > 0) {
            process.kill(pid, 0);
        }
        return false;
    } catch (problem) {
        return (problem as NodeJS.ErrnoException).code === "ESRCH";
    }
}
