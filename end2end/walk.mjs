// The way through every screen, whatever language it is in.
import { codeFor, password, photo } from "./site.mjs";

/// From the first screen to the account, by what has no words: `look` is called on every screen and in each of its states.
export async function walk(base, page, email, look) {
  for (const path of ["/", "/privacy", "/auth/login?mode=signin", "/auth/login?mode=signup", "/auth/reset-password", "/auth/callback?token=x", "/nowhere"]) {
    await page.goto(path);
    await look(path);
  }
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await look("/create");
  await page.locator(".picker [name=file]").setInputFiles({ name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
  await page.waitForSelector(".studio .notice[data-said]");
  await look("refused");
  await page.locator(".picker [name=file]").setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
  await look("drawn");
  await page.locator("[data-crop]").click();
  await page.locator(".crop-dialog").waitFor();
  await look("crop");
  await page.locator(".crop-dialog [data-close]").click();
  await page.locator(".more-knobs summary").click();
  await look("more knobs");
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
  await dialog.locator("[name=code]").fill((await codeFor(base, email)).replace(/\D/g, ""));
  await dialog.locator(".code-form .primary").click();
  await page.waitForURL(/\/pages\//);
  await look("page being drawn");
  await page.locator("[data-print]").waitFor({ timeout: 30_000 });
  for (const summary of await page.locator("summary").all()) await summary.click();
  await look("page");
  await page.goto("/gallery");
  await look("gallery");
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.locator(".picker [name=file]").setInputFiles([photo, photo]);
  await page.locator(".book-maker [data-balance]").waitFor();
  await look("several photos");
  await page.goto("/books/new");
  await look("book chosen");
  await page.locator("[name=title]").fill("شتاء");
  await page.locator("[type=checkbox][name=page]").first().check();
  await page.locator("main form .primary").click();
  await page.waitForURL(/\/books\/[0-9a-f-]{36}$/);
  for (const summary of await page.locator("summary").all()) await summary.click();
  await look("book");
  await page.goto("/account");
  for (const summary of await page.locator("summary").all()) await summary.click();
  await look("account");
}
