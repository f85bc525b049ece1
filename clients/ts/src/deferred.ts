// deferred.ts -- a promise that is settled from outside.

import type { HubError } from "./errors.js";

export interface Deferred {
    readonly promise: Promise<void>;
    readonly resolve: () => void;
    readonly reject: (error: HubError) => void;
}

/** Nobody has to wait for it: a failure that nobody hears is no unhandled rejection. */
export function deferred(): Deferred {
    let resolve = (): void => undefined;
    let reject: (error: HubError) => void = () => undefined;
    const promise = new Promise<void>((yes, no) => {
        resolve = yes;
        reject = no;
    });
    promise.catch(() => undefined);
    return { promise, resolve, reject };
}
