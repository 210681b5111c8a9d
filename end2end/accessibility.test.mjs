// What somebody needs who does not see, or holds no mouse: axe finds nothing on any screen, the keyboard alone does the
// journey, and large text stays in its window.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import test from "node:test";
import { codeFor, openWindow, password, siteAndBrowser } from "./site.mjs";
import { walk } from "./walk.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const { site, browser } = await siteAndBrowser();

/// What axe finds, in a line each.
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    // What moves is judged when it stands still, and what sticks to the window where it has its own place.
    scrollTo(0, document.body.scrollHeight);
    for (const animation of document.getAnimations()) animation.cancel();
    const { violations } = await window.axe.run(document, { runOnly: rules });
    return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`));
  }, RULES);
}

const windows = {
  "a desktop window by day": {},
  "a phone by night": { width: 390, height: 844, isMobile: true, hasTouch: true, colorScheme: "dark" },
  "a phone in Arabic": { width: 390, height: 844, isMobile: true, hasTouch: true, locale: "ar" },
};
for (const [name, options] of Object.entries(windows)) {
  test(`axe finds nothing on any screen in ${name}`, async () => {
    const page = await openWindow(browser, site.base, options);
    const found = [];
    const email = `${name.replaceAll(" ", "-")}@example.org`;
    await walk(site.base, page, email.toLowerCase(), async (screen) => {
      found.push(...(await violations(page)).map((line) => `${screen}: ${line}`));
    });
    assert.deepEqual(found, []);
    // A refusal is noted by the browser too; nothing else is.
    assert.deepEqual(page.complaints.filter((line) => !line.startsWith("Failed to load resource: the server responded with a status of 4")), []);
  });
}

for (const locale of ["en", "de"]) test(`text of twice the size stays in a window of 320 px in ${locale}`, async () => {
  const page = await openWindow(browser, site.base, { width: 320, height: 640, locale });
  await walk(site.base, page, `large-${locale}@example.org`, async (screen) => {
    const { wide, inner, cut } = await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
      const hides = (element) => getComputedStyle(element).overflow !== "visible" && !element.matches("input, canvas, .unseen");
      const isCut = (element) => element.checkVisibility() && hides(element) && element.scrollWidth > element.clientWidth + 1;
      const cut = [...document.querySelectorAll("main *")].filter(isCut).map(({ tagName, className }) => `${tagName}.${className}`);
      return { wide: document.documentElement.scrollWidth, inner: innerWidth, cut };
    });
    assert.ok(wide <= inner, `${screen}: ${wide} px in ${inner}`);
    assert.deepEqual(cut, [], screen);
  });
});

/// Moves on by the Tab key until the keyboard stands on what is looked for.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never comes to ${selector}`);
}

test("the keyboard alone goes from the first screen to a page that is deleted again", async () => {
  const page = await openWindow(browser, site.base);
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await tabTo(page, "[data-sample]");
  await page.keyboard.press("Enter");
  await page.waitForSelector("[data-stage=drawn]");
  await tabTo(page, "[name=preset]");
  await page.keyboard.press("ArrowRight");
  await tabTo(page, "[name=detail]");
  await page.keyboard.press("ArrowLeft");
  await tabTo(page, ".keep");
  await page.keyboard.press("Enter");
  // The dialog takes the keyboard, and its first field has it.
  assert.ok(await page.evaluate(() => document.activeElement.closest("dialog")));
  await tabTo(page, "dialog .credentials [name=email]");
  await page.keyboard.type("keys@example.org");
  await tabTo(page, "dialog [name=password]");
  await page.keyboard.type(password);
  await page.keyboard.press("Enter");
  await page.locator("dialog [name=code]").waitFor();
  await page.keyboard.type(await codeFor(site.base, "keys@example.org"));
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/pages\//);
  await page.locator("[data-print]").waitFor({ timeout: 30_000 });
  await page.locator("body").press("Tab");
  await tabTo(page, "details.danger summary");
  await page.keyboard.press("Enter");
  await tabTo(page, "details.danger button");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/gallery/);
});
