// The draw of an on-sale queue: the vector of the design, and proofs that do not hold.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { allOfProof, queueOrder, verifyQueue, type QueueProof } from "../src/queue.js";

const seed = "00".repeat(31) + "01";
const proof: QueueProof = {
    seed_hash: "ec4916dd28fc4c10d78e287ca5d9cc51ee1ae73cbfde08c6b37324cbfaac8bc5",
    seed,
    count: 4,
    sha256: "d052b9e51d7a3b709b8ab5297e2be6d3d648f07ef17ae6c7cb83adb12de7680e",
    early: ["1003", "1001", "1002", "1004"],
};

test("the vector", async () => {
    assert.deepEqual(await verifyQueue(proof), { seedFits: true, listFits: true, order: ["1003", "1004", "1001", "1002"] });
    assert.equal((await queueOrder(seed, [...proof.early, "1016"]))[1], "1016");
});

test("another seed than was announced", async () => {
    const verdict = await verifyQueue({ ...proof, seed: "00".repeat(31) + "02" });
    assert.equal(verdict.seedFits, false);
    assert.equal(verdict.listFits, true);
    assert.notDeepEqual(verdict.order, ["1003", "1004", "1001", "1002"]);
});

test("another list than was sealed", async () => {
    for (const early of [["1001", "1002", "1003"], ["1001", "1002", "1003", "1005"], ["1001", "1002", "1003", "1003"], []]) {
        assert.equal((await verifyQueue({ ...proof, early })).listFits, false, early.join(","));
    }
    assert.equal((await verifyQueue({ ...proof, count: 5 })).listFits, false);
});

test("numbers are sorted as numbers", async () => {
    const early = ["9", "10"];
    const sha256 = createHash("sha256").update("9,10").digest("hex");
    assert.equal((await verifyQueue({ ...proof, early, count: 2, sha256 })).listFits, true);
});

test("before the draw there is nothing to check", async () => {
    await assert.rejects(verifyQueue({ ...proof, seed: null }), RangeError);
    await assert.rejects(verifyQueue({ ...proof, seed: "xyz" }), RangeError);
});

test("a proof in pages", async () => {
    const pages = new Map([
        [undefined, { ...proof, early: ["1001", "1002"], cursor: "1002" }],
        ["1002", { ...proof, early: ["1003", "1004"], cursor: null }],
    ]);
    const asked: (string | undefined)[] = [];
    const all = await allOfProof(async ({ cursor }) => {
        asked.push(cursor);
        const page = pages.get(cursor);
        assert.ok(page);
        return page;
    });
    assert.deepEqual(asked, [undefined, "1002"]);
    assert.equal((await verifyQueue(all)).listFits, true);
});
