// policy.ts -- what to do when the server closes (protocol.md 6).

import { closeActions, type CloseAction } from "./generated.js";

/** A code that the protocol does not list (1006: cut off) is worth another attempt. */
export function closePolicy(code: number): CloseAction {
    return closeActions.get(code) ?? "reconnect";
}
