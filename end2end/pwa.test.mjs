// The installed web app (PWA): manifest, install banner, share target, file handling and updates.
import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { devices } from "playwright-core";
import { findFreePort, newPage, photo, siteDir, startSite, startSiteAndBrowser } from "./site.mjs";
import { clickKeepPage, openStudioWithPhoto, signUpByApi, waitForDrawing, waitForSavedPage } from "./steps.mjs";

const { site, browser } = await startSiteAndBrowser();

/// A page that is controlled by the service worker.
async function pageWithServiceWorker(base = site.base) {
  const page = await newPage(browser, base);
  await page.goto("/");
  await page.waitForFunction(() => navigator.serviceWorker.controller);
  return page;
}

async function savePage(page) {
  await openStudioWithPhoto(page);
  await clickKeepPage(page);
  await waitForSavedPage(page);
}

/// Posts a photo to the share target as the share sheet of the system does.
async function sharePhoto(page) {
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

test("a shared photo is drawn without reaching the server", async () => {
  const page = await pageWithServiceWorker();
  await sharePhoto(page);
  await page.waitForURL(/^[^?]*\/create$/);
  // The server rejects a photo posted there, so the service worker must have passed it on.
  await waitForDrawing(page);
});

test("a photo shared while a draft waits", async (t) => {
  const page = await pageWithServiceWorker();
  const title = page.getByLabel("Title");
  const question = page.getByText("another one still waits here");
  await openStudioWithPhoto(page);
  await title.fill("Our holiday");
  await clickKeepPage(page);
  await page.locator(".keep-dialog[open]").waitFor();

  await t.test("the studio shows the draft and asks", async () => {
    await sharePhoto(page);
    await question.waitFor();
    await waitForDrawing(page);
    assert.equal(await title.inputValue(), "Our holiday");
  });

  await t.test("the draft can be continued", async () => {
    await page.getByRole("button", { name: "Go on with this one" }).click();
    await question.waitFor({ state: "hidden" });
    await page.reload();
    await waitForDrawing(page);
    assert.equal(await title.inputValue(), "Our holiday");
  });

  await t.test("the shared photo can replace the draft", async () => {
    await sharePhoto(page);
    await waitForDrawing(page);
    const before = await page.locator(".sheet-photo").getAttribute("src");
    await page.getByRole("button", { name: "Draw the shared one" }).click();
    await page.waitForFunction((before) => document.querySelector(".sheet-photo").getAttribute("src") !== before, before);
    await waitForDrawing(page);
  });
});

test("a file opened with the installed app is drawn", async () => {
  const page = await newPage(browser, site.base);
  await page.addInitScript(() => {
    const value = { setConsumer: (consumer) => (window.launchConsumer = consumer) };
    Object.defineProperty(window, "launchQueue", { value });
  });
  await page.goto("/create");
  await page.waitForFunction(() => window.launchConsumer);
  await page.evaluate(
    (bytes) => window.launchConsumer({ files: [{ getFile: async () => new File([new Uint8Array(bytes)], "cat.jpg", { type: "image/jpeg" }) }] }),
    [...(await readFile(photo))],
  );
  await waitForDrawing(page);
});

test("a new version", async (t) => {
  const parent = await mkdtemp(join(tmpdir(), "site-"));
  const folder = join(parent, "site");
  await cp(siteDir, folder, { recursive: true });
  const port = await findFreePort();
  let server = await startSite({ SCRIBBLE_SITE_DIR: folder }, port);
  try {
    const page = await pageWithServiceWorker(server.base);
    await openStudioWithPhoto(page);
    const oldCaches = await page.evaluate(() => caches.keys());
    assert.ok(oldCaches.length > 0);
    const banner = page.getByText("A new version is ready");

    await t.test("it is offered without interrupting", async () => {
      await server.stop();
      await appendFile(join(folder, "no-script.css"), "\n/* newer */\n");
      server = await startSite({ SCRIBBLE_SITE_DIR: folder }, port);
      await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
      await banner.waitFor();
      assert.equal(await page.locator("[data-stage=drawn]").count(), 1);
    });

    await t.test("a click loads it", async () => {
      await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload" }).click()]);
      await waitForDrawing(page);
      assert.equal(await banner.isVisible(), false);
    });

    await t.test("it deletes the caches of the version before", async () => {
      await page.waitForFunction(async (old) => {
        const names = await caches.keys();
        return names.length > 0 && names.every((name) => !old.includes(name));
      }, oldCaches);
    });
    await page.context().close();
  } finally {
    await server.stop();
    await rm(parent, { recursive: true });
  }
});

test("the manifest", async (t) => {
  const page = await pageWithServiceWorker();
  const session = await page.context().newCDPSession(page);
  const manifest = JSON.parse(await readFile(join(siteDir, "manifest.webmanifest"), "utf8"));

  await t.test("Chromium reports no error", async () => {
    const parsed = await session.send("Page.getAppManifest");
    assert.deepEqual(parsed.errors, []);
    assert.ok(parsed.manifest.icons.length >= 5);
  });

  await t.test("Chromium finds the site installable", async () => {
    const { installabilityErrors } = await session.send("Page.getInstallabilityErrors");
    // Contexts of Playwright are incognito.
    assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
  });

  await t.test("its pictures have the sizes it states", async () => {
    const pictures = [...manifest.icons, ...manifest.screenshots].filter(({ sizes }) => sizes !== "any");
    assert.ok(pictures.length >= 7, `${pictures.length} pictures`);
    for (const { src, sizes } of pictures) {
      const size = await page.evaluate(async (src) => {
        const { width, height } = await createImageBitmap(await (await fetch(src)).blob());
        return `${width}x${height}`;
      }, src);
      assert.equal(size, sizes, src);
    }
  });
});

test("the install banner", async (t) => {
  const page = await pageWithServiceWorker();
  const banner = page.getByText("among your apps").first();
  // Chromium does not fire this event in incognito contexts.
  const dispatchInstallPrompt = () =>
    page.evaluate(() => {
      window.prompts = 0;
      dispatchEvent(Object.assign(new Event("beforeinstallprompt", { cancelable: true }), { prompt: () => (window.prompts += 1) }));
    });
  const expectNoBanner = async () => {
    await page.waitForTimeout(300);
    assert.equal(await banner.isVisible(), false);
  };

  await t.test("it is hidden before the first saved page", async () => {
    await dispatchInstallPrompt();
    await expectNoBanner();
  });

  await t.test("it opens the prompt after the first saved page", async () => {
    await signUpByApi(page, "zoe@example.org");
    await savePage(page);
    await dispatchInstallPrompt();
    await banner.waitFor();
    await page.getByRole("button", { name: "Install" }).click();
    assert.equal(await page.evaluate(() => window.prompts), 1);
  });

  await t.test("an event before the scripts have loaded counts too", async () => {
    await page.goto("/", { waitUntil: "domcontentloaded" });
    await dispatchInstallPrompt();
    await banner.waitFor();
  });

  await t.test("a declined banner stays hidden", async () => {
    await page.getByRole("button", { name: "No, thank you" }).click();
    await page.reload();
    await dispatchInstallPrompt();
    await expectNoBanner();
  });
});

for (const device of ["iPhone 14", "Pixel 7"]) {
  const isPhone = device === "iPhone 14";
  test(`the manual install hint on an emulated ${device}`, async (t) => {
    const page = await newPage(browser, site.base, devices[device]);
    // Only Safari on iOS has this property.
    if (isPhone) await page.addInitScript(() => Object.defineProperty(navigator, "standalone", { value: false }));
    const hint = page.getByText("Add to Home Screen");

    await t.test("it is hidden before the first saved page", async () => {
      await page.goto("/create");
      await page.waitForLoadState("networkidle");
      assert.equal(await hint.isVisible(), false);
    });

    await t.test(`it is ${isPhone ? "shown" : "hidden"} after the first saved page`, async () => {
      await signUpByApi(page, `${isPhone ? "vera" : "ole"}@example.org`);
      await savePage(page);
      await page.waitForLoadState("networkidle");
      assert.equal(await hint.isVisible(), isPhone);
    });

    if (isPhone) {
      await t.test("a declined hint stays hidden", async () => {
        await page.getByRole("button", { name: "No, thank you" }).click();
        await page.reload();
        await page.getByRole("link", { name: "PDF for A4" }).waitFor();
        await page.waitForLoadState("networkidle");
        assert.equal(await hint.isVisible(), false);
      });
    }
  });
}
