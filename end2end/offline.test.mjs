// Offline use through the service worker: drawing, visited pages, account isolation, late saving.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import test from "node:test";
import { findFreePort, newPage, photo, startSite, startSiteAndBrowser } from "./site.mjs";
import {
  clickKeepPage, eventually, openStudio, openStudioWithPhoto, signOut, signUpByApi, waitForDrawing, waitForSavedPage,
  waitForServiceWorker,
} from "./steps.mjs";

const { site, browser } = await startSiteAndBrowser();


/// A page that is controlled by the service worker.
async function pageWithServiceWorker(base = site.base) {
  const page = await newPage(browser, base);
  await page.goto("/");
  await waitForServiceWorker(page);
  return page;
}

/// Such a page, signed in to a new account.
async function signedInPage(email, base) {
  const page = await pageWithServiceWorker(base);
  await signUpByApi(page, email);
  return page;
}

const waitForImage = (page, selector) => page.waitForFunction((selector) => document.querySelector(selector)?.naturalWidth > 0, selector);
const goOffline = (page) => page.context().setOffline(true);
const goOnline = (page) => page.context().setOffline(false);
const expectOfflineScreen = (page) => page.getByRole("heading", { name: "There is no connection" }).waitFor();

/// Saves a page and waits for its drawing on the screen; returns its path.
async function savePage(page) {
  await openStudioWithPhoto(page);
  await clickKeepPage(page);
  const path = await waitForSavedPage(page);
  await waitForImage(page, ".paper img");
  return path;
}

test("drawing offline", async (t) => {
  const page = await pageWithServiceWorker();
  await goOffline(page);

  await t.test("a sample is drawn", async () => {
    await openStudio(page);
    await page.getByText("There is no connection. Drawing works").waitFor();
    await page.getByRole("button", { name: "An astronaut" }).click();
    await waitForDrawing(page);
  });

  await t.test("a photo is drawn, and drawn again after a reload", async () => {
    await openStudioWithPhoto(page);
    await page.reload();
    await waitForDrawing(page);
  });
});

test("the offline screen", async (t) => {
  const page = await pageWithServiceWorker();
  await goOffline(page);

  await t.test("it replaces a screen that was never visited", async () => {
    await page.goto("/gallery");
    await expectOfflineScreen(page);
  });

  await t.test("its script runs under the CSP", async () => {
    await page.getByText("There is no connection. Drawing works").waitFor();
    assert.deepEqual(page.consoleErrors.filter((line) => line.includes("Content Security Policy")), []);
  });

  await t.test("it links to the studio", async () => {
    await page.getByRole("link", { name: "Make a page" }).click();
    await page.waitForURL(/^[^?]*\/create$/);
    await page.waitForSelector("[data-stage=empty]");
  });
});

test("the offline screen registers the service worker", async () => {
  const page = await newPage(browser, site.base);
  await page.goto("/offline");
  await waitForServiceWorker(page);
  assert.deepEqual(page.consoleErrors, []);
});

test("cached screens are in the chosen language", async () => {
  const page = await pageWithServiceWorker();
  await page.goto("/privacy");
  await page.getByRole("button", { name: "Français" }).click();
  await page.getByRole("heading", { name: "Comment nous traitons les photos" }).waitFor();
  await page.waitForFunction(async () => (await caches.match("/offline")).headers.get("content-language") === "fr");
  await goOffline(page);
  for (const path of ["/gallery", "/", "/create"]) {
    await page.goto(path);
    assert.equal(await page.locator("html").getAttribute("lang"), "fr", path);
  }
});

test("visited pages offline", async (t) => {
  const page = await signedInPage("mia@example.org");
  const path = await savePage(page);
  await page.goto("/gallery");
  await waitForImage(page, ".card img");
  await goOffline(page);

  await t.test("the gallery shows its previews", async () => {
    await page.goto("/gallery");
    await waitForImage(page, ".card img");
  });

  await t.test("the page shows its drawing", async () => {
    await page.locator(".card").click();
    await page.waitForURL(`**${path}`);
    await waitForImage(page, ".paper img");
  });

  await t.test("a form is not submitted", async () => {
    page.sentRequests.length = 0;
    await page.getByLabel("Title").fill("On a train");
    await page.getByRole("button", { name: "Save title" }).click();
    await page.waitForTimeout(300);
    assert.deepEqual(page.sentRequests, []);
    assert.equal(await page.getByLabel("Title").inputValue(), "On a train");
    assert.equal(new URL(page.url()).pathname, path);
  });
});

test("signing out deletes the cached pages", async () => {
  const page = await signedInPage("noah@example.org");
  const path = await savePage(page);
  await page.goto("/gallery");
  await signOut(page);
  await page.getByRole("link", { name: "Sign in" }).waitFor();
  // Clear-Site-Data unregisters the service worker; the next screen registers it again.
  await page.reload();
  await waitForServiceWorker(page);
  await goOffline(page);
  for (const screen of [path, "/gallery"]) {
    await page.goto(screen);
    await expectOfflineScreen(page);
  }
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  assert.equal(await page.locator(".account-button").count(), 0);
});

test("an expired session followed by another account", async (t) => {
  const page = await signedInPage("lea@example.org");
  const path = await savePage(page);
  const isCached = () => page.evaluate(async (path) => Boolean(await caches.match(`${path}/svg`)), path);
  await eventually(page, isCached, true);
  await page.context().clearCookies();
  await signUpByApi(page, "ben@example.org");

  await t.test("the gallery is that of the new account", async () => {
    await page.goto("/gallery");
    await page.getByText("Nothing here yet").waitFor();
    await goOffline(page);
    await page.goto("/gallery");
    await page.getByText("Nothing here yet").waitFor();
  });

  await t.test("pages of the account before are deleted", async () => {
    await page.goto(path);
    await expectOfflineScreen(page);
    assert.equal(await isCached(), false);
  });
});

test("a deleted page is removed from the cache", async () => {
  const page = await signedInPage("ida@example.org");
  const path = await savePage(page);
  await page.getByText("Delete this page").click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL(/\/gallery/);
  await goOffline(page);
  await page.goto(path);
  await expectOfflineScreen(page);
});

test("a page kept offline is saved once online", async () => {
  const page = await signedInPage("tom@example.org");
  await openStudioWithPhoto(page);
  await goOffline(page);
  await clickKeepPage(page);
  await page.getByText("Your page waits").waitFor();
  await goOnline(page);
  await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
});

test("a page waiting to be saved", async (t) => {
  const page = await signedInPage("kim@example.org");
  const notice = page.getByText("Your page waits");
  await openStudioWithPhoto(page);
  await goOffline(page);
  await clickKeepPage(page);
  await notice.waitFor();

  await t.test("it survives a reload", async () => {
    await page.reload();
    await waitForDrawing(page);
    await clickKeepPage(page);
    await notice.waitFor();
  });

  await t.test("another photo replaces it", async () => {
    await page.getByLabel("Choose another photo").setInputFiles(photo);
    await notice.waitFor({ state: "hidden" });
    await goOnline(page);
    await page.goto("/gallery");
    await page.getByText("Nothing here yet").waitFor();
  });
});

test("downloads offline", async (t) => {
  const page = await signedInPage("pia@example.org");
  await savePage(page);
  await page.reload();
  await waitForImage(page, ".paper img");
  const download = async (name) => {
    const link = page.getByRole("link", { name, exact: true });
    return (await Promise.all([page.waitForEvent("download"), link.click()]))[0];
  };
  const notice = page.getByRole("alert").getByText("This file is not on your device");
  await goOffline(page);

  await t.test("a cached SVG is downloaded", async () => {
    assert.match((await download("SVG")).suggestedFilename(), /\.svg$/);
  });

  await t.test("an uncached PDF is reported as missing", async () => {
    await page.getByRole("link", { name: "PDF for A4" }).click();
    await notice.waitFor();
  });

  await t.test("the PDF is downloaded once online", async () => {
    await goOnline(page);
    const pdf = await download("PDF for A4");
    assert.ok((await readFile(await pdf.path(), "latin1")).startsWith("%PDF"));
    assert.equal(await notice.isVisible(), false);
  });
});

test("a server that does not respond counts as offline", async () => {
  const suspended = await startSite();
  const page = await pageWithServiceWorker(suspended.base);
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  suspended.suspend();
  try {
    await openStudioWithPhoto(page);
    await page.goto("/gallery", { timeout: 60_000 });
    await expectOfflineScreen(page);
  } finally {
    suspended.resume();
    await page.context().close();
    await suspended.stop();
  }
});

test("a gateway error of a proxy counts as offline", async (t) => {
  const port = await findFreePort();
  const upstream = await startSite({}, port);
  const page = await signedInPage("lea@example.org", upstream.base);
  const path = await savePage(page);
  await page.reload();
  await waitForImage(page, ".paper img");
  await upstream.stop();
  for (const status of [502, 503, 504]) {
    await t.test(`the cache answers instead of status ${status}`, async () => {
      const proxy = createServer((_, response) => response.writeHead(status).end("The site is away.")).listen(port, "127.0.0.1");
      try {
        await page.goto(path);
        await waitForImage(page, ".paper img");
        const rules = await page.$$eval("link[rel=stylesheet]", (links) => links.map(({ sheet }) => sheet?.cssRules.length ?? 0));
        assert.ok(rules.length > 1 && rules.every((count) => count > 0), `${rules}`);
        await openStudioWithPhoto(page);
        await page.goto("/account");
        await expectOfflineScreen(page);
      } finally {
        proxy.closeAllConnections();
        await new Promise((resolve) => proxy.close(resolve));
      }
    });
  }
  await page.context().close();
});
