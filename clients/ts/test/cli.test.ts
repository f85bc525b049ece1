// clients/cli against the real server: as a script would run it.

import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { realServer, type RealServer } from "./server.js";
import { limit, until } from "./support.js";

const server = realServer();
const state = mkdtempSync(join(tmpdir(), "clubhub-cli-"));
const file = join(state, "clubhub", "state.json");
const options = { ...limit, skip: server === undefined };
const nowhere = "ws://127.0.0.1:9/v1";
const running = new Set<ChildProcess>();

after(() => {
    running.forEach((child) => child.kill("SIGKILL"));
    rmSync(state, { recursive: true });
});

interface Run {
    readonly child: ChildProcess;
    out: string;
    err: string;
    readonly ended: Promise<number>;
}

function start(words: readonly string[], input = "", env: Record<string, string> = {}): Run {
    const { url } = server as RealServer;
    const child = spawn(process.execPath, ["../cli/dist/main.js", ...words], {
        env: { PATH: process.env["PATH"], XDG_STATE_HOME: state, CLUBHUB_URL: url, ...env },
        stdio: ["pipe", "pipe", "pipe"],
    });
    const run: Run = { child, out: "", err: "", ended: new Promise((resolve) => child.on("close", (code) => { resolve(code ?? -1); })) };
    running.add(child);
    child.on("close", () => running.delete(child));
    child.stdout.on("data", (text) => (run.out += String(text)));
    child.stderr.on("data", (text) => (run.err += String(text)));
    child.stdin.end(input);
    return run;
}

async function cli(words: readonly string[], expected: number, input = "", env: Record<string, string> = {}): Promise<Run> {
    const run = start(words, input, env);
    assert.equal(await run.ended, expected, `${words.join(" ")}: ${run.out}${run.err}`);
    return run;
}

const lines = (run: Run): Record<string, unknown>[] =>
    run.out.split("\n").slice(0, -1).map((line) => JSON.parse(line) as Record<string, unknown>);

test("a guest calls, asks for help, and is told to sign in", options, async () => {
    const [clubs, who, refused, away, none, noun, method] = await Promise.all([
        cli(["call", "club.list"], 0),
        cli(["call", "points.summary", "--json"], 3),
        cli(["tail", "me"], 3),
        cli(["call", "club.list", "--url", nowhere, "--timeout=1"], 4),
        cli(["help", "nothing"], 2),
        cli(["help", "feed"], 0),
        cli(["help", "feed.post"], 0),
    ]);
    assert.ok((JSON.parse(clubs.out) as { clubs: unknown[] }).clubs.length > 0);
    await cli(["login", "a@b", "--url", nowhere, "--timeout=1"], 4, "secret\n");
    const error = (JSON.parse(who.err) as { error: Record<string, unknown> }).error;
    assert.deepEqual([error["reason"], error["data"], who.out], ["UNAUTHENTICATED", {}, ""]);
    assert.match(refused.err, /^UNAUTHENTICATED: /);
    assert.match(away.err, /^NO_CONNECTION: /);
    assert.match(none.err, /feed/);
    assert.match(noun.out, /^feed\.post +Publishes/m);
    assert.match(method.out, /^ {2}body\?? +text 1\.\.[0-9]+ +\S.*\.$/m);
    assert.match(method.out, /^ {2}idem\? /m);
    assert.match(method.out, /^Errors/m);
});

test("wrong use is told, and nothing is sent", options, async () => {
    await Promise.all([
        cli(["nothing"], 2),
        cli(["call", "club.list", "{"], 2),
        cli(["call", "club.list", "[]"], 2),
        cli(["call", "club.list", "--pasword=x"], 2),
        cli(["login", "a@b", "secret"], 2),
    ]);
});

test("signs in, writes once for a key, follows and resumes a stream, signs out", options, async () => {
    const { password } = (server as RealServer).member;
    const email = "member14@demo.invalid";
    await cli(["login", email], 3, "wrong\n");
    const signedIn = await cli(["login", email], 0, `${password}\n`);
    const kept = JSON.parse(readFileSync(file, "utf8")) as { sign_ins: Record<string, { token: string; refresh_token: string }> };
    const { token, refresh_token } = Object.values(kept.sign_ins)[0] ?? assert.fail("nothing kept");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(state, "clubhub")).mode & 0o777, 0o700);

    const { memberships } = lines(await cli(["call", "membership.list", "--json"], 0))[0] as { memberships: { club: string; status: string }[] };
    const { club } = memberships.find((m) => m.status === "active") ?? assert.fail("no club");
    const post = (body: string): string => JSON.stringify({ club, kind: "story", body });
    const idem = ["--idem", "shell-key-0001", "--json"];
    const first = await cli(["call", "feed.post", post("From a shell"), ...idem], 0);
    const [again, other, wrong] = await Promise.all([
        cli(["call", "feed.post", "-", ...idem], 0, post("From a shell")),
        cli(["call", "feed.post", post("Another"), ...idem], 1),
        cli(["call", "feed.post", JSON.stringify({ club, kind: "story" })], 1),
    ]);
    assert.deepEqual(lines(again)[0], { ...lines(first)[0], replay: true });
    assert.match(other.err, /"reason":"IDEM_MISMATCH".*"idem":"shell-key-0001"/);
    assert.match(wrong.err, /^INVALID_PARAMS: .*\n.*"path":"body"/);

    const stream = `club:${club}`;
    const tail = start(["tail", "--resume", stream]);
    await until("a snapshot", () => tail.out.includes('"snapshot"') && lines(tail).length > 0);
    tail.child.kill("SIGTERM");
    assert.equal(await tail.ended, 0);
    const at = lines(tail).at(-1)?.["seq"] as number;
    await Promise.all(["Then", "And then"].map((body) => cli(["call", "feed.post", post(body)], 0)));

    const [one, nothing] = await Promise.all([cli(["tail", "--resume", "--count=1", stream], 0), cli(["tail", "club:999999"], 1)]);
    assert.match(nothing.err, /^NOT_FOUND: /);
    assert.equal(lines(one).length, 1, one.out);
    const rest = start(["tail", "--resume", stream]);
    const both = (): string => one.out + rest.out;
    await until("both posts", () => both().includes('"And then"') && both().includes('"Then"'));
    const told = [...lines(one), ...lines(rest)];
    assert.ok(told.every((line) => "type" in line), "no snapshot: resumed");
    assert.ok(told.every((line, i) => (line["seq"] as number) > (i === 0 ? at : (told[i - 1]?.["seq"] as number))), "each once, in order");
    rest.child.kill("SIGINT");
    assert.equal(await rest.ended, 0);

    const now = JSON.parse(readFileSync(file, "utf8")) as { sign_ins: Record<string, unknown> };
    const elsewhere = { ...now, sign_ins: { ...now.sign_ins, [nowhere]: { email, token: null, refresh_token: "x" } } };
    writeFileSync(file, JSON.stringify(elsewhere));
    await cli(["call", "club.list", "--url", nowhere, "--timeout=1"], 4);
    assert.ok(!existsSync(`${file}.lock`), "given up, and nothing is left locked");
    writeFileSync(file, JSON.stringify(now));

    chmodSync(file, 0o644);
    assert.match((await cli(["call", "club.list"], 3)).err, /others may read/);
    chmodSync(file, 0o600);
    await cli(["logout"], 0);
    assert.doesNotMatch(readFileSync(file, "utf8"), /token/);
    await cli(["call", "membership.list"], 3);
    const said = [signedIn, first, other, tail].map((r) => r.out + r.err).join("");
    assert.ok(![token, refresh_token, password].some((secret) => said.includes(secret)), "no secret is printed");
});
