// The doors against abuse in Chromium, set as in production: a person gets through, with and without JavaScript, and
// whoever is refused is told why and keeps what was typed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { binary, codeFor, openWindow, password, siteAndBrowser } from "./site.mjs";

const pictures = join(import.meta.dirname, "results");
await mkdir(pictures, { recursive: true });
const { site, browser } = await siteAndBrowser({ SCRIBBLE_LIMITS: "true", SCRIBBLE_CAPTCHA: "altcha", SCRIBBLE_TRUSTED_PROXIES: "127.0.0.0/8" });

const from = (address, more = {}) => openWindow(browser, site.base, { extraHTTPHeaders: { "x-forwarded-for": address }, ...more });
const picture = (page, name) => page.screenshot({ path: join(pictures, `refused-${name}.png`), fullPage: true });

async function signUp(page, email) {
  await page.goto("/auth/login?mode=signup");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign up" }).click();
}

test("a person signs up, and the sum is done meanwhile", async () => {
  const page = await from("203.0.113.1");
  await signUp(page, "mia@example.org");
  await page.getByText("We sent a code").waitFor();
  await page.getByLabel("Code").fill(await codeFor(site.base, "mia@example.org"));
  await page.getByRole("button", { name: "Confirm code" }).click();
  await page.waitForURL(/^[^?]*\/gallery$/);
  assert.match(await page.textContent("header"), /3 credits/);
  assert.deepEqual(page.complaints, []);

  // An operator looks, nobody else.
  assert.equal((await page.goto("/admin")).status(), 404);
  const command = (...words) => execFileSync(binary, [...words, "--data-dir", site.data], { stdio: ["ignore", "pipe", "ignore"] }).toString();
  command("user", "role", "mia@example.org", "operator");
  assert.equal(command("user", "credit", "mia@example.org", "2").trim(), "5 credits");
  command("user", "flag", "mia@example.org", "--reason", "a test");
  assert.match(command("user", "show", "mia@example.org"), /operator {2}5 credits\nflagged: a test/);
  assert.match(command("flag", "list"), /on {3}captcha/);
  assert.equal((await page.goto("/admin")).status(), 200);
  assert.match(await page.textContent("main"), /mia@example\.orga test/);
  await picture(page, "nobody-admin");
});

test("a person without JavaScript signs up too, not faster than one can type", async () => {
  const page = await from("203.0.113.2", { javaScriptEnabled: false });
  await signUp(page, "leo@example.org");
  assert.match(await page.textContent("main"), /Please try again in 4 seconds/);
  assert.equal(await page.getByLabel("E-mail").inputValue(), "leo@example.org");
  await picture(page, "too-early");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.waitForTimeout(4200);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText("We sent a code").waitFor();
});

test("an address that lasts an hour is refused, and stays in the form", async () => {
  const page = await from("203.0.113.3", { width: 390, height: 844 });
  await signUp(page, "mia@mailinator.com");
  await page.getByText("Please use a permanent e-mail address.").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "mia@mailinator.com");
  assert.equal(await page.getByLabel("E-mail").getAttribute("aria-invalid"), "true");
  await picture(page, "disposable");
});

test("the fourth of one network is told when to come back", async () => {
  const page = await from("203.0.113.4");
  for (const name of ["ada", "tom", "eva"]) {
    await signUp(page, `${name}@example.com`);
    await page.getByText("We sent a code").waitFor();
  }
  await signUp(page, "max@example.com");
  await page.getByText("Please try again in 24 hours.").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "max@example.com");
  await picture(page, "sign-ups");
});

test("after five wrong passwords the next one waits", async () => {
  const page = await from("203.0.113.5", { javaScriptEnabled: false });
  for (let tries = 0; tries < 6; tries += 1) {
    await page.goto("/auth/login");
    await page.getByLabel("E-mail").fill("mia@example.org");
    await page.getByLabel("Password", { exact: true }).fill("a wrong password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
  }
  assert.match(await page.textContent("main"), /Please try again in 15 minutes/);
  assert.equal(await page.getByLabel("E-mail").inputValue(), "mia@example.org");
  await picture(page, "sign-in");
});
