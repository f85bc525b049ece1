// generate.ts -- clients/protocol.json -> src/generated.ts, or clients/protocol.html where OUTPUT ends so.
//
//   node dist/tools/generate.js PROTOCOL_JSON OUTPUT [--check]
//
// --check writes nothing and fails when OUTPUT is not what it would write.

import { readFileSync, writeFileSync } from "node:fs";
import { page } from "./page.js";
import { print } from "./print.js";
import { readProtocol } from "./protocol.js";

function main(args: readonly string[]): number {
    const [from, to, check] = args;
    if (from === undefined || to === undefined) {
        console.error("usage: generate PROTOCOL_JSON OUTPUT [--check]");
        return 2;
    }
    const protocol = readProtocol(readFileSync(from, "utf8"));
    const text = to.endsWith(".html") ? page(protocol) : print(protocol);
    if (check !== "--check") {
        writeFileSync(to, text);
        return 0;
    }
    if (readFileSync(to, "utf8") !== text) {
        console.error(`${to} is not current; run: npm run generate`);
        return 1;
    }
    return 0;
}

process.exitCode = main(process.argv.slice(2));
