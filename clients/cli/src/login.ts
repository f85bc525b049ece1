// login.ts -- signing in and out.

import { UsageError, type Arguments } from "./arguments.js";
import { accountOf, connect, keepToken, urlOf, within } from "./connect.js";
import { changeState, readState } from "./state.js";

export async function login(args: Arguments): Promise<number> {
    const [email, more] = args.words;
    if (email === undefined || more !== undefined) {
        throw new UsageError("login wants an e-mail address; the password is asked for");
    }
    const url = urlOf(args);
    const password = process.stdin.isTTY ? await askPassword() : await readLine();
    const answer = await changeState(async (state, save) => {
        const signedIn = await within(args, url, accountOf(url, state, email, save).login(email, password));
        keepToken(state, url, signedIn.token);
        state.url = url;
        return signedIn;
    });
    process.stdout.write(args.json ? `${JSON.stringify({ principal: answer.principal })}\n` : `Signed in at ${url}.\n`);
    return 0;
}

export async function logout(args: Arguments): Promise<number> {
    const url = urlOf(args);
    if (readState().sign_ins[url] !== undefined) {
        const client = await connect(args);
        try {
            await client.call("account.logout");
        } finally {
            client.close();
            await changeState((state) => {
                delete state.sign_ins[url];
            });
        }
    }
    return 0;
}

async function readLine(): Promise<string> {
    let text = "";
    for await (const chunk of process.stdin.setEncoding("utf8")) {
        text += String(chunk);
        if (text.includes("\n")) {
            break;
        }
    }
    return text.split(/\r?\n/)[0] ?? "";
}

/** Shows nothing of it. */
function askPassword(): Promise<string> {
    const { stdin } = process;
    process.stderr.write("Password: ");
    stdin.setRawMode(true).setEncoding("utf8").resume();
    return new Promise((resolve) => {
        let password = "";
        const end = (code?: number): void => {
            stdin.setRawMode(false).pause();
            stdin.off("data", onData);
            process.stderr.write("\n");
            if (code !== undefined) {
                process.exit(code);
            }
            resolve(password);
        };
        const onData = (typed: string | Buffer): void => {
            for (const c of String(typed)) {
                if (c === "\r" || c === "\n") {
                    end();
                    return;
                } else if (c === "\u0003" || c === "\u0004") {
                    end(130);
                    return;
                } else if (c === "\u007f" || c === "\b") {
                    password = [...password].slice(0, -1).join("");
                } else {
                    password += c;
                }
            }
        };
        stdin.on("data", onData);
    });
}
