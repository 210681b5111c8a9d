// The site as a process of its own, a browser beside it, and the product's verbs.
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "..");
export const siteFolder = join(root, "target/site");
export const photo = join(root, "public/samples/cat.jpg");
export const password = "seven quiet otters";

export const binary = join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release/scribble");

export async function freePort() {
  const server = createServer();
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address();
  await new Promise((closed) => server.close(closed));
  return port;
}

/// Starts the server on a fresh data folder; `stop` ends it and removes the folder.
export async function startSite(settings = {}, port) {
  const data = await mkdtemp(join(tmpdir(), "scribble-"));
  const base = `http://127.0.0.1:${port ?? (await freePort())}`;
  const log = [];
  const server = spawn(binary, ["serve", "--addr", base.slice("http://".length), "--data-dir", data], {
    stdio: ["ignore", "inherit", "pipe"],
    env: { RUST_LOG: "warn", SCRIBBLE_SITE_DIR: siteFolder, ...settings },
  });
  await new Promise((ready, failed) => {
    server.once("exit", (code) => failed(new Error(`the server ended with ${code}`)));
    createInterface({ input: server.stderr }).on("line", (line) => {
      log.push(line);
      if (line.includes("is at")) ready();
      else if (settings.RUST_LOG === undefined && /WARN|ERROR/.test(line)) console.error(line);
    });
  });
  return {
    base,
    data,
    log,
    /// A site that takes connections and never answers, until it goes on.
    hang: () => server.kill("SIGSTOP"),
    goOn: () => server.kill("SIGCONT"),
    async stop() {
      server.removeAllListeners("exit");
      const ended = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true });
    },
  };
}

export function startBrowser() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

/// Both for a file of tests, which ends them after its last one.
export async function siteAndBrowser(settings) {
  const browser = await startBrowser();
  const site = await startSite(settings);
  // Not imported by the scripts that are no tests.
  const { after } = await import("node:test");
  after(async () => {
    await browser.close();
    await site.stop();
  });
  return { site, browser };
}

/// A browser window of a person of their own. What it says in its console, and what it fails to load, is kept.
export async function openWindow(browser, base, { width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({ baseURL: base, viewport: { width, height }, ...options });
  const page = await context.newPage();
  page.complaints = [];
  page.sent = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.complaints.push(message.text());
  });
  page.on("pageerror", (error) => page.complaints.push(String(error)));
  page.on("request", (request) => {
    if (request.method() !== "GET") page.sent.push({ method: request.method(), path: new URL(request.url()).pathname });
  });
  return page;
}

/// The newest mail to an address whose text has what is asked for.
async function mailWith(base, email, pattern) {
  for (let tries = 0; tries < 100; tries += 1) {
    const mails = await (await fetch(`${base}/dev/mail.json`)).json();
    const mail = mails.findLast((mail) => mail.to === email);
    const found = mail?.text.match(pattern);
    if (found) return found[0];
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${email} with ${pattern}`);
}

/// The newest link mailed to an address, if that is its newest mail.
export const linkFor = (base, email) => mailWith(base, email, /http\S+/);

/// Does something with the database, `c`, and with what is said after it, `sys.argv[2]`.
function inDatabase(site, script, ...words) {
  const whole = `import os, sqlite3, sys, uuid\nc = sqlite3.connect(sys.argv[1], timeout=20)\n${script}\nc.commit()`;
  execFileSync("python3", ["-c", whole, join(site.data, "scribble.db"), ...words]);
}

/// Makes every code and link too old.
export const expireTokens = (site) => inDatabase(site, 'c.execute("UPDATE one_time_tokens SET expires_at = created_at")');

/// Puts so many older copies of everybody's pages beside them, each with files of its own.
export const multiplyPages = (site, copies) =>
  inDatabase(
    site,
    `
files = os.path.join(os.path.dirname(sys.argv[1]), "files")
for page in c.execute("SELECT * FROM pages").fetchall():
    assets = c.execute("SELECT * FROM assets WHERE page_id = ? AND kind <> 'original'", page[:1]).fetchall()
    for copy in range(1, int(sys.argv[2]) + 1):
        # An id begins with its time.
        id = (int.from_bytes(page[0][:6], "big") - copy).to_bytes(6, "big") + page[0][6:]
        c.execute("INSERT INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?)", (id, page[1], f"{page[2]} {copy}") + page[3:])
        for asset in assets:
            fresh = uuid.uuid4()
            path = asset[3].replace(str(uuid.UUID(bytes=asset[0])), str(fresh))
            os.link(os.path.join(files, asset[3]), os.path.join(files, path))
            c.execute("INSERT INTO assets VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (fresh.bytes, asset[1], id, path) + asset[4:])`,
    String(copies),
  );

/// The newest code mailed to an address.
export async function codeFor(base, email) {
  for (let tries = 0; tries < 100; tries += 1) {
    const mails = await (await fetch(`${base}/dev/mail.json`)).json();
    const mail = mails.findLast((mail) => mail.to === email);
    if (mail) return mail.subject.slice(0, 6);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`no mail to ${email}`);
}
