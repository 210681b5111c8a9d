// Gallery: search, ZIP export, deletion with undo, long titles, touch targets, a thousand pages.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { duplicatePages, startSiteAndBrowser } from "./site.mjs";
import { assertNoHorizontalOverflow, createPages, eventually, PHONE, signUpByApi } from "./steps.mjs";

const { site, newPage } = await startSiteAndBrowser();

/// A page signed in to an account that has pages with these titles.
async function signedInPage(email, titles, options) {
  const page = await newPage({ acceptDownloads: true, ...options });
  await signUpByApi(page, email);
  await createPages(page, titles);
  return page;
}

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("the gallery", async (t) => {
      const page = await signedInPage(`ben-${javaScriptEnabled}@example.org`, ["Our cat", "Änne", "A rocket"], { javaScriptEnabled });
      const tools = page.getByRole("form", { name: "With the chosen pages" });
      const search = async (text) => {
        await page.getByRole("searchbox").fill(text);
        await page.getByRole("button", { name: "Search" }).click();
        await page.waitForURL((url) => url.searchParams.get("q") === text);
      };
      await page.goto("/gallery");

      await t.test("a search ignores the case of umlauts", async () => {
        await search("änne");
        await eventually(page, () => page.locator(".card-title").allTextContents(), ["Änne"]);
      });

      await t.test("a search without result says so", async () => {
        await search("dog");
        await page.getByText("No page has this title").waitFor();
        await page.getByRole("link", { name: "All pages" }).click();
      });

      await t.test("the toolbar is shown once a page is chosen", async () => {
        await page.getByLabel("Choose: Our cat").waitFor();
        assert.equal(await tools.isVisible(), false);
        await page.getByLabel("Choose: Our cat").check();
        await page.getByLabel("Choose: A rocket").check();
        assert.equal(await tools.isVisible(), true);
      });

      await t.test("the chosen pages are downloaded as ZIP", async () => {
        const [download] = await Promise.all([
          page.waitForEvent("download"),
          tools.getByRole("button", { name: "Save as ZIP" }).click(),
        ]);
        const zip = await readFile(await download.path(), "latin1");
        assert.ok(zip.startsWith("PK"));
        for (const [name, included] of [["Our cat.png", true], ["A rocket.svg", true], ["nne.png", false]]) {
          assert.equal(zip.includes(name), included, name);
        }
      });

      await t.test("the chosen pages are preselected for a book", async () => {
        await tools.getByRole("button", { name: "Make a book" }).click();
        await page.getByLabel("Title of the book").fill("Two of them");
        assert.equal(await page.getByRole("checkbox", { checked: true }).count(), 2);
        await page.getByRole("button", { name: "Make the book" }).click();
        await page.getByRole("heading", { name: "Two of them" }).waitFor();
      });

      await t.test("undo restores deleted pages", async () => {
        await page.goto("/gallery");
        await page.getByLabel("Choose: Our cat").check();
        await page.getByLabel("Choose: Änne").check();
        await page.getByRole("button", { name: "Delete", exact: true }).click();
        await page.getByText("2 pages were deleted").waitFor();
        assert.equal(await page.locator(".card").count(), 1);
        await page.getByRole("button", { name: "Undo" }).click();
        await page.getByText("2 pages were deleted").waitFor({ state: "hidden" });
        await eventually(page, () => page.locator(".card").count(), 3);
        assert.deepEqual(page.consoleErrors, []);
      });
    });
  });
}

test("long words do not widen any screen", async () => {
  const titles = ["Geburtstagsüberraschung", "IMG_20261120_153045_HDR", "W".repeat(60)];
  const page = await signedInPage("anna@example.org", titles, { ...PHONE, locale: "de" });
  await page.goto("/books/new");
  await assertNoHorizontalOverflow(page, "/books/new");
  const overflows = await page.locator(".offer .card-title").evaluateAll((all) =>
    all.map((title) => title.getBoundingClientRect().right - title.closest("li").getBoundingClientRect().right),
  );
  assert.equal(overflows.length, titles.length);
  assert.ok(overflows.every((pixels) => pixels < 1), `${overflows} px out of their cards`);
  await page.getByLabel("Titel des Buchs").fill("Donaudampfschifffahrtsgesellschaft".repeat(3));
  for (const box of await page.getByRole("checkbox").all()) await box.check();
  await page.getByRole("button", { name: "Buch machen" }).click();
  await page.waitForURL(/\/books\/[0-9a-f-]{36}/);
  for (const screen of [page.url(), "/gallery", "/account", "/"]) {
    await page.goto(screen);
    await assertNoHorizontalOverflow(page, screen);
    await page.evaluate(() => (document.documentElement.style.fontSize = "200%"));
    await assertNoHorizontalOverflow(page, `${screen} at 200 %`);
  }
});

test("a gallery of 1000 pages", async (t) => {
  const page = await signedInPage("many@example.org", ["Our cat"], { width: 390, height: 844, hasTouch: true });
  duplicatePages(site, 999);

  await t.test("previews load as they are scrolled into view", async () => {
    const previews = new Set();
    page.on("request", (request) => request.url().endsWith("/preview") && previews.add(request.url()));
    await page.goto("/gallery", { waitUntil: "networkidle" });
    assert.equal(await page.locator(".card").count(), 24);
    assert.ok(previews.size > 0 && previews.size < 24, `${previews.size} previews for one viewport`);
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
    await page.waitForFunction(() => [...document.querySelectorAll(".card img")].at(-1).naturalWidth > 0);
    assert.ok(previews.size <= 24, `${previews.size} previews`);
  });

  await t.test("pagination shows each page once, each part quickly", async () => {
    const titles = [];
    const durations = [];
    for (let address = "/gallery"; address; ) {
      const start = performance.now();
      const html = await (await page.request.get(address)).text();
      durations.push(performance.now() - start);
      for (const [, title] of html.matchAll(/card-title">([^<]*)/g)) titles.push(title);
      address = /rel="next" href="([^"]*)"/.exec(html)?.[1];
    }
    assert.deepEqual([titles.length, new Set(titles).size, durations.length], [1000, 1000, 42]);
    const [median, worst] = [durations.sort((a, b) => a - b)[21], durations.at(-1)].map(Math.round);
    console.log(`# 24 pages out of 1000: ${median} ms median, ${worst} ms worst`);
    assert.ok(median < 250, `${median} ms`);
  });

  await t.test("a search finds one of them", async () => {
    await page.goto("/gallery?q=cat 742");
    assert.deepEqual(await page.locator(".card-title").allTextContents(), ["Our cat 742"]);
  });
});

test("touch targets are at least 44 pixels high", async () => {
  const page = await signedInPage("tina@example.org", ["Our cat"], PHONE);
  for (const path of ["/", "/gallery"]) {
    await page.goto(path);
    const heights = await page.locator("main :is(a, button), footer :is(a, button)").evaluateAll((all) =>
      all.filter((target) => target.checkVisibility()).map(({ textContent, offsetHeight }) => [textContent, offsetHeight]),
    );
    assert.ok(heights.length >= 8, `${heights.length} targets on ${path}`);
    assert.deepEqual(heights.filter(([, height]) => height < 44), [], path);
  }
});
