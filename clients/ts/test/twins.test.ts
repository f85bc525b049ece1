// Who refuses everything has the same club as who accepts everything (domain.md 12.11, I-56): two members who differ in
// nothing else ask the same, and the answers must be equal.
//
// A new price, window or message: one line in `facts`.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { newIdem, type Methods } from "../src/index.js";
import { sql } from "./database.js";
import { callOverHttp, realServer, signIn, type Guest, type RealServer } from "./server.js";
import { limit } from "./support.js";

const server = realServer();
const password = "fjord-and-coast";
const club = "1";

interface Twin {
    readonly id: string;
    readonly handle: string;
    readonly guest: Guest;
    call<M extends keyof Methods>(method: M, params?: object): Promise<Methods[M]["result"]>;
}

/** Numbers and times of single rows; everything else must be equal. */
const ofTheRow = new Set(["post", "tx", "tier_tx", "entry", "event", "request", "link", "ver", "id", "key", "notification"]);

/** The answer without what is the twin's own: names of the two, numbers and times of rows. */
function bare(value: unknown, twin: Twin): unknown {
    if (Array.isArray(value)) {
        return value.map((item) => bare(item, twin));
    }
    if (value !== null && typeof value === "object") {
        return Object.fromEntries(Object.entries(value).filter(([name]) => !ofTheRow.has(name)).map(([name, v]) => [name, bare(v, twin)]));
    }
    if (typeof value === "string") {
        const text = value.replaceAll(twin.handle, "handle").replaceAll(twin.id, "id");
        return /^\d{4}-\d\d-\d\dT/.test(text) ? "time" : text;
    }
    return value;
}

/** What a member is told by the club itself, by kind: events and messages that rest on the contract or the law. */
function serviceMessages(twin: Twin): string[] {
    return sql(`select type || ' ' || gate_cat || ' ' || count(*) from outbox
                 where stream = 'me:${twin.id}' and gate_cat ~ '^(svc|legal|li)[.]' and type <> 'consent.changed'
                 group by type, gate_cat
                 union all
                select template || ' ' || gate_cat || ' ' || channel_id || ' ' || count(*) from send_job
                 where member_id = ${twin.id} and gate_cat ~ '^(svc|legal|li)[.]' and template !~ '^consent'
                 group by template, gate_cat, channel_id
                 union all
                select 'notification ' || type || ' ' || count(*) from notification where member_id = ${twin.id} group by type
                 order by 1`);
}

/** Posts until the club says that it is enough; how many, and in which words. */
async function limitOfPosts(twin: Twin): Promise<unknown> {
    for (let posts = 0; ; posts++) {
        try {
            await twin.call("feed.post", { club, kind: "story", body: `post ${posts}`, idem: newIdem() });
        } catch (e) {
            return { posts, refusal: (e as Error).message };
        }
    }
}

async function feedOrder(twin: Twin): Promise<string[]> {
    const { posts } = await twin.call("feed.list", { club, include_offers: true, limit: 50 });
    return posts.map((p: { post: string }) => p.post);
}

/** In this order. What a fact changes, it changes for both. */
const facts: readonly [what: string, ask: (twin: Twin, server: RealServer) => Promise<unknown>][] = [
    ["clubs one may join", (t) => t.call("club.list")],
    ["the club", (t) => t.call("club.get", { club })],
    ["the order of the feed", async (t) => (await feedOrder(t)).join()],
    ["the feed without offers", async (t) => {
        const { posts } = await t.call("feed.list", { club, limit: 50 });
        const others = posts.filter((p: { kind: string }) => p.kind !== "offer_news");
        return others.slice(0, 15).map((p: { post: string }) => p.post).join();
    }],
    ["points of a purchase", (t, server) =>
        callOverHttp(server, `Key ${server.posKey}`, "points.earn", {
            member: t.id, club, receipt: newIdem(), idem: newIdem(),
            lines: [{ category: "11", amount: { minor: 123_45, cur: "EUR" } }, { amount: { minor: 67_89, cur: "EUR" } }],
        })],
    ["balance, expiry and the way to the next tier", (t) => t.call("points.summary")],
    ["statement of points", (t) => t.call("points.history")],
    ["memberships", (t) => t.call("membership.list")],
    ["who one is at sign-in", async (t) => ({ ...t.guest.session, epoch: 0, consent_epoch: 0, server_time: "" })],
    ["channels of service messages", (t) => t.call("pref.get")],
    ["how much one may write", (t) => limitOfPosts(t)],
    ["pausing", (t) => t.call("membership.pause", { club, idem: newIdem() })],
    ["going on", (t) => t.call("membership.resume", { club, idem: newIdem() })],
    ["everything about oneself", (t) => t.call("privacy.export", { idem: newIdem() })],
    ["what an erasure would do", (t) => t.call("privacy.erase_preview")],
    ["leaving", (t) => t.call("membership.leave", { club, idem: newIdem() })],
    ["coming back", (t) => t.call("membership.apply", { club, idem: newIdem() })],
    ["service messages", async (t) => serviceMessages(t)],
];

/** A member of the club, in its first tier. */
async function born(server: RealServer, handle: string): Promise<Twin> {
    const email = `${handle}@demo.invalid`;
    const [id = ""] = sql(`
        with born as (
            insert into member (member_id, status, handle, email_verified_at, terms_ver, terms_at)
            values (lib.new_id(), 'active', '${handle}', now(), 1, now()) returning member_id
        ), named as (
            insert into member_pii (member_id, name_enc, email_enc, email_hash)
            select member_id, lib.pii_seal('Robin'), lib.pii_seal('${email}'), lib.email_hash('${email}') from born
        ), joined as (
            insert into membership (member_id, club_id, track_id, status, tier_id, joined_at)
            select b.member_id, m.club_id, m.track_id, 'active', (select tier_id from tier where club_id = ${club} and rank = 0),
                   now() - interval '40 days'
              from born b, membership m where m.member_id = 12 and m.club_id = ${club}
        ), able as (
            insert into credential (principal_kind, principal_id, password_phc)
            select 'm', b.member_id, c.password_phc from born b, credential c where c.principal_kind = 'm' and c.principal_id = 12
        )
        select member_id from born`);
    const guest = await signIn(server, { email, password });
    const token = await guest.account.getToken({ fresh: false });
    const call = async <M extends keyof Methods>(method: M, params: object = {}) =>
        (await callOverHttp(server, `Bearer ${token}`, method, params)) as Methods[M]["result"];
    return { id, handle, guest, call };
}

/** Answers every question there is. */
async function answerAll(twin: Twin, method: "consent.give" | "consent.refuse"): Promise<number> {
    const catalog = await twin.call("consent.catalog", { club });
    const scopes: Record<string, string[]> = {
        none: ["0"],
        club: [club],
        category: catalog.categories.map((c) => c.category),
    };
    const items = catalog.purposes.filter((p) => !p.closed).flatMap((p) =>
        (scopes[p.scope_kind] ?? []).flatMap((scope) =>
            p.channels.map((channel) => ({ purpose: p.purpose, scope, channel, text_ver: p.text_ver, locale: p.locale }))));
    for (let at = 0; at < items.length; at += 100) {
        const { epoch } = await twin.call("consent.catalog");
        const base = method === "consent.give" ? { base: epoch } : {};
        await twin.call(method, { items: items.slice(at, at + 100), idem: newIdem(), ...base });
    }
    return items.length;
}

function suite(server: RealServer): void {
    let yes: Twin;
    let no: Twin;

    before(async () => {
        yes = await born(server, "twin_aye");
        no = await born(server, "twin_nay");
        const given = await answerAll(yes, "consent.give");
        assert.equal(await answerAll(no, "consent.refuse"), given);
        const states = (await yes.call("consent.catalog")).states;
        assert.ok(states.filter((s) => s.in_force).length > 20, "the one has agreed to much");
        assert.ok((await no.call("consent.catalog")).states.every((s) => !s.in_force), "the other to nothing");
    });

    after(() => {
        yes?.guest.client.close();
        no?.guest.client.close();
    });

    for (const [what, ask] of facts) {
        test(what, limit, async () => {
            const answers = [await ask(yes, server), await ask(no, server)];
            assert.deepEqual(bare(answers[1], no), bare(answers[0], yes));
        });
    }
}

if (server !== undefined) {
    describe("I-56 who refuses everything has the same club", () => suite(server));
}
