// order.ts -- places between neighbours: the order keys of items in a plan.
//
// A key is a fraction written in base 62, without "0." and without zeros at its end, so that there is always one between
// two of them.  The digits are in the order of their bytes, so keys are compared as texts.

const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const BASE = DIGITS.length;

/** The server takes no longer key. */
export const ORDER_KEY_MAX = 64;

function digitAt(key: string, i: number): number {
    return i < key.length ? DIGITS.indexOf(key.charAt(i)) : 0;
}

function check(key: string): void {
    if (!/^[0-9A-Za-z]{1,64}$/.test(key)) {
        throw new RangeError("an order key has 1 to 64 of 0-9, A-Z and a-z");
    }
}

/** The shortest key above `before` that leaves room for others above it. */
function above(before: string): string {
    let i = 0;
    while (digitAt(before, i) === BASE - 1) {
        i++;
    }
    return before.slice(0, i) + DIGITS.charAt(digitAt(before, i) + 1);
}

/** The shortest key below `after` that leaves room for others below it; null: `after` is zeros only. */
function below(after: string): string | null {
    let i = 0;
    while (i < after.length && digitAt(after, i) === 0) {
        i++;
    }
    if (i === after.length) {
        return null;
    }
    const digit = digitAt(after, i) - 1;
    return after.slice(0, i) + (digit > 0 ? DIGITS.charAt(digit) : "0" + DIGITS.charAt(BASE - 1));
}

/** Half way: the common digits, then the middle of the first that differ, or of what follows the lower one. */
function middle(before: string, after: string): string {
    let key = "";
    for (let i = 0; ; i++) {
        const low = digitAt(before, i);
        const high = digitAt(after, i);
        if (low === high) {
            key += DIGITS.charAt(low);
        } else if (high - low > 1) {
            return key + DIGITS.charAt((low + high) >> 1);
        } else {
            return key + DIGITS.charAt(low) + half(before.slice(i + 1));
        }
    }
}

/** Half way between the fraction of these digits and one. */
function half(digits: string): string {
    for (let i = 0; ; i++) {
        const digit = digitAt(digits, i);
        if (digit < BASE - 1) {
            return digits.slice(0, i) + DIGITS.charAt((digit + BASE) >> 1);
        }
    }
}

/**
 * An order key between two neighbours, for `plan.item_add` and `plan.item_move`.
 * @param before the key of the item above; nothing: it is to be the first
 * @param after the key of the item below; nothing: it is to be the last
 * @throws RangeError where there is none of 64 digits: give some of the neighbours new keys, see {@link spread}
 */
export function between(before?: string | null, after?: string | null): string {
    const low = before ?? "";
    const high = after ?? "";
    let key: string | null;

    if (low !== "") {
        check(low);
    }
    if (high !== "") {
        check(high);
    }
    if (low === "" && high === "") {
        return "V";
    }
    if (high === "") {
        key = above(low);
    } else if (low === "") {
        key = below(high);
    } else {
        if (low.replace(/0+$/, "") >= high.replace(/0+$/, "")) {
            throw new RangeError("there is nothing between keys that are equal or the wrong way round");
        }
        key = middle(low, high);
    }
    if (key === null || key.length > ORDER_KEY_MAX) {
        throw new RangeError("there is no key of 64 digits left there");
    }
    return key;
}

/** So many keys in order, far from one another: for a list that is put in order anew. */
export function spread(count: number): string[] {
    const step = (BASE * BASE * BASE) / (count + 1);
    if (!Number.isInteger(count) || count < 0 || step < 2) {
        throw new RangeError("too many keys");
    }
    return Array.from({ length: count }, (_, i) => {
        const n = Math.floor((i + 1) * step);
        const digits = [Math.floor(n / (BASE * BASE)), Math.floor(n / BASE) % BASE, n % BASE];
        return digits.map((d) => DIGITS.charAt(d)).join("").replace(/0+$/, "");
    });
}
