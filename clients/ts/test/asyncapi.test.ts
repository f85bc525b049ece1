// clients/asyncapi.json: a document that the standard's own schema accepts, and that tells one message from another.

import { Ajv } from "ajv";
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Judge, readAsyncApi } from "./asyncapi.js";
import { realServer } from "./server.js";

const standard = JSON.parse(readFileSync("node_modules/@asyncapi/specs/schemas/3.0.0-without-$id.json", "utf8")) as object;
const server = realServer();

test("is AsyncAPI 3.0, by the standard's schema", () => {
    const validate = new Ajv({ strict: false, validateFormats: false, validateSchema: false }).compile(standard);
    assert.ok(validate(readAsyncApi()), JSON.stringify(validate.errors?.slice(0, 3)));

    const broken = readAsyncApi() as unknown as { operations: Record<string, { action: string }> };
    (broken.operations["feed.post"] ?? assert.fail("no feed.post")).action = "post";
    assert.ok(!validate(broken), "a wrong action is seen");
});

test("every operation's messages and replies are those of its channel, and are described", () => {
    const document = readAsyncApi() as ReturnType<typeof readAsyncApi> & { channels: Record<string, { messages: Record<string, { $ref: string }> }> };
    for (const [name, operation] of Object.entries(document.operations)) {
        for (const { $ref } of [...operation.messages, ...(operation.reply?.messages ?? [])]) {
            const [, , channel, , message] = $ref.split("/");
            const component = document.channels[channel ?? ""]?.messages[message ?? ""];
            assert.equal(component?.$ref, `#/components/messages/${message ?? ""}`, `${name}: ${$ref}`);
            assert.ok(document.components.messages[message ?? ""], `${name}: ${$ref}`);
        }
    }
});

test("tells what fits from what does not", () => {
    const judge = new Judge();
    const call = (params: object): string => judge.message("feed.post", { jsonrpc: "2.0", id: 1, method: "feed.post", params });
    const post = { club: "7", kind: "story", body: "Hello", idem: "a-key-of-mine" };
    assert.equal(call(post), "");
    assert.match(call({ ...post, club: 7 }), /club must be string/);
    assert.match(call({ ...post, club: "07" }), /club must match pattern/);
    assert.match(call({ ...post, kind: "shout" }), /kind must be equal to one of the allowed values/);
    assert.match(call({ ...post, body: "" }), /body must NOT have fewer than 1 char/);
    assert.match(call({ ...post, body: "a\u0007" }), /body must match pattern/);
    assert.match(call({ ...post, idem: "a key of mine" }), /idem must match pattern/);
    assert.match(call({ ...post, more: 1 }), /must NOT have additional properties/);
    assert.match(call({ club: "7", kind: "story", body: "Hello" }), /must have required property 'idem'/);
    assert.ok(judge.mayAnswer("feed.post", "error.RATE") && !judge.mayAnswer("feed.post", "error.SOLD_OUT"));
});

test("what clients send is closed, what the server sends is open to later versions", () => {
    const { operations, components } = readAsyncApi();
    const part = (message: string, member: string): unknown => {
        const ref = (components.messages[message]?.payload.properties?.[member] as unknown as { $ref: string }).$ref;
        return components.schemas[ref.slice(ref.lastIndexOf("/") + 1)]?.additionalProperties;
    };
    const methods = Object.keys(operations).filter((name) => components.messages[`${name}.reply`] !== undefined && name !== "batch");
    assert.ok(methods.length > 200);
    assert.deepEqual(methods.filter((name) => part(name, "params") !== false), []);
    assert.deepEqual(methods.filter((name) => part(`${name}.reply`, "result") === false), []);
});

test("is what the server tells, byte for byte", { skip: server === undefined }, async () => {
    for (const name of ["asyncapi.json", "protocol.json"]) {
        const answer = await fetch(`${server?.http ?? ""}/v1/${name}`);
        assert.equal(answer.headers.get("content-type"), "application/json");
        assert.equal(await answer.text(), readFileSync(`../${name}`, "utf8"));
    }
});
