// print.ts -- the protocol as TypeScript: types, and the few tables the SDK needs while it runs.

import type { Field, Method, Protocol, Stream } from "./protocol.js";

const closeActions = ["stop", "reconnect", "wait", "token", "sign_out"];

/** Source text of src/generated.ts. */
export function print(p: Protocol): string {
    const parts = [
        "// generated.ts -- the protocol as types. Made from clients/protocol.json by `npm run generate`; do not edit.",
        `export const protocolName = ${quote(p.protocol)};\nexport const protocolVersion = ${quote(p.version)};`,
        printMethods(p),
        printKinds(p),
        printEvents(p),
        printMessages(p),
        printStreams(p),
        printErrors(p),
        printCloseCodes(p),
    ];
    return parts.join("\n\n") + "\n";
}

function printMethods(p: Protocol): string {
    const rows = p.methods.map((m) => {
        const facts = [`Who: ${m.who.join(", ")}.`];
        if (m.step_up) {
            facts.push("Needs a fresh proof (session.step_up).");
        }
        if (m.errors.length > 0) {
            facts.push(`Errors: ${m.errors.join(", ")}.`);
        }
        if (m.publishes.length > 0) {
            facts.push(`Publishes: ${m.publishes.join(", ")}.`);
        }
        return [
            comment(1, [m.doc, ...facts]),
            `    ${quote(m.name)}: {`,
            `        params: ${shape(paramsOf(m), 2)};`,
            `        result: ${shape(resultOf(m), 2)};`,
            "    };",
        ].join("\n");
    });
    return `/** Every method: what it takes and what it answers. */\nexport interface Methods {\n${rows.join("\n")}\n}`;
}

const idemField: Field = {
    name: "idem",
    type: "text",
    min: 8,
    max: 64,
    optional: true,
    doc: "Idempotency key; the client makes one when it is left out.",
};

const replayField: Field = {
    name: "replay",
    type: "bool",
    optional: true,
    doc: "This is the stored answer to an earlier attempt with the same key.",
};

function paramsOf(m: Method): readonly Field[] {
    return m.idem && !m.params.some((f) => f.name === "idem") ? [...m.params, idemField] : m.params;
}

function resultOf(m: Method): readonly Field[] {
    return m.idem && !m.result.some((f) => f.name === "replay") ? [...m.result, replayField] : m.result;
}

/** What the client may do when the connection breaks: send a read or a write with its key again. */
function printKinds(p: Protocol): string {
    const rows = p.methods.map((m) => {
        const kind = m.kind === "write" && m.idem ? "keyed" : m.kind;
        return `    ${quote(m.name)}: ${quote(kind)},`;
    });
    return [
        "/** read: may be repeated. keyed: may be repeated with its key. write: must not. notify: has no answer. */",
        'export type MethodKind = "read" | "keyed" | "write" | "notify";',
        "",
        "export const methodKinds: { readonly [M in keyof Methods]: MethodKind } = {",
        ...rows,
        "};",
    ].join("\n");
}

function printEvents(p: Protocol): string {
    const rows = p.events.map((e) => {
        const view: Field[] =
            e.view === null
                ? []
                : [{ name: "view", type: "object", fields: e.view, optional: true, doc: "The object, where it may be shown." }];
        return [
            comment(1, [e.doc, `Gate: ${e.gates.join(" or ")}.`, ...(e.keep === "latest" ? ["Whole state: only the newest counts."] : [])]),
            `    ${quote(e.name)}: ${shape([...e.refs, ...view], 1)};`,
        ].join("\n");
    });
    return `/** Every event: the shape of its data. */\nexport interface Events {\n${rows.join("\n")}\n}`;
}

function printMessages(p: Protocol): string {
    const rows = p.messages.map((m) => `${comment(1, [m.doc])}\n    ${quote(m.name)}: ${shape(m.params, 1)};`);
    return `/** What the server says unasked. */\nexport interface Messages {\n${rows.join("\n")}\n}`;
}

/** "club:<id>" -> `club:${string}`. */
function streamType(s: Stream): string {
    const at = s.name.indexOf("<");
    return at < 0 ? quote(s.name) : "`" + s.name.slice(0, at) + "${string}`";
}

function printStreams(p: Protocol): string {
    const rows = p.streams.map((s) => [comment(1, [s.doc]), `    ${quote(keyOf(s))}: ${shape(s.snapshot, 1)};`].join("\n"));
    const cases = p.streams.map((s) => `    S extends ${streamType(s)} ? Snapshots[${quote(keyOf(s))}] :`);
    return [
        `/** Every kind of stream: the shape of its snapshot. */\nexport interface Snapshots {\n${rows.join("\n")}\n}`,
        `export type StreamName = ${p.streams.map(streamType).join(" | ")};`,
        `export type SnapshotOf<S extends StreamName> =\n${cases.join("\n")}\n    never;`,
    ].join("\n\n");
}

function keyOf(s: Stream): string {
    return s.name.replace(/:.*$/, "");
}

function printErrors(p: Protocol): string {
    const rows = p.errors.map((e) => `    ${e.reason}: ${String(e.retry_ms)}, // ${String(e.code)} ${e.text}`);
    return [
        `/** Why the server refused. */\nexport type ErrorReason =\n${p.errors.map((e) => `    | ${quote(e.reason)}`).join("\n")};`,
        "",
        "/** Milliseconds to wait before the same call may be sent again; null: do not repeat it. */",
        "export const errorRetryMs: { readonly [R in ErrorReason]: number | null } = {",
        ...rows,
        "};",
    ].join("\n");
}

function printCloseCodes(p: Protocol): string {
    const rows = p.close_codes.map((c) => {
        if (!closeActions.includes(c.client)) {
            throw new Error(`close code ${String(c.code)}: "${c.client}" is none of ${closeActions.join(", ")}`);
        }
        return `    [${String(c.code)}, ${quote(c.client)}], // ${c.text}`;
    });
    return [
        "/** wait: reconnect after the server's delay. token: get a new token first. sign_out: forget the session. */",
        `export type CloseAction = ${closeActions.map(quote).join(" | ")};`,
        "",
        "export const closeActions: ReadonlyMap<number, CloseAction> = new Map<number, CloseAction>([",
        ...rows,
        "]);",
    ].join("\n");
}

function shape(fields: readonly Field[], depth: number, open = false): string {
    if (fields.length === 0) {
        return open ? "Record<string, unknown>" : "Record<string, never>";
    }
    const pad = "    ".repeat(depth + 1);
    const rows = fields.map((f) => {
        const doc = f.doc === "" ? "" : `${comment(depth + 1, [f.doc + bounds(f)])}\n`;
        return `${doc}${pad}${memberName(f.name)}${f.optional === true ? "?" : ""}: ${typeOf(f, depth + 1)};`;
    });
    const rest = open ? `\n${pad}[member: string]: unknown;` : "";
    return `{\n${rows.join("\n")}${rest}\n${"    ".repeat(depth)}}`;
}

function typeOf(f: Field, depth: number): string {
    const type = bareType(f, depth);
    return f.nullable === true ? `${type} | null` : type;
}

function bareType(f: Field, depth: number): string {
    switch (f.type) {
        case "id":
        case "text":
        case "time":
            return "string";
        case "int":
            return "number";
        case "bool":
            return "boolean";
        case "any":
            return "unknown";
        case "word":
            return f.words === undefined || f.words.length === 0 ? "string" : f.words.map(quote).join(" | ");
        case "object":
            return f.fields === undefined ? "Record<string, unknown>" : shape(f.fields, depth, f.open);
        case "list":
            return f.items !== undefined ? `(${typeOf(f.items, depth)})[]` : `${shape(f.fields ?? [], depth, f.fields === undefined || f.open)}[]`;
    }
}

function bounds(f: Field): string {
    const unit = { int: "", text: " characters", list: " items" } as const;
    if ((f.type !== "int" && f.type !== "text" && f.type !== "list") || f.min === undefined || f.max === undefined) {
        return f.type === "time" ? " RFC 3339, UTC." : "";
    }
    return ` ${String(f.min)} to ${String(f.max)}${unit[f.type]}.`;
}

function memberName(name: string): string {
    return /^[a-z_][a-z0-9_]*$/i.test(name) ? name : quote(name);
}

function comment(depth: number, sentences: readonly string[]): string {
    return `${"    ".repeat(depth)}/** ${sentences.join(" ").replaceAll("*/", "* /")} */`;
}

function quote(text: string): string {
    return JSON.stringify(text);
}
