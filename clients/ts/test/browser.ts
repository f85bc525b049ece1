// browser.ts -- headless Chromium, told what to do by a page that reports back. No driver needed.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sleep } from "./support.js";

const places = [process.env["CHROMIUM"] ?? "", "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Path of the browser; undefined: there is none. */
export const chromium = places.find((path) => path !== "" && existsSync(path));

/** Pages that the real server lets in are served here; 0: it lets none in. */
export const pagePort = Number(process.env["CLUBHUB_PAGE_PORT"] ?? 0);

/** Why tests of a page that is let in are left out; undefined: they are not. */
export const noPage =
    chromium === undefined
        ? "needs Chromium (Debian package chromium)"
        : pagePort === 0
          ? "needs CLUBHUB_PAGE_PORT: the server's origins have http://127.0.0.1 with it"
          : undefined;

const flags = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
];

/**
 * Serves the built SDK and a page that runs `script` as an ES module; answers what the script reports.
 * The script has the function report(value), and imports the SDK from "/dist/index.js".
 */
export async function runInBrowser(script: string, port = 0, timeoutMs = 60_000): Promise<unknown> {
    const page = `<!doctype html><meta charset="utf-8"><title>test</title><script type="module">
const report = (value) => fetch("/report", { method: "POST", body: JSON.stringify(value) });
addEventListener("error", (e) => report({ error: e.message }));
addEventListener("unhandledrejection", (e) => report({ error: String(e.reason) }));
${script}
</script>`;
    let tell: (value: unknown) => void = () => undefined;
    const told = new Promise<unknown>((resolve) => {
        tell = resolve;
    });
    const server = createServer((request, response) => {
        const path = request.url ?? "";
        if (path === "/report") {
            let body = "";
            request.on("data", (part: Buffer) => (body += part.toString()));
            request.on("end", () => {
                response.end();
                tell(JSON.parse(body));
            });
        } else if (/^\/dist\/[A-Za-z]+\.js$/.test(path)) {
            response.setHeader("content-type", "text/javascript").end(readFileSync(`.${path}`));
        } else if (path === "/") {
            response.setHeader("content-type", "text/html").end(page);
        } else {
            response.writeHead(404).end();
        }
    });
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    const profile = mkdtempSync(join(tmpdir(), "clubhub-page-"));
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const child = spawn(chromium ?? "", [...flags, `--user-data-dir=${profile}`, address], { stdio: "ignore", detached: true });
    const timer = setTimeout(() => tell({ error: "the page reported nothing" }), timeoutMs);
    try {
        return await told;
    } finally {
        clearTimeout(timer);
        const gone = once(child, "exit");
        process.kill(-Number(child.pid), "SIGKILL"); // its processes are one group
        await gone;
        server.closeAllConnections();
        server.close();
        await remove(profile);
    }
}

/** Its other processes may write for a moment longer. */
async function remove(folder: string): Promise<void> {
    for (let tries = 0; tries < 20; tries++) {
        try {
            rmSync(folder, { recursive: true, force: true });
            return;
        } catch {
            await sleep(100);
        }
    }
}
