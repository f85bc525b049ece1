// call.ts -- one call.

import { methodKinds, type MethodName, type Params } from "clubhub-client";
import { UsageError, type Arguments } from "./arguments.js";
import { connect } from "./connect.js";

export async function call(args: Arguments): Promise<number> {
    const [name, text, more] = args.words;
    if (name === undefined || more !== undefined) {
        throw new UsageError("call wants a method, and its parameters as one JSON object");
    }
    const { idem, ...params } = readParams(text === "-" ? await readAll() : (text ?? "{}"));
    const key = args.idem ?? idem;
    if (key !== undefined && typeof key !== "string") {
        throw new UsageError("idem is text");
    }
    const method = name as MethodName; // or one that only the server knows
    const client = await connect(args);
    try {
        if (methodKinds[method] === "notify") {
            client.notify(method, params as Params<MethodName>);
            return 0;
        }
        const result = await client.call(method, params as never, { ...(key === undefined ? {} : { idem: key }) });
        process.stdout.write(`${JSON.stringify(result, null, args.json ? 0 : 2)}\n`);
        return 0;
    } finally {
        client.close();
    }
}

function readParams(text: string): Record<string, unknown> {
    let value: unknown;
    try {
        value = JSON.parse(text);
    } catch {
        throw new UsageError("the parameters are not JSON");
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
        throw new UsageError("the parameters are one JSON object");
    }
    return value as Record<string, unknown>;
}

async function readAll(): Promise<string> {
    let text = "";
    for await (const chunk of process.stdin.setEncoding("utf8")) {
        text += String(chunk);
    }
    return text;
}
