// Test harness: the release binary as a process, Chromium through Playwright, mailbox and database.
import { execFileSync, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { chromium } from "playwright-core";

const root = resolve(import.meta.dirname, "..");
/// The release build, or what SCRIBBLE_TEST_BINARY and SCRIBBLE_TEST_SITE name: a development build.
export const siteDir = resolve(process.env.SCRIBBLE_TEST_SITE ?? join(root, "target/site"));
export const serverBinary = resolve(
  process.env.SCRIBBLE_TEST_BINARY ?? join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "release/scribble"),
);
export const photo = join(root, "public/samples/cat.jpg");
export const password = "seven quiet otters";

export async function findFreePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/// Starts the server with an empty data folder; `stop` ends the process and removes the folder.
export async function startSite(settings = {}, port, binary = serverBinary) {
  const dataDir = await mkdtemp(join(tmpdir(), "scribble-"));
  const base = `http://127.0.0.1:${port ?? (await findFreePort())}`;
  const log = [];
  const server = spawn(binary, ["serve", "--addr", base.slice("http://".length), "--data-dir", dataDir], {
    stdio: ["ignore", "inherit", "pipe"],
    env: { RUST_LOG: "warn", SCRIBBLE_SITE_DIR: siteDir, ...settings },
  });
  const exited = new Promise((resolve) => server.once("exit", resolve));
  await new Promise((ready, fail) => {
    exited.then((code) => fail(new Error(`the server exited with ${code}`)));
    createInterface({ input: server.stderr }).on("line", (line) => {
      log.push(line);
      if (line.includes("is at")) ready();
      else if (settings.RUST_LOG === undefined && /WARN|ERROR/.test(line)) console.error(line);
    });
  });
  return {
    base,
    dataDir,
    pid: server.pid,
    log,
    /// Connections are still accepted but get no response until `resume`.
    suspend: () => server.kill("SIGSTOP"),
    resume: () => server.kill("SIGCONT"),
    async stop() {
      server.kill("SIGTERM");
      await exited;
      await rm(dataDir, { recursive: true });
    },
  };
}

export function startBrowser() {
  return chromium.launch({
    executablePath: "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
}

/// Starts a server and a browser for one test file; both end after its last test.
export async function startSiteAndBrowser(settings) {
  const browser = await startBrowser();
  const site = await startSite(settings);
  // Imported here: scripts that are no tests import this module too.
  const { after } = await import("node:test");
  after(async () => {
    await browser.close();
    await site.stop();
  });
  return { site, browser, newPage: (options) => newPage(browser, site.base, options) };
}

/// A page in a new browser context. Records console errors, warnings and uncaught exceptions in
/// `consoleErrors`, and every request but GET in `sentRequests`.
export async function newPage(browser, base, { width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({ baseURL: base, viewport: { width, height }, ...options });
  const page = await context.newPage();
  page.base = base;
  if (options.javaScriptEnabled !== false) waitForHydration(page);
  page.consoleErrors = [];
  page.sentRequests = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) page.consoleErrors.push(message.text());
  });
  page.on("pageerror", (error) => page.consoleErrors.push(String(error)));
  page.on("request", (request) => {
    if (request.method() !== "GET") page.sentRequests.push({ method: request.method(), path: new URL(request.url()).pathname });
  });
  return page;
}

/// Lets `goto` and `reload` wait for the hydration, five seconds at most: some tests hold it back.
function waitForHydration(page) {
  for (const method of ["goto", "reload"]) {
    const load = page[method].bind(page);
    page[method] = async (...args) => {
      const response = await load(...args);
      await page.waitForSelector("body[data-ready]", { timeout: 5000 }).catch(() => {});
      return response;
    };
  }
}

/// Waits until `find` returns a string for the newest mail to an address; returns that string.
async function findInMail(base, email, find) {
  for (let tries = 0; tries < 100; tries += 1) {
    const mails = await (await fetch(`${base}/dev/mail.json`)).json();
    const mail = mails.findLast((mail) => mail.to === email);
    const found = mail && find(mail);
    if (found) return found;
    await sleep(100);
  }
  throw new Error(`no matching mail to ${email}`);
}

/// The six digits of the newest code mailed to an address.
export const mailedCode = (base, email) => findInMail(base, email, ({ subject }) => subject.match(/\d{6}/)?.[0]);

/// The newest link mailed to an address whose URL contains `part`.
export const mailedLink = (base, email, part = "") =>
  findInMail(base, email, ({ text }) => text.match(/http\S+/g)?.find((link) => link.includes(part)));

/// Runs a Python script on the database: `c` is the connection, `sys.argv[2]` the first argument.
function runOnDatabase(site, script, ...args) {
  const program = `import os, sqlite3, sys, uuid\nc = sqlite3.connect(sys.argv[1], timeout=20)\n${script}\nc.commit()`;
  execFileSync("python3", ["-c", program, join(site.dataDir, "scribble.db"), ...args]);
}

/// Expires every mailed code and link.
export const expireTokens = (site) => runOnDatabase(site, 'c.execute("UPDATE one_time_tokens SET expires_at = created_at")');

/// Inserts `copies` older copies of every page, each with its own files (hard links).
export const duplicatePages = (site, copies) =>
  runOnDatabase(
    site,
    `
files = os.path.join(os.path.dirname(sys.argv[1]), "files")
c.row_factory = sqlite3.Row
def insert_copy(table, row, changes):
    values = {**row, **changes}
    c.execute(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join('?' * len(values))})", tuple(values.values()))
for page in c.execute("SELECT * FROM pages").fetchall():
    page = dict(page)
    assets = c.execute("SELECT * FROM assets WHERE page_id = ? AND kind <> 'original'", (page["id"],)).fetchall()
    for copy in range(1, int(sys.argv[2]) + 1):
        # UUIDv7: the first 48 bits are the time.
        id = (int.from_bytes(page["id"][:6], "big") - copy).to_bytes(6, "big") + page["id"][6:]
        insert_copy("pages", page, {"id": id, "title": f"{page['title']} {copy}"})
        for asset in map(dict, assets):
            fresh = uuid.uuid4()
            path = asset["path"].replace(str(uuid.UUID(bytes=asset["id"])), str(fresh))
            os.link(os.path.join(files, asset["path"]), os.path.join(files, path))
            insert_copy("assets", asset, {"id": fresh.bytes, "page_id": id, "path": path})`,
    String(copies),
  );
