// idem.ts -- idempotency keys: 32 hexadecimal digits.
//
// A key has to be new, not secret (another member may use the same), so where the platform has no Web Crypto
// (Node 18) Math.random is good enough.

const keyBytes = 16;

export function newIdem(): string {
    const bytes = new Uint8Array(keyBytes);
    const crypto = (globalThis as { readonly crypto?: Crypto }).crypto;
    if (crypto !== undefined) {
        crypto.getRandomValues(bytes);
    } else {
        for (let i = 0; i < keyBytes; i++) {
            bytes[i] = Math.floor(Math.random() * 256);
        }
    }
    return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}
