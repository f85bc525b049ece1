// coverage.ts -- the proof that nothing of a stream was missed: every number once, in order.

export type Verdict = "next" | "repeat" | "gap";

export class Coverage {
    #seq: number;

    /** @param seq the newest number that is covered already */
    constructor(seq: number) {
        this.#seq = seq;
    }

    /** Newest number covered. */
    get seq(): number {
        return this.#seq;
    }

    /**
     * Takes the numbers from..to as covered, if they are the next ones.
     *   repeat  all of them were covered before
     *   gap     numbers between are missing, or the range overlaps what was covered: nothing is taken
     */
    take(from: number, to: number): Verdict {
        if (from === this.#seq + 1 && to >= from) {
            this.#seq = to;
            return "next";
        }
        return to <= this.#seq ? "repeat" : "gap";
    }
}
