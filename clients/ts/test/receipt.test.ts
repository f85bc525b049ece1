// What members are asked in the demo; and a consent receipt, verified by somebody who has nothing but the receipt and the operator's published keys.

import assert from "node:assert/strict";
import { createPublicKey, verify, type JsonWebKey } from "node:crypto";
import { describe, test } from "node:test";
import { realServer, signIn, type RealServer } from "./server.js";
import { limit } from "./support.js";

const server = realServer();

if (server !== undefined) {
    describe("receipts", () => suite(server));
}

interface Jwk extends JsonWebKey {
    readonly kid: string;
    readonly use: string;
}

function suite(server: RealServer): void {
    const asked = { ...server.member, email: "member33@demo.invalid" }; // whose consents no other test changes

    test("whatever one is asked is there in five languages", limit, async () => {
        const { client } = await signIn(server, asked);
        for (const locale of ["en", "nb", "ro", "pt", "he"]) {
            const { purposes, interests } = await client.call("consent.catalog", { locale });
            assert.ok(purposes.length >= 11);
            assert.equal(interests.length, 2);
            for (const text of [...purposes, ...interests]) {
                assert.equal(text.locale, locale, text.purpose);
                assert.notEqual(text.body, "", text.purpose);
            }
        }
        client.close();
    });

    test("the signature covers what the receipt says", limit, async () => {
        const { client } = await signIn(server, asked);
        const { epoch, clubs } = await client.call("consent.catalog");
        const [club] = clubs;
        assert.ok(club !== undefined);
        const item = { purpose: "com.travel", scope: club.club, text_ver: 1, locale: "en" };
        await client.call("consent.give", { items: [item], base: Number(epoch), method: "settings.travel" });
        const { receipt, jws } = await client.call("consent.receipt", { purpose: "com.travel", scope: club.club });
        client.close();

        const [header = "", payload = "", signature = ""] = jws.split(".");
        const { alg, kid } = JSON.parse(Buffer.from(header, "base64url").toString()) as { alg: string; kid: string };
        const answer = await fetch(`${server.http}/v1/keys.json`);
        const { keys } = (await answer.json()) as { keys: Jwk[] };
        const jwk = keys.find((k) => k.kid === kid);
        assert.ok(jwk !== undefined);
        assert.equal(alg, "EdDSA");
        assert.equal(jwk.use, "sig");

        const key = createPublicKey({ key: jwk, format: "jwk" });
        const fits = (text: string): boolean =>
            verify(null, Buffer.from(`${header}.${text}`), key, Buffer.from(signature, "base64url"));
        assert.ok(fits(payload));
        const forged = Buffer.from(payload, "base64url").toString().replace("com.travel", "com.badge");
        assert.ok(!fits(Buffer.from(forged).toString("base64url")));
        assert.deepEqual(JSON.parse(Buffer.from(payload, "base64url").toString()), receipt);
        assert.equal(receipt.processing.purpose, "com.travel");
        assert.equal(receipt.in_force, true);
    });
}
