// Without a connection: Create works and starts again, pages that were seen open, nobody sees what is another's, what is
// kept waits; and how the installed app is found, fed and renewed.
import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { devices } from "playwright-core";
import { codeFor, freePort, openWindow, password, photo, siteAndBrowser, siteFolder, startSite } from "./site.mjs";

const { site, browser } = await siteAndBrowser();

/// A window in which the service worker is at work.
async function installed(base = site.base) {
  const page = await openWindow(browser, base);
  await page.goto("/");
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  return page;
}

const siteOf = (page) => new URL(page.url()).origin;
const post = (page, path, body) => page.request.post(`/api/v1${path}`, { data: body, headers: { origin: siteOf(page) } });

async function signUp(page, email) {
  await post(page, "/auth/signup", { email, password });
  const answer = await post(page, "/auth/verify-otp", { email, code: await codeFor(siteOf(page), email) });
  assert.equal(answer.status(), 200);
}

async function choosePhoto(page) {
  await page.waitForSelector("[data-stage=empty]");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
}

/// Makes a page and looks at it; its address.
async function keepPage(page) {
  await page.goto("/create");
  await choosePhoto(page);
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: "PDF for A4" }).waitFor({ timeout: 30_000 });
  await page.waitForFunction(() => document.querySelector(".paper img")?.naturalWidth > 0);
  return new URL(page.url()).pathname;
}

const offline = (page, is = true) => page.context().setOffline(is);

test("a photo is drawn without a connection, also after a reload", async () => {
  const page = await installed();
  await offline(page);
  await page.goto("/create");
  await choosePhoto(page);
  await page.getByText("There is no connection. Drawing works").waitFor();
  await page.reload();
  await page.waitForSelector("[data-stage=empty]");
  await page.getByRole("button", { name: "An astronaut" }).click();
  await page.waitForSelector("[data-stage=drawn]");
});

test("a screen that was never seen says that there is no connection, and leads on", async () => {
  const page = await installed();
  await offline(page);
  await page.goto("/gallery");
  await page.getByRole("heading", { name: "There is no connection" }).waitFor();
  // Said by its script, which runs there as everywhere.
  await page.getByText("There is no connection. Drawing works").waitFor();
  assert.deepEqual(page.complaints.filter((line) => line.includes("Content Security Policy")), []);
  await page.getByRole("link", { name: "Make a page" }).click();
  await page.waitForURL(/^[^?]*\/create$/);
  await page.waitForSelector("[data-stage=empty]");
});

test("what is said without a connection is said in the language that was chosen", async () => {
  const page = await installed();
  await page.goto("/privacy");
  await page.getByRole("button", { name: "Français" }).click();
  await page.getByRole("heading", { name: "Comment nous traitons les photos" }).waitFor();
  await page.waitForFunction(async () => (await caches.match("/offline")).headers.get("content-language") === "fr");
  await offline(page);
  for (const path of ["/gallery", "/", "/create"]) {
    await page.goto(path);
    assert.equal(await page.locator("html").getAttribute("lang"), "fr", path);
  }
});

test("pages that were seen open without a connection, with their drawing", async () => {
  const page = await installed();
  await signUp(page, "mia@example.org");
  const address = await keepPage(page);
  await page.goto("/gallery");
  await page.waitForFunction(() => document.querySelector(".card img")?.naturalWidth > 0);
  await offline(page);
  await page.goto("/gallery");
  await page.waitForFunction(() => document.querySelector(".card img")?.naturalWidth > 0);
  await page.locator(".card").click();
  await page.waitForURL(`**${address}`);
  await page.waitForFunction(() => document.querySelector(".paper img")?.naturalWidth > 0);
  // What only the network can do is not begun.
  await page.getByLabel("Title").fill("On a train");
  await page.getByRole("button", { name: "Save title" }).click();
  assert.equal(await page.getByLabel("Title").inputValue(), "On a train");
  assert.equal(new URL(page.url()).pathname, address);
});

test("after signing out, nothing of theirs is on the device", async () => {
  const page = await installed();
  await signUp(page, "noah@example.org");
  const address = await keepPage(page);
  await page.goto("/gallery");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  // Signing out clears the service worker away too; the next screen brings another.
  await page.reload();
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  await offline(page);
  for (const path of [address, "/gallery"]) {
    await page.goto(path);
    await page.getByRole("heading", { name: "There is no connection" }).waitFor();
  }
  await page.goto("/create");
  assert.equal(await page.getByRole("button", { name: "Sign out" }).count(), 0);
});

test("who comes next on the same device sees nothing of who was there before", async () => {
  const page = await installed();
  await signUp(page, "lea@example.org");
  const address = await keepPage(page);
  // No sign-out: the session is just gone, and somebody else signs in.
  await page.context().clearCookies();
  await signUp(page, "ben@example.org");
  await page.goto("/gallery");
  await page.getByText("Nothing here yet").waitFor();
  await offline(page);
  await page.goto("/gallery");
  await page.getByText("Nothing here yet").waitFor();
  await page.goto(address);
  await page.getByRole("heading", { name: "There is no connection" }).waitFor();
  const kept = await page.evaluate(async (address) => Boolean(await caches.match(`${address}/svg`)), address);
  assert.equal(kept, false);
});

test("a deleted page is gone without a connection too", async () => {
  const page = await installed();
  await signUp(page, "ida@example.org");
  const address = await keepPage(page);
  await page.getByText("Delete this page").click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL(/\/gallery/);
  await offline(page);
  await page.goto(address);
  await page.getByRole("heading", { name: "There is no connection" }).waitFor();
});

test("what is kept without a connection waits, says so, and is kept when there is one", async () => {
  const page = await installed();
  await signUp(page, "tom@example.org");
  await page.goto("/create");
  await choosePhoto(page);
  await offline(page);
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.getByText("Your page waits").waitFor();
  await offline(page, false);
  await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
});

test("what waits is a draft too, and another photo takes its place", async () => {
  const page = await installed();
  await signUp(page, "kim@example.org");
  await page.goto("/create");
  await choosePhoto(page);
  await offline(page);
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.getByText("Your page waits").waitFor();
  await page.reload();
  await page.waitForSelector("[data-stage=drawn]");
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.getByText("Your page waits").waitFor();
  await page.getByLabel("Choose another photo").setInputFiles(photo);
  await page.getByText("Your page waits").waitFor({ state: "hidden" });
  await offline(page, false);
  await page.goto("/gallery");
  await page.getByText("Nothing here yet").waitFor();
});

/// As the system's share sheet does; any other site could too.
async function share(page) {
  await page.goto("/privacy");
  await page.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "shared.jpg", { type: "image/jpeg" }));
    const form = Object.assign(document.createElement("form"), { method: "post", enctype: "multipart/form-data", action: "/create?from=share" });
    const field = Object.assign(document.createElement("input"), { type: "file", name: "file" });
    field.files = data.files;
    form.append(field);
    document.body.append(form);
    form.submit();
  }, [...(await readFile(photo))]);
}

test("a photo from the share sheet is opened on the device", async () => {
  const page = await installed();
  await share(page);
  await page.waitForURL(/^[^?]*\/create$/);
  // The server takes no photo from there: it can only have come by the service worker.
  await page.waitForSelector("[data-stage=drawn]");
});

test("a photo that waits to be kept is not replaced by one that is shared", async () => {
  const page = await installed();
  const title = page.getByLabel("Title");
  await page.goto("/create");
  await choosePhoto(page);
  await title.fill("Our holiday");
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.locator(".keep-dialog[open]").waitFor();
  await share(page);
  const question = page.getByText("another one still waits here");
  await question.waitFor();
  await page.waitForSelector("[data-stage=drawn]");
  assert.equal(await title.inputValue(), "Our holiday");
  await page.getByRole("button", { name: "Go on with this one" }).click();
  await question.waitFor({ state: "hidden" });
  await page.reload();
  await page.waitForSelector("[data-stage=drawn]");
  assert.equal(await title.inputValue(), "Our holiday");

  await share(page);
  await page.waitForSelector("[data-stage=drawn]");
  const before = await page.locator(".sheet-photo").getAttribute("src");
  await page.getByRole("button", { name: "Draw the shared one" }).click();
  await page.waitForFunction((before) => document.querySelector(".sheet-photo").getAttribute("src") !== before, before);
  await page.waitForSelector("[data-stage=drawn]");
  await page.reload();
  await page.waitForSelector("[data-stage=empty]");
});

test("what a page has on the device is saved without a connection, and of the rest it is said", async () => {
  const page = await installed();
  await signUp(page, "pia@example.org");
  await keepPage(page);
  await page.reload();
  await page.waitForFunction(() => document.querySelector(".paper img")?.naturalWidth > 0);
  await offline(page);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "SVG", exact: true }).click()]);
  assert.match(saved.suggestedFilename(), /\.svg$/);
  const said = page.getByRole("alert").getByText("This file is not on your device");
  await page.getByRole("link", { name: "PDF for A4" }).click();
  await said.waitFor();
  await offline(page, false);
  const [pdf] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: "PDF for A4" }).click()]);
  assert.ok((await readFile(await pdf.path(), "latin1")).startsWith("%PDF"));
  assert.equal(await said.isVisible(), false);
});

test("a connection that hangs shows what is on the device", async () => {
  const hanging = await startSite();
  const page = await installed(hanging.base);
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  hanging.hang();
  try {
    await page.goto("/create");
    await choosePhoto(page);
    await page.goto("/gallery", { timeout: 60_000 });
    await page.getByRole("heading", { name: "There is no connection" }).waitFor();
  } finally {
    hanging.goOn();
    await page.context().close();
    await hanging.stop();
  }
});

test("where a proxy says that the site is away, what is on the device is shown", async () => {
  const port = await freePort();
  const away = await startSite({}, port);
  const page = await installed(away.base);
  await signUp(page, "lea@example.org");
  const address = await keepPage(page);
  const isShown = () => document.querySelector(".paper img")?.naturalWidth > 0;
  await page.reload();
  await page.waitForFunction(isShown);
  await away.stop();
  for (const status of [502, 503, 504]) {
    const proxy = createServer((_, answer) => answer.writeHead(status).end("The site is away.")).listen(port, "127.0.0.1");
    try {
      await page.goto(address);
      await page.waitForFunction(isShown);
      const styles = await page.$$eval("link[rel=stylesheet]", (links) => links.map(({ sheet }) => sheet?.cssRules.length ?? 0));
      assert.ok(styles.length > 1 && styles.every((rules) => rules > 0), `${status}: ${styles}`);
      await page.goto("/create");
      await choosePhoto(page);
      await page.goto("/account");
      await page.getByRole("heading", { name: "There is no connection" }).waitFor();
    } finally {
      proxy.closeAllConnections();
      await new Promise((closed) => proxy.close(closed));
    }
  }
  await page.context().close();
});

test("the screen for no connection runs its script", async () => {
  const page = await openWindow(browser, site.base);
  await page.goto("/offline");
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  assert.deepEqual(page.complaints, []);
});

test("a photo that is opened with the installed app is drawn", async () => {
  const page = await openWindow(browser, site.base);
  await page.addInitScript(() => {
    const value = { setConsumer: (consumer) => (window.launched = consumer) };
    Object.defineProperty(window, "launchQueue", { value });
  });
  await page.goto("/create");
  await page.waitForFunction(() => window.launched);
  await page.evaluate(
    (bytes) => window.launched({ files: [{ getFile: async () => new File([new Uint8Array(bytes)], "cat.jpg", { type: "image/jpeg" }) }] }),
    [...(await readFile(photo))],
  );
  await page.waitForSelector("[data-stage=drawn]");
});

test("a new version is offered, and comes when it is asked for", async () => {
  const folder = join(await mkdtemp(join(tmpdir(), "site-")), "site");
  await cp(siteFolder, folder, { recursive: true });
  const port = await freePort();
  let old = await startSite({ SCRIBBLE_SITE_DIR: folder }, port);
  const page = await installed(old.base);
  await page.goto("/create");
  await choosePhoto(page);
  await old.stop();
  await appendFile(join(folder, "no-script.css"), "\n/* newer */\n");
  old = await startSite({ SCRIBBLE_SITE_DIR: folder }, port);
  const known = await page.evaluate(() => caches.keys());
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
  await page.getByText("A new version is ready").waitFor();
  assert.equal(await page.locator("[data-stage=drawn]").count(), 1, "somebody was interrupted");
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload" }).click()]);
  await page.waitForSelector("[data-stage=empty]");
  assert.equal(await page.getByText("A new version is ready").isVisible(), false);
  await page.waitForFunction(async (known) => (await caches.keys()).every((name) => !known.includes(name)), known);
  await old.stop();
  await rm(join(folder, ".."), { recursive: true });
});

test("Chromium finds nothing that keeps the site from being installed", async () => {
  const page = await installed();
  const session = await page.context().newCDPSession(page);
  const { errors, manifest } = await session.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  assert.ok(manifest.icons.length >= 5);
  const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
  // The windows of these tests are private ones.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  const named = JSON.parse(await readFile(join(siteFolder, "manifest.webmanifest"), "utf8"));
  for (const { src, sizes } of [...named.icons, ...named.screenshots].filter(({ sizes }) => sizes !== "any")) {
    const size = await page.evaluate(async (src) => {
      const { width, height } = await createImageBitmap(await (await fetch(src)).blob());
      return `${width}x${height}`;
    }, src);
    assert.equal(size, sizes, src);
  }
});

test("installing is offered after the first kept page, and not before", async () => {
  const page = await installed();
  const offer = page.getByText("among your apps");
  // Chromium asks nobody in these windows: the question is ours, the rest as it is.
  const ask = () =>
    page.evaluate(() => {
      window.asked = 0;
      dispatchEvent(Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt: () => (window.asked += 1) }));
    });
  await ask();
  assert.equal(await offer.first().isVisible(), false);
  await signUp(page, "zoe@example.org");
  await keepPage(page);
  await ask();
  await offer.first().waitFor();
  await page.getByRole("button", { name: "Install" }).click();
  assert.equal(await page.evaluate(() => window.asked), 1);
  // Also where the browser asks before the script is there that passes it on.
  await page.goto("/", { waitUntil: "domcontentloaded" });
  await ask();
  await page.getByRole("button", { name: "No, thank you" }).click();
  await page.reload();
  await ask();
  assert.equal(await offer.first().isVisible(), false);
});

test("an iPhone, which asks nobody, is shown the way by hand, and only an iPhone", async () => {
  for (const [email, isPhone] of [["vera@example.org", true], ["ole@example.org", false]]) {
    const device = devices[isPhone ? "iPhone 14" : "Pixel 7"];
    const page = await openWindow(browser, site.base, device);
    // The one word by which Safari on a phone tells.
    if (isPhone) await page.addInitScript(() => Object.defineProperty(navigator, "standalone", { value: false }));
    const hint = page.getByText("Add to Home Screen");
    await page.goto("/create");
    assert.equal(await hint.isVisible(), false, "not before a page is kept");
    await signUp(page, email);
    await keepPage(page);
    await page.waitForLoadState("networkidle");
    assert.equal(await hint.isVisible(), isPhone);
    if (isPhone) await page.getByRole("button", { name: "No, thank you" }).click();
    await page.reload();
    await page.getByRole("link", { name: "PDF for A4" }).waitFor();
    assert.equal(await hint.isVisible(), false);
  }
});
