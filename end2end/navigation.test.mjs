// The photo in the memory of the tab: it survives every way of leaving the studio and coming back.
// What is chosen before hydration is taken over.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { photo, startSiteAndBrowser } from "./site.mjs";
import {
  choosePhotos, clickKeepPage, eventually, hashDrawing, openStudio, openStudioWithPhoto, setSlider, signUpByApi, waitForDrawing,
  waitForNewDrawing, waitForSavedPage,
} from "./steps.mjs";

const { newPage } = await startSiteAndBrowser();

const title = (page) => page.getByLabel("Title");
const detail = (page) => page.getByRole("slider", { name: "Detail" });

/// Opens the studio with a photo, a style and a title that differ from those of a fresh one.
async function studioWithChoices(options) {
  const page = await newPage(options);
  await openStudioWithPhoto(page);
  let hash = await hashDrawing(page);
  await page.getByText("Detailed", { exact: true }).click();
  hash = await waitForNewDrawing(page, hash);
  await setSlider(page, "Detail", 0.2);
  hash = await waitForNewDrawing(page, hash);
  await title(page).fill("Our cat");
  return { page, hash };
}

/// Waits until the studio shows the same drawing and the same choices as before.
async function assertSameStudio(page, hash) {
  await waitForDrawing(page);
  await eventually(page, () => hashDrawing(page), hash);
  assert.equal(await page.getByRole("radio", { name: "Detailed" }).isChecked(), true);
  assert.equal(await detail(page).inputValue(), "0.2");
  assert.equal(await title(page).inputValue(), "Our cat");
  assert.deepEqual(page.consoleErrors, []);
}

/// Fails if the document is loaded anew before the returned function is called.
async function watchForLoads(page) {
  await page.evaluate(() => (window.isSameDocument = true));
  return async () => assert.equal(await page.evaluate(() => window.isSameDocument), true, "the document was loaded anew");
}

const openFromFooter = async (page) => {
  await page.getByRole("link", { name: "Privacy" }).click();
  await page.waitForURL(/\/privacy$/);
  await page.locator("main h1").waitFor();
};
const openFromHeader = async (page) => {
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Create" }).click();
  await page.waitForURL(/\/create$/);
};

describe("the photo stays in the tab", () => {
  test("Privacy and back by a link", async () => {
    const { page, hash } = await studioWithChoices();
    const assertNoLoad = await watchForLoads(page);
    await openFromFooter(page);
    assert.equal(await page.locator(".studio").count(), 0);
    await openFromHeader(page);
    await assertSameStudio(page, hash);
    await assertNoLoad();
  });

  test("the focus moves to the heading of each new screen", async () => {
    const page = await newPage();
    await signUpByApi(page, "focus@example.org");
    await page.goto("/");
    for (const name of ["Gallery", "Create", "Gallery"]) {
      await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name }).click();
      await eventually(page, () => page.evaluate(() => document.activeElement.localName), "h1");
    }
    assert.match(page.url(), /\/gallery$/);
  });

  test("Back and Forward", async () => {
    const { page, hash } = await studioWithChoices();
    const assertNoLoad = await watchForLoads(page);
    await openFromFooter(page);
    await page.goBack();
    await assertSameStudio(page, hash);
    await page.goForward();
    await page.waitForURL(/\/privacy$/);
    await page.goBack();
    await assertSameStudio(page, hash);
    await assertNoLoad();
  });

  test("the drawing still follows the controls afterwards", async () => {
    const { page, hash } = await studioWithChoices();
    await openFromFooter(page);
    await openFromHeader(page);
    await assertSameStudio(page, hash);
    await page.getByText("Toddler", { exact: true }).click();
    await waitForNewDrawing(page, hash);
  });

  test("a page can be saved after coming back", async () => {
    const page = await newPage();
    await signUpByApi(page, "back@example.org");
    await openStudioWithPhoto(page);
    await openFromFooter(page);
    await openFromHeader(page);
    await waitForDrawing(page);
    await clickKeepPage(page);
    await waitForSavedPage(page);
  });

  test("leaving while the photo is opened", async () => {
    const page = await newPage();
    await openStudio(page);
    await choosePhotos(page, photo);
    await openFromFooter(page);
    await openFromHeader(page);
    await waitForDrawing(page);
    assert.notEqual(await page.locator(".sheet canvas").evaluate((canvas) => canvas.width), 300);
  });

  test("nothing is sent", async () => {
    const { page } = await studioWithChoices();
    await openFromFooter(page);
    await page.goBack();
    await waitForDrawing(page);
    assert.deepEqual(page.sentRequests, []);
  });
});

describe("the draft brings the photo back", () => {
  test("a reload", async () => {
    const { page, hash } = await studioWithChoices();
    // Longer than a change waits to be written.
    await page.waitForTimeout(1200);
    await page.reload();
    await assertSameStudio(page, hash);
  });

  test("a closed tab", async () => {
    const { page, hash } = await studioWithChoices();
    await page.waitForTimeout(1200);
    const other = await page.context().newPage();
    other.consoleErrors = [];
    await page.close();
    await other.goto("/create");
    await assertSameStudio(other, hash);
  });

  test("a reload of another screen", async () => {
    const { page, hash } = await studioWithChoices();
    await openFromFooter(page);
    await page.waitForTimeout(1200);
    await page.reload();
    await openFromHeader(page);
    await assertSameStudio(page, hash);
  });

  test("another language", async () => {
    const { page, hash } = await studioWithChoices();
    await page.getByRole("button", { name: "Deutsch" }).click();
    await page.getByRole("heading", { name: "Ausmalbild" }).or(page.locator("html[lang=de] h1")).first().waitFor();
    await waitForDrawing(page);
    await eventually(page, () => hashDrawing(page), hash);
    assert.equal(await page.locator("[name=title]").inputValue(), "Our cat");
  });

  test("a saved page leaves no draft", async () => {
    const page = await newPage();
    await signUpByApi(page, "saved@example.org");
    await openStudioWithPhoto(page);
    await clickKeepPage(page);
    await waitForSavedPage(page);
    await openStudio(page);
  });
});

describe("before hydration", () => {
  /// Opens a screen whose module arrives only when the returned function is called.
  async function openWithoutModule(page, path) {
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await page.route("**/pkg/scribble.wasm", async (route) => {
      await released;
      await route.continue();
    });
    await page.goto(path, { waitUntil: "commit" });
    await page.locator("[data-stage=asleep]").waitFor();
    return release;
  }

  test("a photo chosen early is drawn", async () => {
    const page = await newPage();
    const release = await openWithoutModule(page, "/create");
    await choosePhotos(page, photo);
    release();
    await waitForDrawing(page);
    assert.deepEqual(page.consoleErrors, []);
  });

  test("a photo chosen early on a slow line is drawn", async () => {
    const page = await newPage();
    const session = await page.context().newCDPSession(page);
    await session.send("Network.enable");
    const speed = { offline: false, latency: 300, downloadThroughput: 90_000, uploadThroughput: 90_000 };
    await page.goto("/create", { waitUntil: "commit" });
    await session.send("Network.emulateNetworkConditions", speed);
    await choosePhotos(page, photo);
    await session.send("Network.emulateNetworkConditions", { ...speed, latency: 0, downloadThroughput: -1, uploadThroughput: -1 });
    await waitForDrawing(page);
  });

  test("a style chosen early is kept", async () => {
    const page = await newPage();
    const release = await openWithoutModule(page, "/create");
    // The controls are hidden until there is a photo; a browser may restore them all the same.
    await page.evaluate(() => {
      document.querySelector("[name=preset][value=toddler]").checked = true;
      document.querySelector("[name=title]").value = "Typed early";
    });
    await choosePhotos(page, photo);
    release();
    await waitForDrawing(page);
    assert.equal(await page.getByRole("radio", { name: "Toddler" }).isChecked(), true);
    assert.equal(await title(page).inputValue(), "Typed early");
  });

  test("the style of the last visit is the default", async () => {
    const page = await newPage();
    await openStudioWithPhoto(page);
    const hash = await hashDrawing(page);
    await page.getByText("Simple", { exact: true }).click();
    await waitForNewDrawing(page, hash);
    await page.waitForTimeout(1200);
    await page.evaluate(() => new Promise((done) => (indexedDB.deleteDatabase("scribble").onsuccess = done)));
    await openStudioWithPhoto(page);
    assert.equal(await page.getByRole("radio", { name: "Simple" }).isChecked(), true);
  });
});
