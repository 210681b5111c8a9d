// Faces and persons: found on the device after the first drawing, printed as shown, left out where
// nobody wants them or where the nets cannot be fetched.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { startSiteAndBrowser } from "./site.mjs";
import {
  choosePhotos, clickKeepPage, eventually, hashDrawing, openStudio, signUpByApi, waitForDrawing, waitForSavedPage, waitForServiceWorker,
} from "./steps.mjs";

const { newPage } = await startSiteAndBrowser();
const portrait = join(import.meta.dirname, "../lineart/tests/photos/astronaut.png");
const isOfVision = (url) => /\/vision\/|split_vision/.test(url);

async function openPortrait(page) {
  await openStudio(page);
  await choosePhotos(page, portrait);
  await waitForDrawing(page);
}

/// The strokes of the drawing in the worker, and those of the page that is saved now.
async function saveAndCompare(page) {
  const shown = await page.workers()[0].evaluate(async () =>
    (await import("/pkg/scribble.js")).draw_photo("standard", undefined, undefined, "keep", undefined, false),
  );
  await clickKeepPage(page);
  await waitForSavedPage(page);
  const address = await page.getByRole("link", { name: "SVG", exact: true }).getAttribute("href");
  const svg = await page.evaluate(async (address) => (await fetch(address)).text(), address);
  return [shown, / d="([^"]*)"/.exec(svg)[1]];
}

const strokesWithoutPeople = async (page) => {
  await page.locator(".more-knobs summary").click();
  await page.getByLabel("look for faces and people").check();
  await page.waitForTimeout(300);
  return hashDrawing(page);
};

test("nothing of the nets is loaded before there is a photo; then people are drawn as they are printed", async () => {
  const page = await newPage({ serviceWorkers: "block" });
  const requested = [];
  page.on("request", (request) => requested.push(request.url()));
  await page.goto("/create");
  await signUpByApi(page, "people@example.org");
  await openStudio(page);
  await page.waitForTimeout(1500);
  assert.deepEqual(requested.filter(isOfVision), []);
  await choosePhotos(page, portrait);
  await waitForDrawing(page);
  assert.equal(new Set(requested.filter((url) => url.includes("/vision/"))).size, 2);
  const [shown, saved] = await saveAndCompare(page);
  assert.ok(shown.length > 1000);
  assert.ok(shown === saved, "the drawings differ");
  assert.deepEqual(page.consoleErrors.filter((line) => !line.includes("Service Worker")), []);
});

test("a switch draws without people, and with them again", async () => {
  const page = await newPage();
  await openPortrait(page);
  const people = await hashDrawing(page);
  const plain = await strokesWithoutPeople(page);
  assert.notEqual(plain, people);
  await page.getByLabel("look for faces and people").uncheck();
  await eventually(page, () => hashDrawing(page), people);
});

test("without the nets the page is drawn and printed as before", async () => {
  const page = await newPage({ serviceWorkers: "block" });
  await page.goto("/create");
  await signUpByApi(page, "blocked@example.org");
  await page.route("**/vision/*", (route) => route.abort());
  await openPortrait(page);
  const hash = await hashDrawing(page);
  const order = page.waitForRequest("**/do/studio/order");
  const [shown, saved] = await saveAndCompare(page);
  assert.equal((await order).postDataJSON().order.hints_version, 0);
  assert.ok(shown === saved, "the drawings differ");
  await page.unroute("**/vision/*");
  await openPortrait(page);
  assert.notEqual(await hashDrawing(page), hash);
  assert.equal(await strokesWithoutPeople(page), hash);
});

test("damaged weights are left aside", async () => {
  const page = await newPage({ serviceWorkers: "block" });
  await page.route("**/vision/faces*", (route) => route.fulfill({ body: "no weights" }));
  await openPortrait(page);
  const hash = await hashDrawing(page);
  assert.equal(await strokesWithoutPeople(page), hash);
});

test("edits survive a reload with the people they were made on", async () => {
  const page = await newPage();
  await openPortrait(page);
  await page.locator("[data-touch-up]").click();
  const layer = page.locator("svg.strokes");
  await layer.waitFor();
  await layer.focus();
  await layer.press("ArrowRight");
  await layer.press("Delete");
  await page.locator("[data-done]").click();
  await page.waitForTimeout(1000);
  const hash = await hashDrawing(page);
  await page.reload();
  await waitForDrawing(page);
  await eventually(page, () => hashDrawing(page), hash);
});

test("people are drawn offline once they were drawn online", async () => {
  const page = await newPage();
  await page.goto("/");
  await waitForServiceWorker(page);
  await openPortrait(page);
  const hash = await hashDrawing(page);
  await page.context().setOffline(true);
  await page.evaluate(() => indexedDB.deleteDatabase("scribble"));
  await openPortrait(page);
  assert.equal(await hashDrawing(page), hash);
});
