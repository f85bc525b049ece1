// page.ts -- the protocol as one page to read: methods, events, messages, streams, errors, close codes, shapes.

import type { ErrorRow, Field, Method, Protocol, Stream } from "./protocol.js";
import { Shapes } from "./shapes.js";
import { style } from "./style.js";

/** The whole text of clients/protocol.html. */
export function page(p: Protocol): string {
    const shapes = new Shapes(p);
    const list = (fields: readonly Field[], none: string): string => table(fields, shapes, none);
    const sections: readonly (readonly [id: string, title: string, body: string, entries: readonly (readonly [string, string])[]])[] = [
        ["calls", "Calls", calls(p), []],
        ["methods", "Methods", methods(p, shapes), nouns(p).map((n) => [`noun-${n}`, n])],
        ["streams", "Streams", p.streams.map((s) => stream(s, shapes)).join("\n"), p.streams.map((s) => [`s-${kind(s.name)}`, s.name])],
        [
            "events",
            "Events",
            `<p>What happens on a stream. The message <a href="#g-event"><code>event</code></a> carries each, these members in its <code>data</code>.</p>\n` +
                p.events
                    .map((e) =>
                        article(
                            `e-${e.name}`,
                            e.name,
                            e.doc,
                            `For whom: purpose ${e.gates.map(code).join(" or ")}.${e.keep === "latest" ? " Whole state: of several only the newest counts." : ""}`,
                            heading("Data", list(e.refs, "No members.")) + (e.view === null ? "" : heading("View, where it may be shown", list(e.view, ""))),
                        ),
                    )
                    .join("\n"),
            p.events.map((e) => [`e-${e.name}`, e.name]),
        ],
        [
            "messages",
            "Messages",
            p.messages.map((m) => article(`g-${m.name}`, m.name, m.doc, "", heading("Params", list(m.params, "No members.")))).join("\n"),
            p.messages.map((m) => [`g-${m.name}`, m.name]),
        ],
        ["errors", "Errors", errors(p.errors), []],
        ["close-codes", "Close codes", closeCodes(p), []],
        [
            "shapes",
            "Shapes",
            `<p>Objects that stand in several places, by their first one.</p>\n` +
                shapes
                    .all()
                    .map((s) => article(`t-${s.name}`, s.name, "", "", tableOf(s.fields, shapes)))
                    .join("\n"),
            shapes.all().map((s) => [`t-${s.name}`, s.name]),
        ],
    ];
    const menu = sections.map(([id, title, , entries]) => {
        const link = `<a href="#${id}">${title}</a>`;
        const below = entries.map(([to, text]) => `<li><a href="#${escape(to)}">${escape(text)}</a></li>`).join("\n");
        return below === "" ? `<li>${link}</li>` : `<li>${link}<details${id === "methods" ? " open" : ""}><summary>${String(entries.length)} ${id === "methods" ? "nouns" : id}</summary>\n<ul>\n${below}\n</ul></details></li>`;
    });
    return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>clubhub: the protocol</title>
<style>
${style}
</style>
</head>
<body>
<nav aria-label="Contents">
<a class="skip" href="#main">To the text</a>
<strong>${escape(p.protocol)}</strong>
<ul>
${menu.join("\n")}
</ul>
</nav>
<main id="main">
<h1>The protocol ${code(p.protocol)}</h1>
<p>${String(p.methods.length)} methods, ${String(p.events.length)} events, ${String(p.errors.length)} errors. Made from <code>clients/protocol.json</code>; as AsyncAPI it is <code>clients/asyncapi.json</code>.</p>
${sections.map(([id, title, body]) => `<section id="${id}" aria-labelledby="h-${id}">\n<h2 id="h-${id}">${title}</h2>\n${body}\n</section>`).join("\n")}
</main>
</body>
</html>
`;
}

function calls(p: Protocol): string {
    const example = p.methods.find((m) => m.name === "club.list") ?? p.methods[0];
    return `<p>JSON-RPC 2.0 over a WebSocket at <code>/v1</code> (subprotocol ${code(p.protocol)}), and the same calls as <code>POST /v1/rpc</code>. <code>params</code> is an object; a member that is not described is refused. An <code>id</code> is text or a whole number and comes back as sent. At most 50 calls make a batch.</p>
<p><code>{"jsonrpc":"2.0","id":1,"method":"${escape(example?.name ?? "")}","params":{}}</code></p>
<table>
<thead><tr><th>Type</th><th>In JSON</th><th>Means</th></tr></thead>
<tbody>
<tr><td>id</td><td>text</td><td>A decimal number without leading zero, 19 digits at most.</td></tr>
<tr><td>int</td><td>number</td><td>Whole.</td></tr>
<tr><td>text</td><td>text</td><td>Bounds are in code points; no control characters but the line feed.</td></tr>
<tr><td>time</td><td>text</td><td>RFC 3339 in UTC: <code>2026-11-22T10:10:00.000Z</code>.</td></tr>
<tr><td>any</td><td>any</td><td>As its description says.</td></tr>
</tbody>
</table>
<p>A write takes <code>idem</code>, 8 to 64 of <code>A-Z a-z 0-9 _ -</code>, made and kept by the client before it sends: the same key with the same parameters is answered once, and then with <code>"replay":true</code>. Methods marked “no key” take none.</p>`;
}

/* --- methods --- */

function nouns(p: Protocol): string[] {
    return [...new Set(p.methods.map((m) => kind(m.name, ".")))];
}

function methods(p: Protocol, shapes: Shapes): string {
    return nouns(p)
        .map((n) => {
            const own = p.methods.filter((m) => kind(m.name, ".") === n);
            const links = own.map((m) => `<a href="#m-${m.name}"><code>${m.name.slice(n.length + 1)}</code></a>`).join(", ");
            return `<h3 id="noun-${n}">${n}</h3>\n<p>${links}</p>\n${own.map((m) => method(m, shapes)).join("\n")}`;
        })
        .join("\n");
}

function method(m: Method, shapes: Shapes): string {
    const facts = [
        `<span class="${m.kind}">${m.kind}</span>${m.kind === "write" && !m.idem ? ", no key" : ""}`,
        `for ${m.who.map(escape).join(", ")}`,
        ...(m.step_up ? ["needs a fresh proof (<a href=\"#m-session.step_up\">session.step_up</a>)"] : []),
        ...(m.barrier ? ["answered when it is in force everywhere"] : []),
    ];
    const links = (names: readonly string[], prefix: string): string => names.map((n) => `<a href="#${prefix}-${n}"><code>${n}</code></a>`).join(", ");
    const body =
        heading("Params", table(m.params, shapes, "None.")) +
        heading("Result", table(m.result, shapes, "An empty object.")) +
        (m.errors.length > 0 ? heading("Errors", `<p>${links(m.errors, "x")}</p>`) : "") +
        (m.publishes.length > 0 ? heading("Publishes", `<p>${links(m.publishes, "e")}</p>`) : "");
    return article(`m-${m.name}`, m.name, m.doc, `${facts.join("; ")}.`, body);
}

/* --- streams, errors, close codes --- */

function stream(s: Stream, shapes: Shapes): string {
    return article(`s-${kind(s.name)}`, s.name, s.doc, `For ${s.who.map(escape).join(", ")}.`, heading("Snapshot", table(s.snapshot, shapes, "")));
}

function errors(rows: readonly ErrorRow[]): string {
    const body = rows.map(
        (e) =>
            `<tr id="x-${e.reason}"><td><code>${e.reason}</code></td><td>${String(e.code)}</td><td>${escape(e.text)}${e.retry_ms === null ? "" : ` Send it again after ${String(e.retry_ms)} ms.`}</td></tr>`,
    );
    return `<p>Any call may be refused with PARSE to INVALID_PARAMS, INTERNAL, UNAUTHENTICATED, FORBIDDEN, IDEM_MISMATCH, RATE, BUSY, TIMEOUT and UNAVAILABLE; others stand with the methods. <code>error.data.reason</code> names it.</p>
<table class="errors">
<thead><tr><th>Reason</th><th>Code</th><th>Text</th></tr></thead>
<tbody>
${body.join("\n")}
</tbody>
</table>`;
}

function closeCodes(p: Protocol): string {
    const does: Readonly<Record<string, string>> = {
        stop: "stop: it is a fault",
        reconnect: "reconnect with a pause",
        wait: "reconnect after the time told",
        token: "get a new token, reconnect",
        sign_out: "forget the session",
    };
    const body = p.close_codes.map(
        (c) => `<tr id="c-${String(c.code)}"><td>${String(c.code)}</td><td>${escape(does[c.client] ?? c.client)}</td><td>${escape(c.text)}</td></tr>`,
    );
    return `<table class="errors">\n<thead><tr><th>Code</th><th>The client</th><th>Means</th></tr></thead>\n<tbody>\n${body.join("\n")}\n</tbody>\n</table>`;
}

/* --- fields --- */

/** A link where the whole list is a shape, `none` where it is empty. */
function table(fields: readonly Field[], shapes: Shapes, none: string): string {
    if (fields.length === 0) {
        return `<p>${none}</p>`;
    }
    const shape = shapes.of(fields);
    return shape === undefined ? tableOf(fields, shapes) : `<p>The shape ${link(shape.name)}.</p>`;
}

function tableOf(fields: readonly Field[], shapes: Shapes): string {
    return `<table>\n<thead><tr><th>Member</th><th>Type</th><th>Means</th></tr></thead>\n<tbody>\n${rows(fields, shapes, 0)}\n</tbody>\n</table>`;
}

function rows(fields: readonly Field[], shapes: Shapes, depth: number): string {
    return fields
        .map((f) => {
            const at = depth === 0 ? "" : ` class="d${String(depth)}"`;
            const optional = f.optional === true ? ' <span class="opt">optional</span>' : "";
            const own = `<tr${at}><td${at}><span class="name">${escape(f.name)}</span>${optional}</td><td>${type(f, shapes)}</td><td>${escape(f.doc)}</td></tr>`;
            const inside = f.fields === undefined || shapes.of(f.fields) !== undefined ? "" : `\n${rows(f.fields, shapes, depth + 1)}`;
            return own + (inside.trim() === "" ? "" : inside);
        })
        .join("\n");
}

function type(f: Field, shapes: Shapes): string {
    const bounds = boundsOf(f);
    const shape = f.fields === undefined ? undefined : shapes.of(f.fields);
    const words = (f.words ?? []).map(code).join(" ");
    const items = f.items !== undefined ? ` of ${type(f.items, shapes)}` : "";
    const name = f.type === "word" && words !== "" ? words : `${f.type}${bounds}${items}`;
    return `${name}${shape === undefined ? "" : `${f.type === "list" ? " of " : " "}${link(shape.name)}`}${f.nullable === true ? " or null" : ""}`;
}

function boundsOf({ min, max }: Field): string {
    if (min === undefined || max === undefined) {
        return "";
    }
    return max >= Number.MAX_SAFE_INTEGER ? ` from ${String(min)}` : min === max ? ` of ${String(min)}` : ` ${String(min)} to ${String(max)}`;
}

/* --- small pieces --- */

function article(id: string, name: string, doc: string, facts: string, body: string): string {
    const head = `<h4><a href="#${escape(id)}"><span class="name">${escape(name)}</span></a></h4>`;
    const text = doc === "" ? "" : `\n<p>${escape(doc)}</p>`;
    return `<article id="${escape(id)}">\n${head}${text}${facts === "" ? "" : `\n<p class="facts">${facts}</p>`}\n${body}\n</article>`;
}

function heading(title: string, body: string): string {
    return `<h5>${title}</h5>\n${body}\n`;
}

function link(shape: string): string {
    return `<a href="#t-${escape(shape)}">${escape(shape)}</a>`;
}

function code(text: string): string {
    return `<code>${escape(text)}</code>`;
}

function kind(name: string, separator = ":"): string {
    return name.split(separator)[0] ?? "";
}

function escape(text: string): string {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
