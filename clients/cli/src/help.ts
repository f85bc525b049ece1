// help.ts -- what the server's own protocol.json says of its methods.

import { usage, type Arguments } from "./arguments.js";
import { urlOf } from "./connect.js";
import { NoConnection } from "./report.js";

interface Field {
    readonly name: string;
    readonly type: string;
    readonly doc: string;
    readonly min?: number;
    readonly max?: number;
    readonly words?: readonly string[];
    readonly fields?: readonly Field[];
    readonly items?: Field;
    readonly optional?: boolean;
    readonly nullable?: boolean;
}

interface Method {
    readonly name: string;
    readonly doc: string;
    readonly kind: "read" | "write" | "notify";
    readonly idem: boolean;
    readonly who: readonly string[];
    readonly step_up: boolean;
    readonly params: readonly Field[];
    readonly result: readonly Field[];
    readonly publishes: readonly string[];
    readonly errors: readonly string[];
}

interface Protocol {
    readonly methods: readonly Method[];
    readonly errors: readonly { readonly reason: string; readonly text: string }[];
}

export async function help(args: Arguments): Promise<number> {
    const [name] = args.words;
    if (name === undefined) {
        process.stdout.write(usage);
        return 0;
    }
    const protocol = await readProtocol(args);
    const method = protocol.methods.find((m) => m.name === name);
    if (method !== undefined) {
        process.stdout.write(args.json ? `${JSON.stringify(method)}\n` : page(method, protocol));
        return 0;
    }
    const noun = protocol.methods.filter((m) => m.name.startsWith(`${name}.`));
    if (noun.length === 0) {
        const nouns = [...new Set(protocol.methods.map((m) => m.name.replace(/\..*/, "")))];
        process.stderr.write(`There is no method or noun "${name}". The nouns: ${nouns.join(" ")}\n`);
        return 2;
    }
    const width = Math.max(...noun.map((m) => m.name.length));
    process.stdout.write(noun.map((m) => `${m.name.padEnd(width)}  ${m.doc}\n`).join(""));
    return 0;
}

/** That of the server, so that it tells what this server takes. */
async function readProtocol(args: Arguments): Promise<Protocol> {
    const url = new URL(urlOf(args).replace(/^ws/, "http"));
    url.pathname = "/v1/protocol.json";
    try {
        const answer = await fetch(url, { signal: AbortSignal.timeout(args.timeoutS * 1000) });
        return (await answer.json()) as Protocol;
    } catch {
        throw new NoConnection(`no protocol at ${url.href}`);
    }
}

function page(m: Method, protocol: Protocol): string {
    const facts = [m.kind, ...(m.step_up ? ["needs a fresh proof (session.step_up)"] : [])];
    const idem: Field = { name: "idem", type: "text", min: 8, max: 64, optional: true, doc: "Its key; made here when left out." };
    const errors = m.errors.map((reason) => [reason, protocol.errors.find((e) => e.reason === reason)?.text ?? ""] as const);
    const parts = [
        `${m.name}: ${m.doc}\n${facts.join(", ")}; for ${m.who.join(", ")}`,
        section("Parameters", table(m.idem ? [...m.params, idem] : m.params, 1)),
        section("Result", table(m.result, 1)),
        section("Errors, beside those of any call", columns(errors.map(([reason, text]) => [`  ${reason}`, text]))),
        section("Publishes", m.publishes.map((p) => `  ${p}\n`).join("")),
    ];
    return `${parts.filter((p) => p !== "").join("\n\n")}\n`;
}

function section(title: string, text: string): string {
    return text === "" ? "" : `${title}\n${text.trimEnd()}`;
}

function table(fields: readonly Field[], depth: number): string {
    return columns(rows(fields, depth));
}

function rows(fields: readonly Field[], depth: number): string[][] {
    return fields.flatMap((f) => [
        [`${"  ".repeat(depth)}${f.name}${f.optional === true ? "?" : ""}`, typeOf(f), f.doc],
        ...rows(f.fields ?? [], depth + 1),
    ]);
}

function typeOf(f: Field): string {
    const bounds = f.min === undefined || f.max === undefined ? "" : ` ${String(f.min)}..${String(f.max)}`;
    const type = f.words !== undefined ? f.words.join("|") : f.items !== undefined ? `list of ${typeOf(f.items)}` : f.type;
    return `${type}${bounds}${f.nullable === true ? " or null" : ""}`;
}

/** All but the last as wide as their longest; a very long one pushes only its own row. */
function columns(lines: readonly (readonly string[])[]): string {
    const widths = (lines[0] ?? []).map((_, i) => Math.min(32, Math.max(...lines.map((l) => l[i]?.length ?? 0))));
    return lines.map((l) => `${l.map((cell, i) => (i === l.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join("  ").trimEnd()}\n`).join("");
}
