// Languages: negotiation and choice, complete translations, right to left in Arabic.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { visitScreens } from "./screens.mjs";
import { mailedCode, photo, startSiteAndBrowser } from "./site.mjs";
import { assertNoHorizontalOverflow, choosePhotos, clickKeepPage, openStudio, openStudioWithPhoto, PHONE, submitSignUp, waitForDrawing } from "./steps.mjs";

const { site, newPage } = await startSiteAndBrowser();

const newPageIn = (locale, options = {}) => newPage({ locale, ...options });
const langOf = (page) => page.locator("html").getAttribute("lang");

/// Visible and accessible texts with three or more words in Latin letters, after names of formats
/// are removed.
function findEnglish(page) {
  return page.evaluate(() => {
    const texts = [document.title];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const { parentElement } = walker.currentNode;
      // Languages are listed by their own names; development tools are in English.
      if (parentElement.closest("script, style, noscript, .languages, .outbox, .dev-sign-in")) continue;
      texts.push(walker.currentNode.data);
    }
    for (const element of document.querySelectorAll("[aria-label], [alt], [placeholder], [title]")) {
      if (element.closest(".languages")) continue;
      for (const name of ["aria-label", "alt", "placeholder", "title"]) texts.push(element.getAttribute(name) ?? "");
    }
    const names = /Scribble Machine|\b(JPEG|PNG|SVG|PDF|WebP|HEIC|AVIF|MP4|A4|Letter|Chrome|Linux|Windows|Mac|Headless\w*)\b|\S+@\S+/g;
    return texts.map((text) => text.replace(names, "").trim()).filter((text) => /[a-z]+[ ,]+[a-z]+[ ,]+[a-z]+|^[A-Z][a-z]+ [a-z]+/i.test(text));
  });
}

test("the search for English texts finds them on an English screen", async () => {
  const page = await newPageIn("en");
  await page.goto("/privacy");
  assert.ok((await findEnglish(page)).length > 10);
});

test("every screen in Arabic is translated and right to left", async () => {
  const page = await newPageIn("ar");
  await visitScreens(site.base, page, "layla@example.org", async (screen) => {
    assert.deepEqual(await findEnglish(page), [], screen);
    assert.equal(await langOf(page), "ar", screen);
    assert.equal(await page.locator("html").getAttribute("dir"), "rtl", screen);
  });
});

for (const locale of ["ar", "de"]) {
  test(`every screen fits a viewport of 320 px in ${locale}`, async () => {
    const page = await newPageIn(locale, { width: 320, height: 640, isMobile: true, hasTouch: true });
    await visitScreens(site.base, page, `narrow-${locale}@example.org`, (screen) => assertNoHorizontalOverflow(page, screen));
  });
}

test("choosing a language", async (t) => {
  const page = await newPageIn("de-CH");

  await t.test("the language of the browser is the default", async () => {
    await page.goto("/");
    await page.getByRole("heading", { name: "Dein Foto, fertig zum Ausmalen" }).waitFor();
  });

  await t.test("the language switch returns to the same screen", async () => {
    await page.goto("/privacy");
    await page.getByRole("button", { name: "Français" }).click();
    await page.getByRole("heading", { name: "Comment nous traitons les photos" }).waitFor();
    assert.equal(new URL(page.url()).pathname, "/privacy");
  });

  await t.test("the chosen language applies to other screens", async () => {
    await page.goto("/");
    assert.equal(await langOf(page), "fr");
  });

  await t.test("the language can be changed again", async () => {
    await page.getByRole("button", { name: "简体中文" }).click();
    await page.getByRole("heading", { name: "你的照片，马上可以涂色" }).waitFor();
    await page.getByRole("button", { name: "English" }).click();
    await page.getByRole("heading", { name: "Your photo, ready to colour in" }).waitFor();
  });
});

test("errors follow the language without JavaScript", async () => {
  const page = await newPageIn("en", { javaScriptEnabled: false });
  await page.goto("/auth/login?mode=signin&returnTo=/create");
  await page.getByRole("button", { name: "Español" }).click();
  await page.waitForURL(/returnTo=\/create$/);
  await page.getByLabel("Correo electrónico").fill("nadie@example.org");
  await page.getByLabel("Contraseña", { exact: true }).fill("no es esta");
  await page.locator(".credentials").getByRole("button", { name: "Entrar" }).click();
  await page.getByRole("alert").getByText("no van juntas").waitFor();
});

test("the studio in German", async (t) => {
  const page = await newPageIn("de");
  await openStudio(page);
  const field = page.getByLabel("Foto auswählen", { exact: true });

  await t.test("errors of the browser's engine are in German", async () => {
    await field.setInputFiles({ name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
    await page.getByRole("alert").getByText("Das ist eine SVG-Zeichnung.").waitFor();
  });

  await t.test("numbers have a decimal comma", async () => {
    await field.setInputFiles(photo);
    await page.getByText("Fertig. Zieh am Griff, um das Foto zu sehen.").waitFor();
    assert.match(await page.locator(".line-mm output").textContent(), /^\d,\d mm$/);
  });
});

describe("changing the language in the studio", () => {
  const switchToGerman = async (page) => {
    await page.getByRole("button", { name: "Deutsch" }).click();
    await page.getByRole("heading", { name: "Ausmalbild" }).first().waitFor();
  };

  test("it preserves photo, drawing and title", async () => {
    const page = await newPageIn("en");
    await openStudioWithPhoto(page);
    await page.getByLabel("Title").fill("Our cat");
    await switchToGerman(page);
    await waitForDrawing(page);
    assert.equal(await langOf(page), "de");
    assert.equal(await page.getByLabel("Titel").inputValue(), "Our cat");
    assert.deepEqual(page.consoleErrors, []);
  });

  test("it preserves the code step of the sign-up dialog", async () => {
    const page = await newPageIn("en");
    await openStudioWithPhoto(page);
    await clickKeepPage(page);
    const dialog = page.getByRole("dialog");
    await submitSignUp(dialog, "nils@example.org");
    await dialog.getByLabel("Code").waitFor();
    // Reopened, the dialog is still at the code step; closed, it uncovers the language switch.
    await page.keyboard.press("Escape");
    await clickKeepPage(page);
    await dialog.getByLabel("Code").waitFor();
    await page.keyboard.press("Escape");
    await switchToGerman(page);
    await dialog.getByText("nils@example.org").first().waitFor();
    await page.waitForSelector("[data-stage=drawn]", { state: "attached" });
    await dialog.getByLabel("Code").fill(await mailedCode(site.base, "nils@example.org"));
    await dialog.getByRole("button", { name: "Code bestätigen" }).click();
    await page.getByRole("link", { name: "PDF für A4" }).waitFor({ timeout: 30_000 });
  });

  test("it preserves the photos of a book", async () => {
    const page = await newPageIn("en");
    await openStudio(page);
    await choosePhotos(page, [photo, photo]);
    await page.locator(".book-maker li").nth(1).waitFor();
    await page.getByRole("button", { name: "Deutsch" }).click();
    await page.waitForSelector("html[lang=de]");
    await page.locator(".book-maker li").nth(1).waitFor();
  });
});

test("amounts in Arabic are left to right, sign first", async () => {
  const page = await newPageIn("ar");
  await page.request.post("/dev/sign-in", { headers: { origin: site.base } });
  await page.goto("/account");
  const amount = page.locator(".ledger .amount bdi").first();
  assert.equal(await amount.getAttribute("dir"), "ltr");
  assert.match(await amount.textContent(), /^[+\u2212]\d+$/);
});
