// token.ts -- where access tokens come from, and when to stop asking.

/** Fetches an access token. A HubError with the reason UNAUTHENTICATED ends the session; other errors are retried. */
export type GetToken = (request: { readonly fresh: boolean }) => Promise<string> | string;

export class TokenSource {
    readonly #getToken: GetToken | null;
    readonly #fixed: string | undefined;
    #refusals = 0; // in a row
    #asked: Promise<string> | null = null;

    constructor(fixed: string | undefined, getToken: GetToken | undefined) {
        this.#fixed = fixed;
        this.#getToken = getToken ?? null;
    }

    /** Whether there can be another token than the first. */
    get canRenew(): boolean {
        return this.#getToken !== null;
    }

    /** One question at a time; the first token is the fixed one, if there is one. */
    get(fresh = this.#refusals > 0): Promise<string> {
        this.#asked ??= this.#ask(fresh).finally(() => {
            this.#asked = null;
        });
        return this.#asked;
    }

    accepted(): void {
        this.#refusals = 0;
    }

    /** A token was not accepted: try a fresh one, once. */
    refused(): "try_fresh" | "give_up" {
        this.#refusals++;
        return this.canRenew && this.#refusals === 1 ? "try_fresh" : "give_up";
    }

    async #ask(fresh: boolean): Promise<string> {
        if (this.#getToken === null || (this.#fixed !== undefined && !fresh)) {
            return this.#fixed ?? "";
        }
        return await this.#getToken({ fresh });
    }
}
