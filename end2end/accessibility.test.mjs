// Accessibility: axe-core on every screen, keyboard-only use, text at 200 % in a narrow viewport.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import test from "node:test";
import { visitScreens } from "./screens.mjs";
import { mailedCode, password, startSiteAndBrowser } from "./site.mjs";
import { assertNoHorizontalOverflow, openStudio, PHONE, waitForDrawing } from "./steps.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const { site, newPage } = await startSiteAndBrowser();

/// Violations that axe reports, one line per node. Fails if axe applied no rule at all.
async function findViolations(page) {
  await page.evaluate(axe);
  const { passed, violations } = await page.evaluate(async (rules) => {
    // Animations end and sticky elements scroll into place before axe measures contrast.
    scrollTo(0, document.body.scrollHeight);
    for (const animation of document.getAnimations()) animation.cancel();
    const { passes, violations } = await window.axe.run(document, { runOnly: rules });
    const lines = violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target}: ${failureSummary}`));
    return { passed: passes.length, violations: lines };
  }, RULES);
  assert.ok(passed > 0, "axe checked nothing");
  return violations;
}

const contexts = {
  "on a desktop, light": {},
  "on a phone, dark": { ...PHONE, colorScheme: "dark" },
  "on a phone, in Arabic": { ...PHONE, locale: "ar" },
};
for (const [name, options] of Object.entries(contexts)) {
  test(`axe reports no violation ${name}`, async () => {
    const page = await newPage(options);
    const violations = [];
    const email = `${name.replaceAll(/[^a-z]+/gi, "-")}@example.org`;
    await visitScreens(site.base, page, email.toLowerCase(), async (screen) => {
      violations.push(...(await findViolations(page)).map((line) => `${screen}: ${line}`));
    });
    assert.deepEqual(violations, []);
    // Chromium reports the rejected requests of the walk as console errors.
    const rejected = "Failed to load resource: the server responded with a status of 4";
    assert.deepEqual(page.consoleErrors.filter((line) => !line.startsWith(rejected)), []);
  });
}

for (const locale of ["en", "de"]) {
  test(`text at 200 % fits a viewport of 320 px in ${locale}`, async () => {
    const page = await newPage({ width: 320, height: 640, locale });
    await visitScreens(site.base, page, `large-${locale}@example.org`, async (screen) => {
      const cut = await page.evaluate(() => {
        document.documentElement.style.fontSize = "200%";
        const hides = (element) => getComputedStyle(element).overflow !== "visible" && !element.matches("input, canvas, .unseen");
        const isCut = (element) => element.checkVisibility() && hides(element) && element.scrollWidth > element.clientWidth + 1;
        return [...document.querySelectorAll("main *")].filter(isCut).map(({ tagName, className }) => `${tagName}.${className}`);
      });
      await assertNoHorizontalOverflow(page, screen);
      assert.deepEqual(cut, [], screen);
    });
  });
}

/// Presses Tab until an element that matches has the focus; fails after 80 presses.
async function tabTo(page, selector) {
  for (let presses = 0; presses < 80; presses += 1) {
    if (await page.evaluate((selector) => document.activeElement?.matches(selector), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not reach ${selector}`);
}

test("with the keyboard alone", async (t) => {
  const page = await newPage();

  await t.test("a sample is drawn and its style changed", async () => {
    await openStudio(page);
    await tabTo(page, "[data-sample]");
    await page.keyboard.press("Enter");
    await waitForDrawing(page);
    await tabTo(page, "[name=preset]");
    await page.keyboard.press("ArrowRight");
    await tabTo(page, "[name=detail]");
    await page.keyboard.press("ArrowLeft");
  });

  await t.test("the dialog takes the focus and signs up", async () => {
    await tabTo(page, ".keep");
    await page.keyboard.press("Enter");
    assert.ok(await page.evaluate(() => document.activeElement.closest("dialog")));
    await tabTo(page, "dialog .credentials [name=email]");
    await page.keyboard.type("keys@example.org");
    await tabTo(page, "dialog [name=password]");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await page.locator("dialog [name=code]").waitFor();
    await page.keyboard.type(await mailedCode(site.base, "keys@example.org"));
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/pages\//);
    await page.locator("[data-print]").waitFor({ timeout: 30_000 });
  });

  await t.test("the page is deleted", async () => {
    await page.locator("body").press("Tab");
    await tabTo(page, "details.danger summary");
    await page.keyboard.press("Enter");
    await tabTo(page, "details.danger button");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/gallery/);
  });
});
