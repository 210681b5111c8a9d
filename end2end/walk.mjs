// The way through every screen and its states, whatever language it is in.
import { readFile } from "node:fs/promises";
import { codeFor, linkFor, password, photo } from "./site.mjs";

const OPEN = ["/", "/privacy", "/auth/login?mode=signin", "/auth/login?mode=signup", "/auth/reset-password", "/auth/callback?token=x", "/nowhere", "/offline"];
/// A photo with nothing on it: 64 by 64 pixels of white.
const WHITE = Buffer.from("iVBORw0KGgoAAAANSUhEUgAAAEAAAABACAIAAAAlC+aJAAAAS0lEQVR42u3PMQ0AAAwDoPo33UrYvQQckD4XAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAYHLAMpT0sIcNbcEAAAAAElFTkSuQmCC", "base64");

/// From the first screen to the account, by what has no words: `look` is called on every screen and in each of its states.
export async function walk(base, page, email, look) {
  for (const path of OPEN) {
    await page.goto(path);
    await look(path);
  }
  await studio(page, look);
  await keep(base, page, email, look);
  await keptPage(page, look);
  await spendTheRest(page, look);
  await gallery(page, look);
  await books(page, look);
  await page.goto("/account");
  await openAll(page);
  await look("account");
  await links(base, page, email, look);
}

const choose = (page, photos) => page.locator(".picker [name=file]").setInputFiles(photos);
const file = (name, mimeType, content) => ({ name, mimeType, buffer: Buffer.from(content) });

async function openAll(page) {
  for (const summary of await page.locator("summary").all()) await summary.click();
}

async function create(page) {
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
}

async function studio(page, look) {
  await create(page);
  await look("create");
  await choose(page, file("a.svg", "image/svg+xml", "<svg/>"));
  await page.waitForSelector(".studio .notice[data-said]");
  await look("refused");
  await choose(page, file("a.png", "image/png", WHITE));
  await page.locator(".sheet-blank").waitFor();
  await look("nothing to draw");
  await create(page);
  await choose(page, photo);
  await page.waitForSelector("[data-stage=drawn]");
  await look("drawn");
  await page.locator(".sheet-compare").evaluate((divider) => {
    divider.value = 50;
    divider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await look("compared");
  await page.locator("[data-crop]").click();
  await page.locator(".crop-dialog").waitFor();
  await look("crop");
  await page.locator(".crop-dialog [data-close]").click();
  await page.locator("[data-touch-up]").click();
  await page.locator(".strokes [data-number]").first().waitFor({ state: "attached" });
  await page.locator(".strokes").press("ArrowRight");
  await look("touched up");
  await page.locator(".touch-tools [data-done]").click();
  await page.locator(".more-knobs summary").click();
  await look("more knobs");
  await page.context().setOffline(true);
  await page.locator("[data-news=offline]").waitFor();
  await look("without a connection");
  await page.context().setOffline(false);
  await page.locator("[data-news=offline]").waitFor({ state: "hidden" });
}

async function keep(base, page, email, look) {
  await page.locator(".keep").click();
  const dialog = page.locator(".keep-dialog");
  await look("dialog");
  await dialog.locator(".credentials [name=email]").fill(email);
  await dialog.locator("[name=password]").fill("short");
  await dialog.locator(".credentials .primary").click();
  await dialog.locator(".notice[data-said]").waitFor();
  await look("refused password");
  await dialog.locator("[name=password]").fill(password);
  await dialog.locator(".credentials .primary").click();
  await dialog.locator("[name=code]").waitFor();
  await look("code");
  const code = (await codeFor(base, email)).replace(/\D/g, "");
  await dialog.locator("[name=code]").fill(code === "000000" ? "000001" : "000000");
  await dialog.locator(".code-form .primary").click();
  await dialog.locator(".notice[data-said]").waitFor();
  await look("refused code");
  await dialog.locator("[name=code]").fill(code);
  await dialog.locator(".code-form .primary").click();
  await page.waitForURL(/\/pages\//);
  await look("page being drawn");
}

async function keptPage(page, look) {
  await page.locator("[data-print]").waitFor({ timeout: 30_000 });
  await page.waitForLoadState("networkidle");
  await openAll(page);
  await look("page");
  await page.locator("[data-colour]").click();
  await page.locator(".colouring canvas").waitFor();
  for (const key of ["ArrowRight", "Enter"]) await page.locator(".colouring canvas").press(key);
  await look("coloured in");
  await page.locator(".colouring [data-do=close]").click();
  await page.locator(".redraw [value=toddler]").check({ force: true });
  await page.locator(".redraw .button").click();
  await page.locator(".drawing-anew, [data-print]").first().waitFor();
  await look("page drawn anew");
  await page.locator("[data-job]").waitFor({ state: "detached", timeout: 30_000 });
}

/// Until no credit is left; one page fails on the way, and its credit comes back.
async function spendTheRest(page, look) {
  const [origin, language] = await page.evaluate(() => [location.origin, navigator.language]);
  const headers = { origin, "accept-language": language };
  const api = async (path, options) => (await page.request.post(path, { ...options, headers })).json();
  const kept = async (content) => {
    const asset = await api("/api/v1/upload", { multipart: { file: content } });
    const job = await api("/api/v1/jobs", { data: { asset_id: asset.id, style: { preset: "toddler" } } });
    for (let status = job.status; ["waiting", "drawing"].includes(status); ) {
      await page.waitForTimeout(100);
      ({ status } = await (await page.request.get(`/api/v1/jobs/${job.id}`)).json());
    }
    return `/pages/${job.page_id}`;
  };
  await page.goto(await kept(file("white.png", "image/png", WHITE)));
  await look("page that failed");
  for (let left = 2; left > 0; left -= 1) await kept(file("cat.jpg", "image/jpeg", await readFile(photo)));
  await create(page);
  await choose(page, photo);
  await page.waitForSelector("[data-stage=drawn]");
  await look("out of credit");
  await page.locator(".keep").click();
  await page.waitForSelector(".studio .notice[data-said]");
  await look("refused for want of credit");
}

async function gallery(page, look) {
  await page.goto("/gallery");
  await look("gallery");
  for (const box of await page.locator(".pick input").all()) await box.check();
  await look("pages chosen");
  await page.locator(".pick input").first().uncheck();
  await page.locator("[formaction='/gallery/delete']").click();
  await page.locator(".undo").waitFor();
  await look("pages deleted");
  await page.locator(".undo button").click();
  await page.locator(".undo").waitFor({ state: "detached" });
  await page.goto("/gallery?q=zzz");
  await look("nothing found");
}

async function books(page, look) {
  await create(page);
  await choose(page, [photo, photo]);
  await page.locator(".book-maker [data-balance]").waitFor();
  await look("several photos");
  await page.goto("/books/new");
  await look("book chosen");
  await page.locator("[name=title]").fill("شتاء");
  for (const box of await page.locator("[type=checkbox][name=page]").all()) await box.check();
  await page.locator("main form .primary").click();
  await page.waitForURL(/\/books\/[0-9a-f-]{36}$/);
  await openAll(page);
  await look("book");
}

/// What links in mails lead to, for somebody who signed out.
async function links(base, page, email, look) {
  await page.locator(".site-header form button").click();
  await page.waitForURL((url) => !url.pathname.startsWith("/account"));
  await page.goto("/auth/login?mode=signin");
  await page.locator("[name=email]").first().fill(email);
  await page.locator("[formaction='/auth/magic-link']").click();
  await page.locator(".mailed-words").waitFor();
  await look("link mailed");
  const link = await linkFor(base, email);
  await page.context().clearCookies();
  await page.goto(link);
  await look("link opened elsewhere");
  await page.goto("/auth/reset-password");
  await page.locator("main [name=email]").fill(email);
  await page.locator("main form .primary").click();
  await page.goto(await resetLink(base, email));
  await look("new password");
}

/// The newest mail is the one about the password only after a moment.
async function resetLink(base, email) {
  for (;;) {
    const link = await linkFor(base, email);
    if (link.includes("reset-password")) return link;
    await new Promise((later) => setTimeout(later, 100));
  }
}
