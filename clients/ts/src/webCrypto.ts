// webCrypto.ts -- Web Crypto, also of Node 18, which has it in a module only.

// Not a literal: bundlers for browsers, which never get here, would look for the module.
const moduleOfNode = "node:crypto";

export async function webCrypto(): Promise<Crypto> {
    const { crypto } = globalThis as { readonly crypto?: Crypto };
    return crypto ?? ((await import(/* webpackIgnore: true */ /* @vite-ignore */ moduleOfNode)) as { webcrypto: Crypto }).webcrypto;
}
