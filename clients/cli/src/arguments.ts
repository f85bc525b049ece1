// arguments.ts -- the words of the command line.

export interface Arguments {
    readonly command: string;
    readonly words: readonly string[];
    /** Null: that of the last sign-in, else the default. */
    readonly url: string | null;
    readonly json: boolean;
    readonly idem: string | null;
    /** For calls and for the first connection, in seconds. */
    readonly timeoutS: number;
    /** tail: end after so many events; null: never. */
    readonly count: number | null;
    /** tail: begin where the last one ended. */
    readonly resume: boolean;
}

export const usage = `clubhub-cli [--url URL] [--json] [--timeout SECONDS] COMMAND

  login EMAIL                 asks for the password (or reads a line of standard input) and stays signed in
  logout                      ends the sign-in, here and on the server
  call METHOD [JSON | -]      calls a method with these parameters (-: from standard input) and prints the result
      --idem KEY              the key of an earlier attempt; without it every write gets a new one
  tail STREAM…                prints snapshots and events, one JSON a line, over every reconnect, until interrupted
      --resume                begins where the last tail --resume of the stream ended
      --count N               ends after N events
  help [METHOD | NOUN]        this; what a method takes, answers and refuses; the methods of a noun

URL is that of the WebSocket: that of the last login, else CLUBHUB_URL, else ws://127.0.0.1:8080/v1.
CLUBHUB_TOKEN (a token) or CLUBHUB_API_KEY (of a service) go before a login. --json: one line, errors too.
Ends with 0 when done, 1 refused, 2 wrong use, 3 sign in first, 4 no connection or no answer in time.
`;

export class UsageError extends Error {}

const flags = new Set(["--json", "--resume"]);
const valued = new Set(["--url", "--idem", "--timeout", "--count"]);

export function readArguments(words: readonly string[]): Arguments {
    const told = new Map<string, string>();
    const rest: string[] = [];
    for (let i = 0; i < words.length; i++) {
        const word = words[i] ?? "";
        const [name, ...value] = word.split("=");
        if (name === undefined || !word.startsWith("--")) {
            rest.push(word);
        } else if (flags.has(word)) {
            told.set(word, "");
        } else if (valued.has(name)) {
            const given = word.includes("=") ? value.join("=") : words[++i];
            if (given === undefined) {
                throw new UsageError(`${name} wants a value`);
            }
            told.set(name, given);
        } else if (word === "--help") {
            rest.unshift("help");
        } else {
            throw new UsageError(`there is no option "${name}"`);
        }
    }
    const [command = "help", ...others] = rest;
    return {
        command,
        words: others,
        url: told.get("--url") ?? null,
        json: told.has("--json"),
        idem: told.get("--idem") ?? null,
        timeoutS: numberOf(told, "--timeout", 3600) ?? 10,
        count: numberOf(told, "--count", Number.MAX_SAFE_INTEGER),
        resume: told.has("--resume"),
    };
}

function numberOf(told: ReadonlyMap<string, string>, name: string, most: number): number | null {
    const text = told.get(name);
    if (text === undefined) {
        return null;
    }
    const n = Number(text);
    if (!/^[0-9]+$/.test(text) || n < 1 || n > most) {
        throw new UsageError(`${name} is a whole number from 1 to ${String(most)}`);
    }
    return n;
}
