// Abuse protection: CAPTCHA, disposable addresses, rate limits as in production, operator screen.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import test from "node:test";
import { newPage as newBrowserPage, password, serverBinary, startSite, startSiteAndBrowser } from "./site.mjs";
import { signUpByForm, submitSignUp } from "./steps.mjs";

const results = join(import.meta.dirname, "results");
await mkdir(results, { recursive: true });
const { site, browser, newPage } = await startSiteAndBrowser({
  SCRIBBLE_LIMITS: "true",
  SCRIBBLE_CAPTCHA: "altcha",
  SCRIBBLE_TRUSTED_PROXIES: "127.0.0.0/8",
});

/// A page whose requests come from this network address.
const newPageFrom = (address, options = {}) => newPage({ extraHTTPHeaders: { "x-forwarded-for": address }, ...options });
const screenshot = (page, name) => page.screenshot({ path: join(results, `rejected-${name}.png`), fullPage: true });

async function openAndSubmitSignUp(page, email) {
  await page.goto("/auth/login?mode=signup");
  await submitSignUp(page, email);
}

test("sign-up with a proof of work", async (t) => {
  const page = await newPageFrom("203.0.113.1");

  await t.test("the browser solves it without a click", async () => {
    await page.goto("/auth/login?mode=signup");
    const [request] = await Promise.all([
      page.waitForRequest((request) => request.method() === "POST" && /sign-?up/.test(request.url())),
      signUpByForm(page, "mia@example.org"),
    ]);
    assert.match(request.postData(), /captcha/);
    await page.waitForURL(/^[^?]*\/gallery$/);
    assert.match(await page.textContent("header"), /3 credits/);
    assert.deepEqual(page.consoleErrors, []);
  });

  await t.test("the API rejects a sign-up without it", async () => {
    const response = await fetch(`${site.base}/api/v1/auth/signup`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": "203.0.113.9" },
      body: JSON.stringify({ email: "bot@example.org", password }),
    });
    assert.equal(response.status, 422);
    assert.match((await response.json()).code, /captcha/);
  });

  await t.test("the operator screen is hidden from parents", async () => {
    assert.equal((await page.goto("/admin")).status(), 404);
  });

  const run = (...args) => execFileSync(serverBinary, [...args, "--data-dir", site.dataDir], { stdio: ["ignore", "pipe", "ignore"] }).toString();

  await t.test("commands change role, credits and flags", () => {
    run("user", "role", "mia@example.org", "operator");
    assert.equal(run("user", "credit", "mia@example.org", "2").trim(), "5 credits");
    run("user", "flag", "mia@example.org", "--reason", "a test");
    assert.match(run("user", "show", "mia@example.org"), /operator {2}5 credits\nflagged: a test/);
    assert.match(run("flag", "list"), /on {3}captcha/);
  });

  await t.test("an operator sees the flagged account", async () => {
    assert.equal((await page.goto("/admin")).status(), 200);
    assert.match(await page.textContent("main"), /mia@example\.orga test/);
    await screenshot(page, "nobody-admin");
  });
});

test("sign-up without JavaScript", async (t) => {
  const page = await newPageFrom("203.0.113.2", { javaScriptEnabled: false });

  await t.test("a form sent within 4 seconds is rejected", async () => {
    await openAndSubmitSignUp(page, "leo@example.org");
    assert.match(await page.textContent("main"), /Please try again in 4 seconds/);
    assert.equal(await page.getByLabel("E-mail").inputValue(), "leo@example.org");
    await screenshot(page, "too-early");
  });

  await t.test("the same form is accepted afterwards", async () => {
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.waitForTimeout(4200);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByText("We sent a code").waitFor();
  });
});

test("a disposable address is rejected and stays in the form", async () => {
  const page = await newPageFrom("203.0.113.3", { width: 390, height: 844 });
  await openAndSubmitSignUp(page, "mia@mailinator.com");
  await page.getByText("Please use a permanent e-mail address.").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "mia@mailinator.com");
  assert.equal(await page.getByLabel("E-mail").getAttribute("aria-invalid"), "true");
  await screenshot(page, "disposable");
});

test("the fourth sign-up from a network within a day is rejected", async () => {
  const page = await newPageFrom("203.0.113.4");
  for (const name of ["ada", "tom", "eva"]) {
    await openAndSubmitSignUp(page, `${name}@example.com`);
    await page.getByText("We sent a code").waitFor();
  }
  await openAndSubmitSignUp(page, "max@example.com");
  await page.getByText("Please try again in 24 hours.").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "max@example.com");
  await screenshot(page, "sign-ups");
});

test("the sixth sign-in is rejected after five wrong passwords", async () => {
  const page = await newPageFrom("203.0.113.5", { javaScriptEnabled: false });
  const signIn = async () => {
    await page.goto("/auth/login");
    await page.getByLabel("E-mail").fill("mia@example.org");
    await page.getByLabel("Password", { exact: true }).fill("a wrong password");
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    return page.textContent("main");
  };
  for (let tries = 0; tries < 5; tries += 1) assert.match(await signIn(), /do not go together/);
  assert.match(await signIn(), /Please try again in 15 minutes/);
  assert.equal(await page.getByLabel("E-mail").inputValue(), "mia@example.org");
  await screenshot(page, "sign-in");
});

/// Answers requests to Google: a script that loads a second one, opens a frame and sends a request.
async function mockGoogle(page) {
  const script = (body) => ({ contentType: "text/javascript", headers: { "access-control-allow-origin": "*" }, body });
  await page.route("https://www.gstatic.com/recaptcha/more.js", (route) =>
    route.fulfill(
      script(`window.grecaptcha = { ready: (then) => then(), execute: async () => {
        const frame = document.createElement("iframe");
        frame.src = "https://www.google.com/recaptcha/api2/anchor";
        await new Promise((loaded) => { frame.onload = loaded; document.body.append(frame); });
        return (await fetch("https://www.google.com/recaptcha/api2/reload", { method: "POST" })).text();
      } };
      window.onReady();`),
    ),
  );
  await page.route("https://www.google.com/recaptcha/**", (route) => {
    const path = new URL(route.request().url()).pathname;
    if (path.endsWith("/anchor")) return route.fulfill({ contentType: "text/html", body: "<p>Protected</p>" });
    if (path.endsWith("/reload")) return route.fulfill({ ...script("a-token"), contentType: "text/plain" });
    return route.fulfill(
      script(`window.grecaptcha = { ready: (then) => { window.onReady = () => window.grecaptcha.ready(then); } };
        const more = document.createElement("script");
        more.src = "https://www.gstatic.com/recaptcha/more.js";
        document.head.append(more);`),
    );
  });
}

/// A verifier like Google's that accepts every token and records the request bodies.
async function startVerifier() {
  const bodies = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => (body += chunk));
    request.on("end", () => {
      bodies.push(body);
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ success: true, action: "signup", hostname: "127.0.0.1", score: 0.9 }));
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { bodies, url: `http://127.0.0.1:${server.address().port}/`, stop: () => server.close() };
}

test("reCAPTCHA", async (t) => {
  const verifier = await startVerifier();
  const recaptchaSite = await startSite({
    SCRIBBLE_CAPTCHA: "recaptcha",
    SCRIBBLE_CAPTCHA_COST: "100",
    SCRIBBLE_RECAPTCHA_SITE_KEY: "site",
    SCRIBBLE_RECAPTCHA_SECRET: "hush-hush",
    SCRIBBLE_RECAPTCHA_URL: verifier.url,
  });
  try {
    await t.test("its script runs under the CSP, its token is verified", async () => {
      const page = await newBrowserPage(browser, recaptchaSite.base);
      await mockGoogle(page);
      await openAndSubmitSignUp(page, "mia@example.org");
      await page.getByText("We sent a code").waitFor();
      assert.deepEqual(verifier.bodies, ["secret=hush%2Dhush&response=a%2Dtoken"]);
      assert.deepEqual(page.consoleErrors, []);
    });

    await t.test("a proof of work replaces it if Google is blocked", async () => {
      const page = await newBrowserPage(browser, recaptchaSite.base);
      await page.route("https://www.google.com/**", (route) => route.abort());
      await openAndSubmitSignUp(page, "leo@example.org");
      await page.getByText("We sent a code").waitFor();
      assert.equal(verifier.bodies.length, 1);
    });

    await t.test("the CSP allows Google only where it is configured", async () => {
      const policy = async (base) => (await fetch(`${base}/auth/login`)).headers.get("content-security-policy");
      assert.match(await policy(recaptchaSite.base), /frame-src https:\/\/www\.google\.com/);
      assert.doesNotMatch(await policy(site.base), /google/);
    });
  } finally {
    await recaptchaSite.stop();
    verifier.stop();
  }
});
