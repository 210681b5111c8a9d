// Six languages: chosen by the browser and by hand, with and without JavaScript, and none of them half English.
import assert from "node:assert/strict";
import test from "node:test";
import { codeFor, openWindow, password, photo, siteAndBrowser } from "./site.mjs";
import { walk } from "./walk.mjs";

const { site, browser } = await siteAndBrowser();

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

test("no screen in Arabic is half in English, and all of them run from right to left", async () => {
  const page = await openIn("ar");
  const seen = [];
  await walk(site.base, page, "layla@example.org", async (name) => {
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
    await walk(site.base, page, `narrow-${language}@example.org`, async (name) => {
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

test("another language leaves the photo, its drawing and its title as they were", async () => {
  const page = await openIn("en");
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
  await page.getByLabel("Title").fill("Our cat");
  // A second after the drawing.
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/zoom.js")));
  await page.getByRole("button", { name: "Deutsch" }).click();
  await page.getByRole("heading", { name: "Ausmalbild" }).first().waitFor();
  await page.waitForSelector("[data-stage=drawn]");
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
  assert.equal(await page.getByLabel("Titel").inputValue(), "Our cat");
  assert.deepEqual(page.complaints, []);
});

test("so it leaves the dialog in which a code is awaited", async () => {
  const page = await openIn("en");
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
  await page.getByRole("button", { name: "Keep this page" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill("nils@example.org");
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Sign up" }).click();
  await dialog.getByLabel("Code").waitFor();
  // Opened once more, it still asks for the code; and closed, it lets one at the languages.
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Keep this page" }).click();
  await dialog.getByLabel("Code").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/zoom.js")));
  await page.getByRole("button", { name: "Deutsch" }).click();
  await page.getByRole("heading", { name: "Ausmalbild" }).first().waitFor();
  await dialog.getByText("nils@example.org").first().waitFor();
  await page.waitForSelector("[data-stage=drawn]", { state: "attached" });
  await dialog.getByLabel("Code").fill(await codeFor(site.base, "nils@example.org"));
  await dialog.getByRole("button", { name: "Code bestätigen" }).click();
  await page.getByRole("link", { name: "PDF für A4" }).waitFor({ timeout: 30_000 });
});

test("so it leaves the photos of a book", async () => {
  const page = await openIn("en");
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles([photo, photo]);
  await page.locator(".book-maker li").nth(1).waitFor();
  await page.getByRole("button", { name: "Deutsch" }).click();
  await page.waitForURL(/several=1/);
  await page.locator(".book-maker li").nth(1).waitFor();
  assert.equal(await page.locator("html").getAttribute("lang"), "de");
});

test("a language in Arabic letters shows what was spent with its sign in front", async () => {
  const page = await openIn("ar");
  await page.request.post("/dev/sign-in", { headers: { origin: site.base } });
  await page.goto("/account");
  const amount = page.locator(".ledger .amount bdi").first();
  assert.equal(await amount.getAttribute("dir"), "ltr");
  assert.match(await amount.textContent(), /^[+\u2212]\d+$/);
});
