// connect.ts -- a connected client: by the environment's token or key, by the kept sign-in, or as a guest.

import { Account, Client, type ClientOptions, type GetToken, type WebSocketConstructor } from "clubhub-client";
import { WebSocket } from "ws";
import type { Arguments } from "./arguments.js";
import { NoConnection } from "./report.js";
import { changeState, readState, type State } from "./state.js";

const spareMs = 60_000; // a token that ends sooner is not used

export function urlOf(args: Arguments): string {
    return args.url ?? process.env["CLUBHUB_URL"] ?? readState().url ?? "ws://127.0.0.1:8080/v1";
}

export function accountOf(url: string, state: State, email: string, save: () => void): Account {
    return new Account({
        url,
        WebSocket,
        store: {
            load: () => state.sign_ins[url]?.refresh_token ?? null,
            save: (refresh_token) => {
                if (refresh_token === null) {
                    delete state.sign_ins[url];
                } else {
                    state.sign_ins[url] = { email, token: null, refresh_token };
                }
                save();
            },
        },
    });
}

/** The SDK tries for ever; a command does not. What goes on behind it ends with the process. */
export async function within<T>(args: Arguments, url: string, attempt: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => {
            reject(new NoConnection(`${url} did not answer within ${String(args.timeoutS)} s`));
        }, args.timeoutS * 1000);
    });
    try {
        return await Promise.race([attempt, late]);
    } finally {
        clearTimeout(timer);
    }
}

/** Waits for the first sign-in; the client is closed when there is none. */
export async function connect(args: Arguments): Promise<Client> {
    const url = urlOf(args);
    const client = new Client({ ...signInOf(url), url, callTimeoutMs: args.timeoutS * 1000 });
    try {
        await within(args, url, client.connect());
    } catch (problem) {
        client.close();
        throw problem;
    }
    return client;
}

function signInOf(url: string): Pick<ClientOptions, "token" | "getToken" | "WebSocket"> {
    const { CLUBHUB_TOKEN: token, CLUBHUB_API_KEY: key } = process.env;
    if (token !== undefined) {
        return { token, WebSocket };
    }
    if (key !== undefined) {
        return { WebSocket: withKey(key) };
    }
    return readState().sign_ins[url] === undefined ? { WebSocket } : { getToken: keptToken(url), WebSocket };
}

/** A service signs in by a header of the upgrade. */
function withKey(key: string): WebSocketConstructor {
    return class extends WebSocket {
        constructor(url: string, protocols: string[]) {
            super(url, protocols, { headers: { authorization: `Key ${key}` } });
        }
    };
}

/** The kept token while it is good; else a new one, also for the other commands that run now. */
function keptToken(url: string): GetToken {
    let last: string | null = null;
    return async ({ fresh }) =>
        (last = await changeState(async (state, save) => {
            const kept = state.sign_ins[url];
            if (kept?.token != null && endsAt(kept.token) > Date.now() + spareMs && !(fresh && kept.token === last)) {
                return kept.token;
            }
            const token = await accountOf(url, state, kept?.email ?? "", save).getToken({ fresh: true });
            keepToken(state, url, token);
            return token;
        }));
}

export function keepToken(state: State, url: string, token: string): void {
    const kept = state.sign_ins[url];
    if (kept !== undefined) {
        kept.token = token;
    }
}

/** As the token itself says; 0 where it does not. */
function endsAt(token: string): number {
    try {
        const claims = JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { exp?: number };
        return (claims.exp ?? 0) * 1000;
    } catch {
        return 0;
    }
}
