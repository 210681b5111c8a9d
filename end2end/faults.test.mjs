// Files that cannot be fetched and a server that is newer than the tab: a notice, a way on, and
// nothing lost.
import assert from "node:assert/strict";
import test from "node:test";
import { startSiteAndBrowser } from "./site.mjs";
import {
  clickKeepPage, createPages, eventually, hashDrawing, openStudio, openStudioWithPhoto, signUpByApi, submitSignIn,
  waitForDrawing,
} from "./steps.mjs";

const { newPage } = await startSiteAndBrowser();

// The service worker would answer from its cache.
const openPage = () => newPage({ serviceWorkers: "block" });
const startNotice = (page) => page.locator("[data-news=start]");

for (const [what, pattern] of [
  ["the messages", "**/i18n/*.json"],
  ["the module", "**/pkg/scribble.wasm"],
  ["the code of its screen", "**/pkg/split_studio.wasm"],
]) {
  test(`a document without ${what} offers to try again`, async () => {
    const page = await openPage();
    await page.route(pattern, (route) => route.abort());
    await page.goto("/create", { waitUntil: "commit" });
    await startNotice(page).waitFor();
    await page.unroute(pattern);
    await startNotice(page).getByRole("button").click();
    await page.waitForSelector("[data-stage=empty]");
    assert.equal(await startNotice(page).isVisible(), false);
  });
}

test("a screen without its code offers to try again; the photo stays", async () => {
  const page = await openPage();
  await signUpByApi(page, "chunk@example.org");
  await openStudioWithPhoto(page);
  const hash = await hashDrawing(page);
  await page.route("**/pkg/split_gallery.wasm", (route) => route.abort());
  await page.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Gallery" }).click();
  const retry = page.locator("main").getByRole("button", { name: "Try again" });
  await retry.waitFor();
  await page.unroute("**/pkg/split_gallery.wasm");
  await retry.click();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.goBack();
  await waitForDrawing(page);
  await eventually(page, () => hashDrawing(page), hash);
});

test("a dialog without its code offers to try again; the photo stays", async () => {
  const page = await openPage();
  await page.route("**/pkg/split_{sign_in,tools}.wasm", (route) => route.abort());
  await openStudioWithPhoto(page);
  const hash = await hashDrawing(page);
  await clickKeepPage(page);
  const dialog = page.getByRole("dialog");
  const retry = dialog.getByRole("button", { name: "Try again" });
  await retry.waitFor();
  await page.unroute("**/pkg/split_{sign_in,tools}.wasm");
  await retry.click();
  await dialog.getByLabel("E-mail").waitFor();
  await dialog.getByRole("button", { name: "Close" }).click();
  await page.locator("[data-crop]").click();
  await page.locator(".crop-dialog[open]").waitFor();
  await page.locator(".crop-dialog [data-close]").click();
  assert.equal(await hashDrawing(page), hash);
});

test("a tab of an older version offers to reload; the photo stays", async () => {
  const page = await openPage();
  await signUpByApi(page, "outdated@example.org");
  await openStudioWithPhoto(page);
  const hash = await hashDrawing(page);
  const problem = { type: "about:blank", title: "Outdated", status: 409, code: "outdated", detail: "A new version is there." };
  await page.route("**/do/studio/order", (route) =>
    route.fulfill({ status: 409, contentType: "application/problem+json", body: JSON.stringify(problem) }),
  );
  await clickKeepPage(page);
  const reload = page.getByRole("alert").getByRole("button", { name: "Reload" });
  await reload.waitFor();
  await page.unroute("**/do/studio/order");
  await reload.click();
  await page.waitForEvent("load");
  await waitForDrawing(page);
  await eventually(page, () => hashDrawing(page), hash);
});

test("a session that ended meanwhile leads to the sign-in form and back", async () => {
  const page = await openPage();
  await signUpByApi(page, "ended@example.org");
  const [path] = await createPages(page, ["Our cat"]);
  await page.goto("/gallery");
  await page.context().clearCookies();
  await page.locator(`a[href="${path}"]`).first().click();
  await submitSignIn(page.locator("main"), "ended@example.org");
  await page.locator("[data-print]").waitFor();
  assert.equal(new URL(page.url()).pathname, path);
});

test("an answer that is no problem of ours is told in words", async () => {
  const page = await openPage();
  await signUpByApi(page, "garbage@example.org");
  await openStudioWithPhoto(page);
  await page.route("**/do/studio/order", (route) => route.fulfill({ status: 500, contentType: "text/html", body: "<b>oops</b>" }));
  await clickKeepPage(page);
  const alert = page.getByRole("alert").filter({ hasText: /\w/ });
  await alert.waitFor();
  assert.doesNotMatch(await alert.textContent(), /oops|json|ServerFn/i);
  await openStudio(page);
  await waitForDrawing(page);
});
