// Visits every screen and each of its states through language-independent selectors.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { mailedCode, mailedLink, password, photo } from "./site.mjs";
import { openStudio, signOut, waitForDrawing, waitForJob } from "./steps.mjs";

const PUBLIC_PATHS = ["/", "/privacy", "/auth/login?mode=signin", "/auth/login?mode=signup", "/auth/reset-password", "/auth/callback?token=x", "/nowhere", "/offline"];
/// A PNG of 64 by 64 white pixels, on which the engine finds no lines.
const WHITE_PNG = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PMQ0AAAwDoPo33UrYvQQckD4XAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAYHLAMpT0sIcNbcEAAAAAElFTkSuQmCC", "base64");
/// Number of states that `visitScreens` shows.
export const SCREEN_COUNT = 39;

/// Goes from the home screen through sign-up to the account; calls `inspect(name)` in each state.
/// Fails unless each of the `SCREEN_COUNT` states was inspected.
export async function visitScreens(base, page, email, inspect) {
  let inspected = 0;
  const visit = async (name) => {
    await inspect(name);
    inspected += 1;
  };
  for (const path of PUBLIC_PATHS) {
    await page.goto(path);
    await visit(path);
  }
  await visitStudio(page, visit);
  await visitSaveDialog(base, page, email, visit);
  await visitPage(page, visit);
  await visitFailedPageAndEmptyBalance(page, visit);
  await visitGallery(page, visit);
  await visitBooks(page, visit);
  await page.goto("/account");
  await openAllDetails(page);
  await visit("account");
  await visitMailedLinks(base, page, email, visit);
  assert.equal(inspected, SCREEN_COUNT);
}

const choosePhotos = (page, photos) => page.locator(".picker [name=file]").setInputFiles(photos);
const fileOf = (name, mimeType, content) => ({ name, mimeType, buffer: Buffer.from(content) });

async function openAllDetails(page) {
  await page.locator("summary").first().waitFor();
  const summaries = await page.locator("summary").all();
  for (const summary of summaries) await summary.click();
}

async function visitStudio(page, visit) {
  await openStudio(page);
  await visit("create");
  await choosePhotos(page, fileOf("a.svg", "image/svg+xml", "<svg/>"));
  await page.waitForSelector(".studio .notice[data-said]");
  await visit("rejected file");
  await choosePhotos(page, fileOf("a.png", "image/png", WHITE_PNG));
  await page.locator(".sheet-blank").waitFor();
  await visit("nothing to draw");
  await openStudio(page);
  await choosePhotos(page, photo);
  await waitForDrawing(page);
  await visit("drawn");
  await page.locator(".sheet-compare").evaluate((divider) => {
    divider.value = 50;
    divider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await visit("compared");
  await page.locator("[data-crop]").click();
  await page.locator(".crop-dialog").waitFor();
  await visit("crop");
  await page.locator(".crop-dialog [data-close]").click();
  await page.locator("[data-touch-up]").click();
  await page.locator(".strokes [data-number]").first().waitFor({ state: "attached" });
  await page.locator(".strokes").press("ArrowRight");
  await visit("touched up");
  await page.locator(".touch-tools [data-done]").click();
  await page.locator(".more-knobs summary").click();
  await visit("more settings");
  await page.context().setOffline(true);
  await page.locator("[data-news=offline]").waitFor();
  await visit("without a connection");
  await page.context().setOffline(false);
  await page.locator("[data-news=offline]").waitFor({ state: "hidden" });
}

async function visitSaveDialog(base, page, email, visit) {
  await page.locator(".keep").click();
  const dialog = page.locator(".keep-dialog");
  await visit("dialog");
  await dialog.locator(".credentials [name=email]").fill(email);
  await dialog.locator("[name=password]").fill("short");
  await dialog.locator(".credentials .primary").click();
  await dialog.locator(".notice[data-said]").waitFor();
  await visit("rejected password");
  await dialog.locator("[name=password]").fill(password);
  await dialog.locator(".credentials .primary").click();
  await dialog.locator("[name=code]").waitFor();
  await visit("code");
  const code = await mailedCode(base, email);
  await dialog.locator("[name=code]").fill(code === "000000" ? "000001" : "000000");
  await dialog.locator(".code-form .primary").click();
  await dialog.locator(".notice[data-said]").waitFor();
  await visit("rejected code");
  await dialog.locator("[name=code]").fill(code);
  await dialog.locator(".code-form .primary").click();
  await page.waitForURL(/\/pages\//);
  await page.locator("[data-job], [data-print]").first().waitFor();
  await visit("page being drawn");
}

async function visitPage(page, visit) {
  await page.locator("[data-print]").waitFor({ timeout: 30_000 });
  await page.waitForLoadState("networkidle");
  await openAllDetails(page);
  await visit("page");
  await page.locator("[data-colour]").click();
  await page.locator(".colouring canvas").waitFor();
  for (const key of ["ArrowRight", "Enter"]) await page.locator(".colouring canvas").press(key);
  await visit("coloured in");
  await page.locator(".colouring [data-do=close]").click();
  await page.locator(".redraw [value=toddler]").check({ force: true });
  await page.locator(".redraw .button").click();
  await page.locator(".drawing-anew, [data-print]").first().waitFor();
  await visit("page redrawn");
  await page.locator("[data-job]").waitFor({ state: "detached", timeout: 30_000 });
}

/// Saves a page that fails, whose credit is returned, then spends the remaining two credits.
async function visitFailedPageAndEmptyBalance(page, visit) {
  const [origin, language] = await page.evaluate(() => [location.origin, navigator.language]);
  const headers = { origin, "accept-language": language };
  const post = async (path, options) => (await page.request.post(path, { ...options, headers })).json();
  const savePage = async (file, status) => {
    const asset = await post("/api/v1/upload", { multipart: { file } });
    const job = await post("/api/v1/jobs", { data: { asset_id: asset.id, style: { preset: "toddler" } } });
    await waitForJob(page, job.id, status);
    return `/pages/${job.page_id}`;
  };
  await page.goto(await savePage(fileOf("white.png", "image/png", WHITE_PNG), "failed"));
  await visit("page that failed");
  for (let left = 2; left > 0; left -= 1) await savePage(fileOf("cat.jpg", "image/jpeg", await readFile(photo)), "ready");
  await openStudio(page);
  await choosePhotos(page, photo);
  await waitForDrawing(page);
  await visit("no credit left");
  await page.locator(".keep").click();
  await page.waitForSelector(".studio .notice[data-said]");
  await visit("rejected for lack of credit");
}

async function visitGallery(page, visit) {
  await page.goto("/gallery");
  await visit("gallery");
  for (const box of await page.locator(".pick input").all()) await box.check();
  await visit("pages chosen");
  await page.locator(".pick input").first().uncheck();
  await page.locator("[formaction='/do/gallery/delete']").click();
  await page.locator(".undo").waitFor();
  await visit("pages deleted");
  await page.locator(".undo button").click();
  await page.locator(".undo").waitFor({ state: "detached" });
  await page.goto("/gallery?q=zzz");
  await visit("nothing found");
}

async function visitBooks(page, visit) {
  await openStudio(page);
  await choosePhotos(page, [photo, photo]);
  await page.locator(".book-maker [data-balance]").waitFor();
  await visit("several photos");
  await page.goto("/books/new");
  await visit("book chosen");
  await page.locator("[name=title]").fill("شتاء");
  for (const box of await page.locator(".offer [type=checkbox]").all()) await box.check();
  await page.locator("main form .primary").click();
  await page.waitForURL(/\/books\/[0-9a-f-]{36}$/);
  await openAllDetails(page);
  await visit("book");
}

/// Signs out, then opens the links of the sign-in mail and of the password mail.
async function visitMailedLinks(base, page, email, visit) {
  await signOut(page);
  await page.waitForURL((url) => !url.pathname.startsWith("/account"));
  await page.goto("/auth/login?mode=signin");
  await page.locator("[name=email]").first().fill(email);
  await page.locator("[formaction='/do/accounts/magic-link']").click();
  await page.locator(".mailed-words").waitFor();
  await visit("link mailed");
  const link = await mailedLink(base, email);
  await page.context().clearCookies();
  await page.goto(link);
  await visit("link opened elsewhere");
  await page.goto("/auth/reset-password");
  await page.locator("main [name=email]").fill(email);
  await page.locator("main form .primary").click();
  await page.goto(await mailedLink(base, email, "reset-password"));
  await visit("new password");
}
