// database.ts -- the database behind the real server, as its owner sees it: facts to start from, and what is left.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const programs = "/usr/lib/postgresql/15/bin";

function must(name: string): string {
    const value = process.env[name];
    if (value === undefined) {
        throw new Error(`${name} is not set`);
    }
    return value;
}

/** The password goes by the environment: everybody may see the arguments of a process. */
function run(program: string, args: string[], input?: string): string {
    const piiKey = readFileSync(must("CLUBHUB_PII_KEY_FILE"), "utf8").trim();
    const url = must("CLUBHUB_MIGRATE_URL");
    const password = /^\w+:\/\/[^:@/?]*:([^@/?]*)@/.exec(url)?.[1];
    const env = { ...process.env, PGOPTIONS: `-c clubhub.pii_key=${piiKey} -c search_path=club,pg_temp` };
    return execFileSync(`${programs}/${program}`, [...args, "-d", url.replace(`:${password}@`, "@")], {
        encoding: "utf8",
        maxBuffer: 1 << 30,
        env: password === undefined ? env : { ...env, PGPASSWORD: decodeURIComponent(password) },
        ...(input === undefined ? {} : { input }),
    });
}

/** The rows of the last statement, a line each, columns parted by |. */
export function sql(text: string): string[] {
    const out = run("psql", ["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1", "-f", "-"], text);
    return out.split("\n").filter((line) => line !== "");
}

/** Everything in the database, as a backup would hold it. */
export function dump(): string {
    return run("pg_dump", []);
}

/** Everything that is sealed, opened: each column of every table whose name ends in _enc. */
export function unsealed(): string {
    const columns = sql(
        "select format('select lib.pii_open(%I) from club.%I where %1$I is not null', attname, relname) from pg_attribute a" +
            " join pg_class c on c.oid = attrelid where relnamespace = 'club'::regnamespace and relkind = 'r'" +
            " and attname like '%\\_enc' and not attisdropped",
    );
    return columns.flatMap((query) => sql(query)).join("\n");
}

/** A command of the server's program. */
export function clubhub(command: string, input = ""): string {
    return execFileSync(must("CLUBHUB"), [command], { encoding: "utf8", input });
}

/** What the server has said so far; undefined: its log is elsewhere. */
export function serverLog(): string | undefined {
    const path = process.env["CLUBHUB_LOG"];
    return path === undefined ? undefined : readFileSync(path, "utf8");
}
