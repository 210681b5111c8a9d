// Lighthouse on every screen as a phone sees it, and how soon Create answers a finger; beside what the budgets allow.
import http from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lighthouse from "lighthouse";
import { chromium } from "playwright-core";
import { codeFor, freePort, password, photo, startSite } from "./site.mjs";

const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const email = "vitals@example.org";
const site = await startSite();
const folder = await mkdtemp(join(tmpdir(), "vitals-"));
const port = await freePort();
const context = await chromium.launchPersistentContext(folder, {
  executablePath: "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", `--remote-debugging-port=${port}`],
  baseURL: site.base,
  viewport: { width: 390, height: 844 },
});
let missed = 0;

function tell(what, figure, budget, good) {
  missed += good ? 0 : 1;
  console.log(`${good ? "  " : "! "}${what.padEnd(44)} ${String(figure).padStart(12)}   ${budget}`);
}

async function judge(path) {
  const flags = { port, output: "json", logLevel: "silent", disableStorageReset: true, onlyCategories: CATEGORIES };
  const { lhr } = await lighthouse(site.base + path, flags);
  const scores = CATEGORIES.map((name) => Math.round((lhr.categories[name]?.score ?? 0) * 100));
  const least = path === "/" ? 100 : 95;
  tell(path.replace(/[0-9a-f-]{36}/, "{id}"), scores.join(" "), `${least} each`, scores.every((score) => score >= least));
  for (const audit of Object.values(lhr.audits)) {
    const counts = CATEGORIES.some((name) => lhr.categories[name]?.auditRefs.some((ref) => ref.id === audit.id && ref.weight > 0));
    if (counts && audit.score !== null && audit.score < 0.9) console.log(`      ${audit.id}: ${audit.displayValue ?? audit.title}`);
  }
  return lhr.audits;
}

function bytesOf(path) {
  return new Promise((resolve, reject) => {
    const options = { headers: { "accept-encoding": "br", accept: "text/html" } };
    http.get(site.base + path, options, (answer) => {
      let bytes = 0;
      answer.on("data", (part) => (bytes += part.length)).on("end", () => resolve(bytes)).on("error", reject);
    });
  });
}

/// The longest wait between a key or a finger on Create and what is shown for it, while every move draws anew.
async function delayOfCreate(page) {
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.locator(".picker [name=file]").setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
  await page.evaluate(() => {
    window.delays = [];
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.interactionId) window.delays.push(entry.duration);
    }).observe({ type: "event", durationThreshold: 16 });
  });
  await page.locator("[name=detail]").focus();
  for (let press = 0; press < 60; press += 1) await page.keyboard.press(press % 2 ? "ArrowLeft" : "PageUp");
  for (const preset of await page.locator("label.preset").all()) await preset.click();
  await page.waitForTimeout(300);
  const delays = (await page.evaluate(() => window.delays)).sort((a, b) => b - a);
  return delays[Math.floor(delays.length / 50)] ?? 16;
}

async function signUp(page) {
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.locator(".picker [name=file]").setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
  await page.locator(".keep").click();
  await page.locator("dialog .credentials [name=email]").fill(email);
  await page.locator("dialog [name=password]").fill(password);
  await page.locator("dialog .credentials .primary").click();
  await page.locator("dialog [name=code]").fill(await codeFor(site.base, email));
  await page.locator("dialog .code-form .primary").click();
  await page.locator("[data-print]").waitFor({ timeout: 30_000 });
  const path = new URL(page.url()).pathname;
  await page.goto("/books/new");
  await page.locator("[name=title]").fill("Vitals");
  await page.locator("[type=checkbox][name=page]").first().check();
  await page.locator("main form .primary").click();
  await page.waitForURL(/\/books\/[0-9a-f-]{36}$/);
  return [path, new URL(page.url()).pathname];
}

try {
  const page = await context.newPage();
  const complaints = [];
  page.on("console", (message) => {
    // What Chromium notes about every site that offers to be installed in its own time.
    if (!message.text().startsWith("Banner not shown")) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  console.log("  Lighthouse, mobile: performance, accessibility, best practices, SEO");
  const home = await judge("/");
  for (const path of ["/create", "/privacy", "/auth/login?mode=signup", "/auth/login?mode=signin", "/auth/reset-password"]) await judge(path);
  const delay = await delayOfCreate(page);
  const own = await signUp(page);
  for (const path of ["/gallery", ...own, "/books/new", "/account"]) await judge(path);

  console.log("\n  / with Lighthouse's slow 4G");
  const { "largest-contentful-paint": lcp, "total-blocking-time": tbt, "cumulative-layout-shift": cls } = home;
  tell("largest contentful paint", `${(lcp.numericValue / 1000).toFixed(2)} s`, "1.2 s", lcp.numericValue <= 1200);
  tell("total blocking time", `${Math.round(tbt.numericValue)} ms`, "0 ms", tbt.numericValue < 0.5);
  tell("cumulative layout shift", cls.numericValue.toFixed(3), "0", cls.numericValue < 0.0005);
  const bytes = (await bytesOf("/")) + (await bytesOf("/pkg/scribble.css"));
  tell("HTML and CSS", `${(bytes / 1000).toFixed(1)} kB br`, "14 kB", bytes <= 14_000);
  console.log("\n  Create");
  tell("interaction to next paint while drawing", `${delay} ms`, "50 ms", delay <= 50);
  tell("console messages on the way", complaints.length, "0", complaints.length === 0);
  for (const complaint of complaints) console.log(`      ${complaint}`);
} finally {
  await context.close();
  await site.stop();
  await rm(folder, { recursive: true, force: true });
}
process.exitCode = missed ? 1 : 0;
