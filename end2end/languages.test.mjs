// Six languages: chosen by the browser and by hand, with and without JavaScript, and none of them half English.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { codeFor, openWindow, password, photo, startBrowser, startSite } from "./site.mjs";

let site, browser;
before(async () => {
  site = await startSite();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await site?.stop();
});

/// What a person can read or hear on the screen that is written in Latin letters, three words or more.
function englishOn(page) {
  return page.evaluate(() => {
    const said = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement } = walker.currentNode;
      // The languages name themselves; the help for development is in English.
      if (parentElement.closest("script, style, noscript, .languages, .outbox, .dev-sign-in")) continue;
      said.push(walker.currentNode.data);
    }
    for (const element of document.querySelectorAll("[aria-label], [alt], [placeholder], [title]")) {
      if (element.closest(".languages")) continue;
      for (const name of ["aria-label", "alt", "placeholder", "title"]) said.push(element.getAttribute(name) ?? "");
    }
    const own = /Scribble Machine|\b(JPEG|PNG|SVG|PDF|WebP|HEIC|AVIF|MP4|A4|Letter|Chrome|Linux|Windows|Mac|Headless\w*)\b|\S+@\S+/g;
    return said.map((text) => text.replace(own, "").trim()).filter((text) => /[a-z]+[ ,]+[a-z]+[ ,]+[a-z]+|^[A-Z][a-z]+ [a-z]+/i.test(text));
  });
}

async function openIn(language, options = {}) {
  return openWindow(browser, site.base, { locale: language, ...options });
}

/// From the first screen to the gallery, by what has no words: every screen, and its states.
async function walk(page, email, look) {
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
  await dialog.locator("[name=code]").fill((await codeFor(site.base, email)).replace(/\D/g, ""));
  await dialog.locator(".code-form .primary").click();
  await page.waitForURL(/\/pages\//);
  await look("page being drawn");
  await page.locator("[data-print]").waitFor({ timeout: 30_000 });
  for (const summary of await page.locator("summary").all()) await summary.click();
  await look("page");
  await page.goto("/gallery");
  await look("gallery");
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

test("no screen in Arabic is half in English, and all of them run from right to left", async () => {
  const page = await openIn("ar");
  const seen = [];
  await walk(page, "layla@example.org", async (name) => {
    seen.push(name);
    assert.deepEqual(await englishOn(page), [], name);
    assert.equal(await page.locator("html").getAttribute("lang"), "ar");
    assert.equal(await page.locator("html").getAttribute("dir"), "rtl");
  });
  assert.ok(seen.length > 15);
});

for (const language of ["ar", "de"]) {
  test(`nothing runs out of a window of 320 px in ${language}`, async () => {
    const page = await openIn(language, { width: 320, height: 640, isMobile: true, hasTouch: true });
    await walk(page, `narrow-${language}@example.org`, async (name) => {
      const { wide, inner } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, inner: innerWidth }));
      assert.ok(wide <= inner, `${name}: ${wide} px in ${inner}`);
    });
  });
}

test("what the browser asks for is spoken, and a choice by hand counts more and stays", async () => {
  const page = await openIn("de-CH");
  await page.goto("/");
  await page.getByRole("heading", { name: "Dein Foto, fertig zum Ausmalen" }).waitFor();
  await page.goto("/privacy");
  await page.getByRole("button", { name: "Français" }).click();
  await page.waitForURL(/\/privacy$/);
  await page.getByRole("heading", { name: "Comment nous traitons les photos" }).waitFor();
  await page.goto("/");
  assert.equal(await page.locator("html").getAttribute("lang"), "fr");
  await page.getByRole("button", { name: "简体中文" }).click();
  await page.getByRole("heading", { name: "你的照片，马上可以涂色" }).waitFor();
  await page.getByRole("button", { name: "English" }).click();
  await page.getByRole("heading", { name: "Your photo, ready to colour in" }).waitFor();
});

test("the switch works without JavaScript, and refusals follow it", async () => {
  const page = await openIn("en", { javaScriptEnabled: false });
  await page.goto("/auth/login?mode=signin&returnTo=/create");
  await page.getByRole("button", { name: "Español" }).click();
  await page.waitForURL(/returnTo=\/create$/);
  await page.getByLabel("Correo electrónico").fill("nadie@example.org");
  await page.getByLabel("Contraseña", { exact: true }).fill("no es esta");
  await page.locator(".credentials").getByRole("button", { name: "Entrar" }).click();
  await page.getByRole("alert").getByText("no van juntas").waitFor();
});

test("what the tab refuses by itself it refuses in the language of the page", async () => {
  const page = await openIn("de");
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.getByLabel("Foto auswählen", { exact: true }).setInputFiles({ name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
  await page.getByRole("alert").getByText("Das ist eine SVG-Zeichnung.").waitFor();
  await page.getByLabel("Foto auswählen", { exact: true }).setInputFiles(photo);
  await page.getByText("Fertig. Zieh am Griff, um das Foto zu sehen.").waitFor();
  assert.match(await page.locator(".line-mm output").textContent(), /^\d,\d mm$/);
});
