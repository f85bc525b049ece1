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

main(process.argv.slice(2)).then(
    (code) => {
        process.exitCode = code;
    },
    (problem: unknown) => {
        if (problem instanceof UsageError) {
            process.stderr.write(`${problem.message}\n\n${usage}`);
            process.exitCode = 2;
        } else if (problem instanceof StateError) {
            process.stderr.write(`${problem.message}\n`);
            process.exitCode = 3;
        } else {
            printError(problem, process.argv.includes("--json"));
            process.exitCode = exitCodeOf(problem);
        }
    },
);
