// report.ts -- what went wrong, in words or as one JSON, and as an exit code.

import { HubError } from "clubhub-client";

/** No connection came about in time. */
export class NoConnection extends Error {}

const signIn = new Set(["UNAUTHENTICATED", "SIGNED_OUT"]);
const away = new Set(["NO_ANSWER", "DISCONNECTED", "STOPPED"]);

export function exitCodeOf(problem: unknown): number {
    if (problem instanceof HubError) {
        return signIn.has(problem.reason) ? 3 : away.has(problem.reason) ? 4 : 1;
    }
    return problem instanceof NoConnection ? 4 : 1;
}

export function printError(problem: unknown, json: boolean): void {
    const text = problem instanceof Error ? problem.message : String(problem);
    const reason = problem instanceof HubError ? problem.reason : problem instanceof NoConnection ? "NO_CONNECTION" : "FAILED";
    const data = problem instanceof HubError ? rest(problem.data) : {};
    const idem = problem instanceof HubError ? problem.idem : undefined;
    if (json) {
        process.stderr.write(`${JSON.stringify({ error: { reason, text, data, ...(idem === undefined ? {} : { idem }) } })}\n`);
        return;
    }
    const details = Object.keys(data).length === 0 ? "" : `\n${JSON.stringify(data)}`;
    const again = reason === "NO_ANSWER" && idem !== undefined ? `\nAsk again with --idem ${idem}` : "";
    process.stderr.write(`${reason}: ${text}${details}${again}\n`);
}

/** Without the reason, which is told by itself. */
function rest(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(data).filter(([name]) => name !== "reason"));
}
