#!/usr/bin/env node
// main.ts -- clubhub-cli: one command, an exit code.
//
//   0 done    1 the server refused    2 wrong use    3 sign in first    4 no connection, or no answer in time

import { readArguments, UsageError, usage, type Arguments } from "./arguments.js";
import { call } from "./call.js";
import { help } from "./help.js";
import { login, logout } from "./login.js";
import { exitCodeOf, printError } from "./report.js";
import { StateError } from "./state.js";
import { tail } from "./tail.js";

const commands: Readonly<Record<string, (args: Arguments) => Promise<number>>> = { login, logout, call, tail, help };

async function main(words: readonly string[]): Promise<number> {
    const args = readArguments(words);
    const command = commands[args.command];
    if (command === undefined) {
        throw new UsageError(`there is no command "${args.command}"`);
    }
    return await command(args);
}

// A reader that has seen enough (`| head`) is no error.
process.stdout.on("error", (problem: NodeJS.ErrnoException) => {
    process.exit(problem.code === "EPIPE" ? 0 : 1);
});

/** Tells what went wrong, and the exit code. */
function failed(problem: unknown): number {
    if (problem instanceof UsageError) {
        process.stderr.write(`${problem.message}\n\n${usage}`);
        return 2;
    }
    if (problem instanceof StateError) {
        process.stderr.write(`${problem.message}\n`);
        return 3;
    }
    printError(problem, process.argv.includes("--json"));
    return exitCodeOf(problem);
}

const farewellMs = 500;

void main(process.argv.slice(2))
    .catch(failed)
    .then((code) => {
        process.exitCode = code;
        // The connection is being closed; an attempt that was given up may still be trying.
        setTimeout(() => process.exit(), farewellMs).unref();
    });
