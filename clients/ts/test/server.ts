// server.ts -- the real server that tests/e2e/run.sh started or was told of, and who may sign in there.

import { Account, Client, type ClientOptions, type Result, type SessionInfo } from "../src/index.js";
import { sql } from "./database.js";
import { quick, sleep, webSocket } from "./support.js";

/** A test that starts a server of its own on the same database is left out where that is somebody else's. */
export const ownServer = process.env["TEST_URL"] === undefined ? {} : { skip: "starts a server of its own" };

/** Of the demo data. */
export const bookingKey = "Key demo-booking-key-never-use-it-elsewhere";

export interface RealServer {
    /** WebSocket address. */
    readonly url: string;
    /** HTTP address. */
    readonly http: string;
    readonly posKey: string;
    readonly member: SignIn;
    readonly editor: SignIn;
}

export interface SignIn {
    readonly email: string;
    readonly password: string;
}

/** Undefined: none was started, and the tests that need one are not there. */
export function realServer(): RealServer | undefined {
    const env = process.env;
    const { CLUBHUB_URL: url, CLUBHUB_HTTP: http } = env;
    if (url === undefined || http === undefined) {
        return undefined;
    }
    const must = (name: string): string => {
        const value = env[name];
        if (value === undefined) {
            throw new Error(`${name} is not set`);
        }
        return value;
    };
    return {
        url,
        http,
        posKey: must("CLUBHUB_POS_KEY"),
        member: { email: must("CLUBHUB_MEMBER_EMAIL"), password: must("CLUBHUB_MEMBER_PASSWORD") },
        editor: { email: must("CLUBHUB_EDITOR_EMAIL"), password: must("CLUBHUB_EDITOR_PASSWORD") },
    };
}

/** A signed-in client; `cut` breaks its line as a network would. */
export interface Guest {
    readonly client: Client;
    readonly account: Account;
    readonly session: SessionInfo;
    cut(): void;
}

export async function signIn(server: RealServer, who: SignIn, options: Partial<ClientOptions> = {}): Promise<Guest> {
    const sockets: InstanceType<typeof webSocket>[] = [];
    class Cuttable extends webSocket {
        constructor(url: string, protocols: string[]) {
            super(url, protocols);
            sockets.push(this);
        }
    }
    const account = new Account({ url: server.url, WebSocket: webSocket });
    await account.login(who.email, who.password);
    const client = new Client({ url: server.url, WebSocket: Cuttable, getToken: account.getToken, backoff: quick, ...options });
    await client.connect();
    const { session } = client;
    if (session === null) {
        throw new Error("signed in without a session");
    }
    return {
        client,
        account,
        session,
        cut: () => {
            const socket = sockets.at(-1) as unknown as { terminate(): void };
            socket.terminate();
        },
    };
}

/** One call over HTTP, as the till makes it. */
export async function callOverHttp(server: RealServer, authorization: string, method: string, params: object): Promise<unknown> {
    const answer = await fetch(`${server.http}/v1/rpc`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization },
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
    });
    const { result, error } = (await answer.json()) as { result?: unknown; error?: { message: string; data?: unknown } };
    if (error !== undefined) {
        throw new Error(`${method}: ${error.message} ${JSON.stringify(error.data)}`);
    }
    return result;
}

/** The refund of a payment, as the booking service takes it, also where another test was given it before. */
export async function takeRefund(server: RealServer, payment: string): Promise<Result<"refund.take">["refunds"][number]> {
    for (const end = performance.now() + 20_000; performance.now() < end; await sleep(20)) {
        const { refunds } = (await callOverHttp(server, bookingKey, "refund.take", { limit: 100 })) as Result<"refund.take">;
        const found = refunds.find((r) => r.payment_ref === payment);
        if (found !== undefined) {
            return found;
        }
        sql(`update refund set lease_until = clock_timestamp() where state = 'taken' and payment_ref = '${payment}'`);
    }
    throw new Error(`there is no refund of ${payment}`);
}
