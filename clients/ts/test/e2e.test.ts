// The SDK against the real server: sign in, posts and points that arrive, consent that ends, streams that resume.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { cardCode, newIdem, type HubEvent, type Params, type Subscription } from "../src/index.js";
import { callOverHttp, realServer, signIn, type Guest, type RealServer } from "./server.js";
import { limit, until } from "./support.js";

const server = realServer();

if (server !== undefined) {
    describe("against the server", () => suite(server));
}

function suite(server: RealServer): void {
    let member: Guest;
    let other: Guest; // the same member's second device
    let editor: Guest;
    let club = "";

    before(async () => {
        member = await signIn(server, server.member);
        other = await signIn(server, server.member);
        editor = await signIn(server, server.editor);
        const edited = editor.session.principal.clubs ?? [];
        club = member.session.clubs.find((c) => c.status === "active" && edited.includes(c.club))?.club ?? "";
        assert.ok(club !== "", "the member is active in a club of the editor");
    });

    after(() => {
        for (const guest of [member, other, editor]) {
            guest?.client.close();
        }
    });

    /** Subscribes, and proves that every seq is told once; `events` grows. */
    async function follow(guest: Guest, stream: "me" | `club:${string}`): Promise<{ at: Subscription<typeof stream>; events: HubEvent[] }> {
        const at = guest.client.subscribe(stream);
        const events: HubEvent[] = [];
        let covered = -1;
        const take = (from: number, to: number): void => {
            assert.ok(covered < 0 || from === covered + 1, `after ${covered} came ${from}`);
            covered = to;
        };
        at.on("snapshot", ({ seq }) => (covered = seq));
        at.on("event", (event) => {
            take(event.seq, event.seq);
            events.push(event);
        });
        at.on("skip", ({ from, to }) => take(from, to));
        at.on("gap", (gap) => assert.fail(`gap: ${JSON.stringify(gap)}`));
        await at.ready;
        return { at, events };
    }

    function post(guest: Guest, body: string): Promise<{ post: string; replay?: boolean }> {
        return guest.client.call("feed.post", { club, kind: "story", body });
    }

    test("a wrong password is refused", limit, async () => {
        await assert.rejects(signIn(server, { ...server.member, password: "wrong" }), { reason: "UNAUTHENTICATED" });
    });

    test("the session tells who one is and what one may follow", () => {
        assert.equal(member.session.principal.kind, "member");
        assert.ok(member.session.streams.includes("me"));
        assert.ok(member.session.streams.includes(`club:${club}`));
    });

    test("a post reaches the other device, and its answer comes before its event", limit, async () => {
        const here = await follow(member, `club:${club}`);
        const there = await follow(other, `club:${club}`);
        const order: string[] = [];
        here.at.on("event", () => order.push("event"));
        const { post: id } = await post(member, "from one device to the other").then((answer) => {
            order.push("answer");
            return answer;
        });
        const isIt = (e: HubEvent): boolean => e.type === "post.published" && e.data.post === id;
        await until("the event there", () => there.events.some(isIt));
        await until("the event here", () => here.events.some(isIt));
        assert.deepEqual(order, ["answer", "event"]);
        here.at.unsubscribe();
        there.at.unsubscribe();
    });

    test("P2 the same key has one effect and the same answer, on another connection too", limit, async () => {
        const idem = newIdem();
        const params = { club, kind: "story", body: "once" } as const;
        const first = await member.client.call("feed.post", params, { idem });
        member.cut();
        const second = await member.client.call("feed.post", params, { idem });
        assert.equal(second.post, first.post);
        assert.equal(second.replay, true);
        await assert.rejects(member.client.call("feed.post", { ...params, body: "else" }, { idem }), { reason: "IDEM_MISMATCH" });
    });

    test("points that the till credits arrive as points.changed", limit, async () => {
        const me = await follow(member, "me");
        let arrivedAt = 0;
        me.at.on("event", () => (arrivedAt = performance.now()));
        const before = await member.client.call("points.summary");
        let begun = 0;
        for (let receipts = 1; receipts <= 3; receipts++) {
            begun = performance.now();
            await callOverHttp(server, `Key ${server.posKey}`, "points.earn", {
                member: member.session.principal.id,
                club,
                receipt: newIdem(),
                lines: [{ amount: { minor: 10_000, cur: "EUR" } }],
                idem: newIdem(),
            });
            await until("points.changed", () => me.events.filter((e) => e.type === "points.changed").length >= receipts);
        }
        const changed = me.events.at(-1);
        assert.ok(changed?.type === "points.changed" && changed.data.ver > before.ver);
        console.error(`points.changed came ${(arrivedAt - begun).toFixed(1)} ms after the till began its request`);
        me.at.unsubscribe();
    });

    test("a till takes the code that the device shows, once", limit, async () => {
        const me = await follow(other, "me");
        const parameters = await member.client.call("card.code");
        const shown = await cardCode(parameters, Date.parse(parameters.server_time));
        const [card, step, code] = shown.payload.split("|");
        const redeem = (): Promise<unknown> =>
            callOverHttp(server, `Key ${server.posKey}`, "points.redeem_code", {
                till: "1",
                card,
                step: Number(step),
                code,
                amount: 1,
                mode: "redeem",
                receipt: newIdem(),
                club,
                idem: newIdem(),
            });
        await redeem();
        await until("points.changed on the other device", () =>
            me.events.some((e) => e.type === "points.changed" && e.data.kind === "redeem" && e.data.delta === -1),
        );
        await assert.rejects(redeem(), /CODE_USED/);
        me.at.unsubscribe();
    });

    test("P3 a device that was away misses nothing", limit, async () => {
        const away = await follow(other, `club:${club}`);
        const posts: string[] = [];
        for (let i = 0; i < 3; i++) {
            other.cut();
            posts.push((await post(member, `while it was away ${i}`)).post);
        }
        const found = (): string[] => away.events.flatMap((e) => (e.type === "post.published" ? [e.data.post] : []));
        await until("all posts", () => posts.every((id) => found().includes(id)));
        assert.deepEqual(found().filter((id) => posts.includes(id)), posts);
        away.at.unsubscribe();
    });

    test("P5 after the acknowledgement of a withdrawal no offer arrives, on any device", limit, async () => {
        const catalog = await member.client.call("consent.catalog");
        const text = catalog.purposes.find((p) => p.purpose === "mkt.offers");
        const category = catalog.categories.find((c) => c.club === club)?.category;
        assert.ok(text !== undefined && category !== undefined);
        const here = await follow(member, `club:${club}`);
        const there = await follow(other, `club:${club}`);
        const offer = (title: string): Promise<{ post: string }> =>
            editor.client.call("feed.offer_news", { club, category, title, body: title });
        const has = (events: HubEvent[], id: string): boolean => events.some((e) => e.type === "post.published" && e.data.post === id);

        await member.client.call("consent.withdraw", { purpose: "mkt.offers" });
        const { epoch } = await member.client.call("consent.catalog");
        const { text_ver, locale } = text;
        const items: Params<"consent.give">["items"] = [{ purpose: "mkt.offers", scope: category, channel: "inapp", text_ver, locale }];
        await member.client.call("consent.give", { items, base: Number(epoch), method: "settings.offers" });
        const wanted = await offer("while it is wanted");
        await until("the offer on both", () => has(here.events, wanted.post) && has(there.events, wanted.post));

        const sending = Array.from({ length: 20 }, (_, i) => offer(`under way ${i}`));
        await member.client.call("consent.withdraw", { purpose: "mkt.offers", scope: category, channel: "inapp" });
        const offersSoFar = here.events.length;
        await Promise.all(sending);
        const unwanted = await offer("no longer wanted");
        const fence = (await post(member, "after it")).post;
        await until("the fence on both", () => has(here.events, fence) && has(there.events, fence));
        assert.deepEqual(
            here.events.slice(offersSoFar).map((e) => (e.type === "post.published" ? e.data.post : e.type)),
            [fence],
            "offers on the acknowledging socket after the acknowledgement",
        );
        assert.ok(!has(there.events, unwanted.post));
        await assert.rejects(
            member.client.call("consent.give", { items, base: Number(epoch), method: "settings.offers" }),
            { reason: "CONFLICT" },
            "a give based on what an older screen showed undoes no withdrawal",
        );
        here.at.unsubscribe();
        there.at.unsubscribe();
    });

    test("a stream one may not follow ends with NOT_FOUND", limit, async () => {
        await assert.rejects(member.client.subscribe("club:999999999").ready, { reason: "NOT_FOUND" });
    });

    test("the token is renewed on the open connection", limit, async () => {
        const token = await member.account.getToken({ fresh: true });
        await member.client.call("session.refresh", { token });
        assert.equal(member.client.state, "connected");
    });

    test("logging out ends that sign-in, and its other connections", limit, async () => {
        const leaving = await signIn(server, server.member);
        const beside = await signIn(server, server.member);
        await leaving.account.logout(leaving.client);
        await assert.rejects(leaving.account.getToken({ fresh: true }), { reason: "UNAUTHENTICATED" });
        assert.equal((await beside.client.call("points.summary")).ver >= 0, true);
        beside.client.close();
    });
}
