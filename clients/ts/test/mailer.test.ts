// mailer.test.ts -- a mail service against the real server: takes messages over HTTP, tells what became of them, and gets
// nothing that the member took back, that comes in quiet hours or over the cap.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, describe, test } from "node:test";
import { newIdem, type Params, type Result } from "../src/index.js";
import { sql } from "./database.js";
import { callOverHttp, ownServer, realServer, signIn, type Guest, type RealServer } from "./server.js";
import { limit, sleep } from "./support.js";

const server = realServer();
const day = { from: "00:00", to: "00:00" };

if (server !== undefined) {
    describe("a mail service", () => suite(server));
}

type Message = Result<"send.take">["jobs"][number];

function must(name: string): string {
    const value = process.env[name];
    assert.ok(value !== undefined, `${name} is not set`);
    return value;
}

/** The first row of a statement as the database's owner: the clock columns and what the log says. */
function first(statement: string): string {
    return sql(statement)[0] ?? "";
}

async function comesTrue(what: string, look: () => boolean): Promise<void> {
    for (const end = performance.now() + 20_000; !look(); await sleep(50)) {
        assert.ok(performance.now() < end, `waited in vain: ${what}`);
    }
}

function suite(server: RealServer): void {
    let member: Guest;
    let editor: Guest;
    let id = "";
    let club = "";
    let category = "";

    before(async () => {
        member = await signIn(server, server.member);
        editor = await signIn(server, server.editor);
        id = member.session.principal.id ?? "";
        const edited = editor.session.principal.clubs ?? [];
        club = member.session.clubs.find((c) => c.status === "active" && edited.includes(c.club))?.club ?? "";
        category = (await member.client.call("consent.catalog")).categories.find((c) => c.club === club)?.category ?? "";
        assert.ok(id !== "" && club !== "" && category !== "");
        await comesTrue("what others offered before is queued", () => first("select count(*) from send_fanout") === "0");
        first(`delete from send_job where member_id = ${id}; delete from delivery_log where member_id = ${id}`);
    });

    after(() => {
        member?.client.close();
        editor?.client.close();
    });

    const mailer = `Key ${must("CLUBHUB_MAILER_KEY")}`;

    /** Takes all that is due; what is for others of the demo is sent at once. */
    async function take(): Promise<Message[]> {
        const mine: Message[] = [];
        for (let more = true; more; ) {
            const batch = (await callOverHttp(server, mailer, "send.take", { limit: 100 })) as Result<"send.take">;
            mine.push(...batch.jobs.filter((job) => job.member === id));
            for (const job of batch.jobs.filter((other) => other.member !== id)) {
                await tell(job, "sent");
            }
            ({ more } = batch);
        }
        return mine;
    }

    function tell(job: Message, outcome: Params<"send.result">["outcome"]): Promise<unknown> {
        return callOverHttp(server, mailer, "send.result", { job: job.job, outcome, idem: newIdem() });
    }

    /** Offers something, and waits until the background has queued it for the member. */
    async function offer(title: string): Promise<string> {
        const { post } = await editor.client.call("feed.offer_news", { club, category, title, body: title });
        await comesTrue("the message", () => first(`select count(*) from send_job where member_id = ${id} and refs ->> 'post' = '${post}'`) === "1");
        return post;
    }

    async function give(): Promise<void> {
        const { epoch, purposes } = await member.client.call("consent.catalog");
        const text = purposes.find((p) => p.purpose === "mkt.offers");
        assert.ok(text !== undefined);
        const items: Params<"consent.give">["items"] = [{ purpose: "mkt.offers", scope: category, channel: "push", text_ver: text.text_ver, locale: text.locale }];
        await member.client.call("consent.give", { items, base: Number(epoch), method: "settings.offers" });
    }

    function verdict(post: string): string {
        return first(`select string_agg(concat_ws(' ', l.verdict, l.reason), ', ' order by l.id)
                      from delivery_log l join send_job j using (job_id) where j.member_id = ${id} and j.refs ->> 'post' = '${post}'`);
    }

    const phone = `push-token-of-${newIdem()}`;

    test("takes an offer for who agreed, with words and a way out", limit, async () => {
        await member.client.call("device.register", { platform: "ios", push_token: phone });
        await member.client.call("pref.set", { quiet_from: day.from, quiet_to: day.to });
        await member.client.call("consent.withdraw", { purpose: "mkt.offers" });
        await give();
        const post = await offer("Cabins");
        const [job, ...more] = await take();
        assert.ok(job !== undefined && more.length === 0);
        assert.deepEqual(job.to, [phone]);
        assert.equal(job.channel, "push");
        assert.ok(job.subject.includes("Cabins") && job.body.includes("Cabins"));
        assert.match(job.unsubscribe ?? "", /\/v1\/unsubscribe\/[A-Za-z0-9_-]{43}$/);
        assert.ok(job.body.includes(job.unsubscribe ?? "-"));
        await tell(job, "sent");
        await assert.rejects(tell(job, "sent"), /INVALID_STATE/);
        assert.equal(verdict(post), "sent");
        assert.equal(first("select count(*) from lib.delivery_violations()"), "0");
    });

    test("gets a message again when its lease has lapsed; a bounce keeps the address from more", limit, async () => {
        await offer("Fjords");
        const [taken] = await take();
        assert.ok(taken !== undefined);
        assert.deepEqual(await take(), []);
        first(`update send_job set lease_until = now() - interval '1 second' where job_id = ${taken.job}`);
        const [again] = await take();
        assert.equal(again?.job, taken.job);
        await tell(taken, "bounced");
        const post = await offer("Cities");
        assert.deepEqual(await take(), []);
        assert.equal(verdict(post), "suppressed bounced");
    });

    test("the third offer of a day is put off", limit, async () => {
        await member.client.call("device.register", { platform: "ios", push_token: phone });
        const post = await offer("Third");
        assert.deepEqual(await take(), []);
        assert.equal(verdict(post), "deferred cap");
        first(`update delivery_log set at = at - interval '25 hours' where member_id = ${id}; update send_job set not_before = now() where member_id = ${id} and state = 'queued'`);
        assert.equal((await take()).length, 1);
    });

    test("nothing in the member's quiet hours", limit, async () => {
        const { tz } = await member.client.call("pref.get");
        const at = (hours: number): string =>
            new Date(Date.now() + hours * 3_600_000).toLocaleTimeString("en-GB", { timeZone: tz, hour: "2-digit", minute: "2-digit" });
        await member.client.call("pref.set", { quiet_from: at(-1), quiet_to: at(1) });
        const post = await offer("Quiet");
        assert.deepEqual(await take(), []);
        assert.equal(verdict(post), "deferred quiet");
        await member.client.call("pref.set", { quiet_from: day.from, quiet_to: day.to });
        first(`update send_job set not_before = now() where member_id = ${id} and state = 'queued'`);
        assert.equal((await take()).length, 1);
    });

    test("the link in a message takes that kind of message back, without signing in", limit, async () => {
        first(`update delivery_log set at = at - interval '25 hours' where member_id = ${id}`);
        await offer("Way out");
        const [job] = await take();
        assert.ok(job?.unsubscribe !== undefined);
        const answer = await fetch(server.http + new URL(job.unsubscribe).pathname, {
            method: "POST",
            headers: { "content-type": "application/x-www-form-urlencoded" },
            body: "List-Unsubscribe=One-Click",
        });
        assert.equal(answer.status, 200);
        const { receipt } = await member.client.call("consent.receipt", { purpose: "mkt.offers", scope: category, channel: "push" });
        assert.equal(receipt.state, "withdrawn");
        await give();
    });

    test("a withdrawal stops what is queued", limit, async () => {
        first(`update delivery_log set at = at - interval '25 hours' where member_id = ${id}`);
        const post = await offer("Too late");
        await member.client.call("consent.withdraw", { purpose: "mkt.offers", scope: category, channel: "push" });
        assert.deepEqual(await take(), []);
        assert.match(verdict(post), /^suppressed (withdrawn|basis)$/);
        assert.equal(first(`select count(*) from send_job where member_id = ${id} and state in ('queued', 'taken') and refs ->> 'post' = '${post}'`), "0");
    });

    test("mailer = log prints codes of a development server, and no address", { ...limit, ...ownServer }, async () => {
        const address = first(`select lib.pii_open(email_enc) from member_pii where member_id = ${id}`);
        const token = first(`select lib.token_new('verify', ${id}, '{}', '1 hour')`);
        first(`insert into message_text values ('verify', 'en', 'Code', '{code}') on conflict do nothing`);
        const hub = spawn(must("CLUBHUB"), ["serve", "--mailer=log", "--development=true", "--workers=1", "--listen=127.0.0.1:0", "--admin_listen=127.0.0.1:0"], {
            stdio: ["ignore", "ignore", "pipe"],
        });
        const gone = new Promise((resolve) => hub.once("exit", resolve));
        let said = "";
        hub.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
        try {
            first(`select lib.send_queue(${id}, 3::smallint, 'verify', 'svc.account', p_token => ${token})`);
            const code = first(`select lib.token_secret(${token})`);
            await comesTrue("the code on stderr", () => said.includes(`"member":"${id}","code":"${code}"`));
            assert.ok(!said.includes(address), "the address is not logged");
            await comesTrue("sent", () => first(`select state from send_job where token_id = ${token}`) === "sent");
        } finally {
            hub.kill("SIGTERM");
            await gone;
        }
    });
}
