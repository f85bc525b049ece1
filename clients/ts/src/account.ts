// account.ts -- signing in with e-mail and password: keeps the refresh token, answers the client's getToken.
//
// Calls of a guest go over a connection of their own, which is closed after the answer. The refresh token is used
// once and replaced; what the store holds counts, so that two tabs with one store do not use up each other's.

import { Client } from "./client.js";
import { HubError } from "./errors.js";
import type { Methods } from "./generated.js";
import type { ClientOptions } from "./options.js";

/** Keeps the refresh token over a restart, where nobody else can read it. */
export interface TokenStore {
    load(): Promise<string | null> | string | null;
    save(refreshToken: string | null): Promise<void> | void;
}

export type AccountOptions = Pick<ClientOptions, "url" | "WebSocket" | "callTimeoutMs"> & {
    /** Default: memory, forgotten when the program ends. */
    readonly store?: TokenStore;
};

type SignedIn = Methods["account.login"]["result"] | Methods["account.refresh"]["result"];

const spareMs = 60_000; // a token that ends sooner is not handed out

export class Account {
    readonly #options: AccountOptions;
    readonly #store: TokenStore;
    #token: string | null = null;
    #endsAt = 0;

    constructor(options: AccountOptions) {
        this.#options = options;
        this.#store = options.store ?? memoryStore();
    }

    /** Signs in. Fails with UNAUTHENTICATED, RATE after too many attempts, or NO_ANSWER after callTimeoutMs. */
    async login(email: string, password: string): Promise<Methods["account.login"]["result"]> {
        const answer = await this.#asGuest((guest) => guest.call("account.login", { email, password }));
        await this.#keep(answer);
        return answer;
    }

    /** For the option getToken of a client. */
    readonly getToken = async ({ fresh }: { readonly fresh: boolean }): Promise<string> => {
        if (!fresh && this.#token !== null && performance.now() < this.#endsAt - spareMs) {
            return this.#token;
        }
        const refresh_token = await this.#store.load();
        if (refresh_token === null) {
            throw new HubError("UNAUTHENTICATED", "Not signed in.");
        }
        try {
            return await this.#keep(await this.#asGuest((guest) => guest.call("account.refresh", { refresh_token })));
        } catch (problem) {
            if (problem instanceof HubError && problem.reason === "UNAUTHENTICATED") {
                await this.forget();
            }
            throw problem;
        }
    };

    /** Ends the sign-in on the server, closes the client and forgets the tokens. */
    async logout(client: Client): Promise<void> {
        try {
            await client.call("account.logout");
        } finally {
            client.close();
            await this.forget();
        }
    }

    /** Forgets the tokens; the server keeps the sign-in until it ends by itself. */
    async forget(): Promise<void> {
        this.#token = null;
        await this.#store.save(null);
    }

    async #keep(answer: SignedIn): Promise<string> {
        this.#token = answer.token;
        this.#endsAt = performance.now() + answer.expires_in_s * 1000;
        await this.#store.save(answer.refresh_token);
        return answer.token;
    }

    async #asGuest<T>(call: (guest: Client) => Promise<T>): Promise<T> {
        const { url, WebSocket, callTimeoutMs } = this.#options;
        const guest = new Client({
            url,
            ...(WebSocket === undefined ? {} : { WebSocket }),
            ...(callTimeoutMs === undefined ? {} : { callTimeoutMs }),
        });
        try {
            guest.connect().catch(() => undefined); // the call has the time limit, and fails with what ends the connection
            return await call(guest);
        } finally {
            guest.close();
        }
    }
}

function memoryStore(): TokenStore {
    let kept: string | null = null;
    return {
        load: () => kept,
        save: (refreshToken) => {
            kept = refreshToken;
        },
    };
}
