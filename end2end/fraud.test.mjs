// The doors against abuse in Chromium, set as in production: a person gets through, with and without JavaScript, and
// whoever is refused is told why and keeps what was typed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import test from "node:test";
import { binary, codeFor, openWindow, password, siteAndBrowser, startSite } from "./site.mjs";

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

/// What stands in for Google: a script that brings another, opens a frame and sends something, as the real one does.
async function google(page) {
  const script = (body) => ({ contentType: "text/javascript", headers: { "access-control-allow-origin": "*" }, body });
  await page.route("https://www.gstatic.com/recaptcha/more.js", (route) =>
    route.fulfill(
      script(`window.grecaptcha = { ready: (then) => then(), execute: async () => {
        const frame = document.createElement("iframe");
        frame.src = "https://www.google.com/recaptcha/api2/anchor";
        await new Promise((loaded) => { frame.onload = loaded; document.body.append(frame); });
        return (await fetch("https://www.google.com/recaptcha/api2/reload", { method: "POST" })).text();
      } };
      window.told();`),
    ),
  );
  await page.route("https://www.google.com/recaptcha/**", (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path.endsWith("/anchor")) return route.fulfill({ contentType: "text/html", body: "<p>Protected</p>" });
    if (path.endsWith("/reload")) return route.fulfill({ ...script("a-token"), contentType: "text/plain" });
    return route.fulfill(
      script(`window.grecaptcha = { ready: (then) => { window.told = () => window.grecaptcha.ready(then); } };
        const more = document.createElement("script");
        more.src = "https://www.gstatic.com/recaptcha/more.js";
        document.head.append(more);`),
    );
  });
}

/// Google's verifier, on this machine.
async function startVerifier() {
  const seen = [];
  const server = createServer((request, answer) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      seen.push(body);
      answer.setHeader("content-type", "application/json");
      answer.end(JSON.stringify({ success: true, action: "signup", hostname: "127.0.0.1", score: 0.9 }));
    });
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { seen, url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

test("where reCAPTCHA is asked, its script, frame and messages pass the policy, and its token the verifier", async () => {
  const verifier = await startVerifier();
  const asking = await startSite({
    SCRIBBLE_CAPTCHA: "recaptcha",
    SCRIBBLE_CAPTCHA_COST: "100",
    SCRIBBLE_RECAPTCHA_SITE_KEY: "site",
    SCRIBBLE_RECAPTCHA_SECRET: "hush-hush",
    SCRIBBLE_RECAPTCHA_URL: verifier.url,
  });
  try {
    const page = await openWindow(browser, asking.base);
    await google(page);
    await signUp(page, "mia@example.org");
    await page.getByText("We sent a code").waitFor();
    assert.deepEqual(verifier.seen, ["secret=hush%2Dhush&response=a%2Dtoken"]);
    assert.deepEqual(page.complaints, []);

    // Where Google cannot be reached, by the wish of its owner or of a country, the work is done instead.
    const without = await openWindow(browser, asking.base);
    await without.route("https://www.google.com/**", (route) => route.abort());
    await signUp(without, "leo@example.org");
    await without.getByText("We sent a code").waitFor();
    assert.equal(verifier.seen.length, 1);

    const policy = async (base) => (await fetch(`${base}/auth/login`)).headers.get("content-security-policy");
    assert.match(await policy(asking.base), /frame-src https:\/\/www\.google\.com/);
    assert.doesNotMatch(await policy(site.base), /google/);
  } finally {
    await asking.stop();
    verifier.stop();
  }
});
