// Steps of the user journeys that several test files share: sign up, draw a photo, save a page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { isDeepStrictEqual } from "node:util";
import { mailedCode, password, photo } from "./site.mjs";

export const PHONE = { width: 390, height: 844, isMobile: true, hasTouch: true };
export const DESKTOP = { width: 1280, height: 900 };

/// Polls `read` for ten seconds until it returns `expected`, or until `expected(value)` is true.
export async function eventually(page, read, expected) {
  const matches = typeof expected === "function" ? expected : (value) => isDeepStrictEqual(value, expected);
  let value;
  for (let tries = 0; tries < 100; tries += 1) {
    value = await read();
    if (matches(value)) return value;
    await page.waitForTimeout(100);
  }
  if (typeof expected !== "function") assert.deepEqual(value, expected);
  throw new Error(`the condition was never met; last value: ${JSON.stringify(value)}`);
}

/// POSTs JSON to the API with the cookies of the page; fails unless the response is a success.
export async function postJson(page, path, body) {
  const response = await page.request.post(`${page.base}/api/v1${path}`, { data: body, headers: { origin: page.base } });
  assert.ok(response.ok(), `POST ${path}: ${response.status()} ${await response.text()}`);
  return response;
}

export const getJson = async (page, path) => (await page.request.get(`${page.base}/api/v1${path}`)).json();

export const getBalance = async (page) => (await getJson(page, "/credits")).balance;

export async function signUpByApi(page, email) {
  await postJson(page, "/auth/signup", { email, password });
  await postJson(page, "/auth/verify-otp", { email, code: await mailedCode(page.base, email) });
}

/// Submits the sign-up form in `scope`, a page or a dialog.
export async function submitSignUp(scope, email) {
  await scope.getByLabel("E-mail").fill(email);
  await scope.getByLabel("Password", { exact: true }).fill(password);
  await scope.getByRole("button", { name: "Sign up" }).click();
}

export async function submitSignIn(scope, email) {
  await scope.getByLabel("E-mail").fill(email);
  await scope.getByLabel("Password", { exact: true }).fill(password);
  await scope.getByRole("button", { name: "Sign in", exact: true }).click();
}

export async function submitCode(scope, code) {
  await scope.getByLabel("Code").fill(code);
  await scope.getByRole("button", { name: "Confirm code" }).click();
}

/// Signs up through the form in `scope`, with the mailed code.
export async function signUpByForm(page, email, scope = page) {
  await submitSignUp(scope, email);
  await scope.getByLabel("Code").waitFor();
  await submitCode(scope, await mailedCode(page.base, email));
}

/// Signs out through the account menu of the header.
export async function signOut(page) {
  await page.locator(".account-button").click();
  await page.locator("#account-menu form button").click();
  await page.locator(".account-button").waitFor({ state: "detached" });
}

/// Opens the studio and waits for its hydration. A photo of an earlier visit is drawn again.
export async function openStudio(page) {
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty], [data-stage=drawn]");
}

/// The page is controlled by the service worker.
export const waitForServiceWorker = (page) => page.waitForFunction(() => navigator.serviceWorker.controller);

export const waitForFirstDrawing = (page) => page.waitForSelector("[data-stage=drawn]");

/// Faces and persons are drawn too, if there are any.
export const waitForDrawing = (page) => page.waitForSelector("[data-stage=drawn]:not([data-awaits-people])");

export const choosePhotos = (page, files) => page.getByLabel("Choose a photo", { exact: true }).setInputFiles(files);

export async function openStudioWithPhoto(page) {
  await openStudio(page);
  await choosePhotos(page, photo);
  await waitForDrawing(page);
}

export const clickKeepPage = (page) => page.getByRole("button", { name: "Keep this page" }).click();

/// Waits until the saved page is on the screen and drawn by the server; returns its path.
export async function waitForSavedPage(page) {
  await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: "PDF for A4" }).waitFor({ timeout: 30_000 });
  return new URL(page.url()).pathname;
}

/// Dispatches what dragging a slider dispatches.
export const setSlider = (page, label, value) =>
  page.getByRole("slider", { name: label }).evaluate((slider, value) => {
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }, value);

/// SHA-256 of the pixels of the drawing in the studio.
export const hashDrawing = (page) =>
  page.locator(".sheet canvas").evaluate(async (canvas) => {
    const blob = await new Promise((resolve) => canvas.toBlob(resolve));
    const hash = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(hash)].join();
  });

/// Waits until the drawing differs from the one with `hash`; returns the new hash.
export const waitForNewDrawing = (page, hash) => eventually(page, () => hashDrawing(page), (now) => now !== hash);

/// Uploads the photo and saves one drawn page per title; returns the paths of the pages.
export async function createPages(page, titles, preset = "toddler") {
  const paths = [];
  for (const title of titles) {
    const file = { name: "cat.jpg", mimeType: "image/jpeg", buffer: await readFile(photo) };
    const upload = await page.request.post("/api/v1/upload", { multipart: { file }, headers: { origin: page.base } });
    const asset = await upload.json();
    const job = await (await postJson(page, "/jobs", { asset_id: asset.id, style: { preset }, title })).json();
    await waitForJob(page, job.id, "ready");
    paths.push(`/pages/${job.page_id}`);
  }
  return paths;
}

/// Waits for a job to end; fails if it does not end with `status`.
export async function waitForJob(page, id, status) {
  for (let tries = 0; tries < 300; tries += 1) {
    const job = await getJson(page, `/jobs/${id}`);
    if (job.status === status) return;
    assert.ok(["waiting", "drawing"].includes(job.status), `the job is ${job.status}, not ${status}`);
    await page.waitForTimeout(100);
  }
  throw new Error(`the job is not ${status} after 30 seconds`);
}

/// Text of the focused element.
export const focusedText = (page) => page.evaluate(() => document.activeElement.textContent.trim());

/// Fails if the document is wider than the viewport.
export async function assertNoHorizontalOverflow(page, screen) {
  const { wide, inner } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, inner: innerWidth }));
  assert.ok(wide <= inner, `${screen}: ${wide} px in ${inner}`);
}

/// Waits until `count` photos of a book show their drawing, 320 pixels wide.
export const waitForBookDrawings = (page, count) =>
  page.waitForFunction(
    (count) => [...document.querySelectorAll(".book-maker li canvas")].filter(({ width }) => width === 320).length === count,
    count,
  );
