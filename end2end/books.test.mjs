// Books: choosing pages, their order by button, keyboard and drag, settings, PDF, and pagination.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { startSiteAndBrowser } from "./site.mjs";
import { createPages, eventually, getJson, postJson, signUpByApi } from "./steps.mjs";

const { site, newPage } = await startSiteAndBrowser();

/// A page signed in to an account that has pages with these titles; also the ids of the pages.
async function signedInPage(email, titles, options) {
  const page = await newPage(options);
  await signUpByApi(page, email);
  const paths = await createPages(page, titles);
  return { page, ids: paths.map((path) => path.split("/").at(-1)) };
}

const listTitles = (page) => page.locator(".book-pages a").allInnerTexts();

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("a book", async (t) => {
      const { page } = await signedInPage(`book-${javaScriptEnabled}@example.org`, ["Page 1", "Page 2", "Page 3"], { javaScriptEnabled });
      await page.goto("/gallery");
      await page.getByRole("link", { name: "Make a book" }).click();

      await t.test("a book without pages is rejected, the title stays", async () => {
        await page.getByLabel("Title of the book").fill("Our summer");
        await page.getByRole("button", { name: "Make the book" }).click();
        await page.getByRole("alert").getByText("1 to 100 pages").waitFor();
        assert.equal(await page.getByLabel("Title of the book").inputValue(), "Our summer");
      });

      await t.test("a new book lists the newest page first", async () => {
        for (const title of ["Page 1", "Page 2"]) await page.getByRole("checkbox", { name: title }).check();
        await page.getByRole("button", { name: "Make the book" }).click();
        await page.getByRole("heading", { name: "Our summer" }).waitFor();
        assert.deepEqual(await listTitles(page), ["Page 2", "Page 1"]);
      });

      await t.test("a button moves a page up", async () => {
        await page.getByRole("button", { name: "Move up: Page 1" }).click();
        await eventually(page, () => listTitles(page), ["Page 1", "Page 2"]);
      });

      await t.test("pages can be added", async () => {
        await page.getByRole("link", { name: "Choose pages" }).click();
        assert.equal(await page.getByRole("checkbox", { name: "Page 1" }).isChecked(), true);
        await page.getByRole("checkbox", { name: "Page 3" }).check();
        await page.getByRole("button", { name: "Save the choice" }).click();
        await page.getByRole("heading", { name: "3 pages" }).waitFor();
        assert.deepEqual(await listTitles(page), ["Page 1", "Page 2", "Page 3"]);
      });

      await t.test("a page can be taken out", async () => {
        await page.getByRole("button", { name: "Take out: Page 2" }).click();
        await page.getByRole("heading", { name: "2 pages" }).waitFor();
        assert.deepEqual(await listTitles(page), ["Page 1", "Page 3"]);
      });

      await t.test("title and settings are saved", async () => {
        await page.getByLabel("Title", { exact: true }).fill("Our autumn");
        await page.getByLabel("Letter").check();
        await page.getByLabel("Page numbers").check();
        await page.getByRole("button", { name: "Save", exact: true }).click();
        await page.getByRole("heading", { name: "Our autumn" }).waitFor();
        await page.reload();
        assert.equal(await page.getByLabel("Letter").isChecked(), true);
        assert.equal(await page.getByLabel("Page numbers").isChecked(), true);
      });

      await t.test("the PDF has a cover and two pages in Letter size", async () => {
        const address = await page.getByRole("link", { name: "Save PDF: Our autumn" }).getAttribute("href");
        const pdf = await page.request.get(`${site.base}${address}`);
        assert.match(pdf.headers()["content-disposition"], /^attachment.*Our_autumn\.pdf/);
        const text = (await pdf.body()).toString("latin1");
        assert.equal(text.match(/\/MediaBox\[0 0 (792 612|612 792)\]/g).length, 3);
      });

      await t.test("deleting a book leaves its pages", async () => {
        await page.goto("/gallery");
        await page.getByRole("link", { name: "Our autumn" }).click();
        await page.getByText("Delete this book").click();
        await page.getByRole("button", { name: "Delete the book" }).click();
        await page.waitForURL(/^[^?]*\/gallery$/);
        await eventually(page, () => page.locator(".card").count(), 3);
        assert.equal(await page.getByRole("link", { name: "Our autumn" }).count(), 0);
      });
    });
  });
}

test("reordering the pages of a book", async (t) => {
  const { page, ids } = await signedInPage("zoe@example.org", ["One", "Two", "Three"]);
  const book = await (await postJson(page, "/books", { title: "Counting", page_ids: ids })).json();
  await page.goto(`/books/${book.id}`);
  assert.deepEqual(await listTitles(page), ["One", "Two", "Three"]);
  const waitForSave = () => page.waitForResponse((response) => response.url().endsWith("/do/books/pages") && response.ok());

  await t.test("a key press moves a page and keeps the focus", async () => {
    const saved = waitForSave();
    await page.getByRole("button", { name: "Move up: Three" }).press("Enter");
    await saved;
    assert.deepEqual(await listTitles(page), ["One", "Three", "Two"]);
    await page.getByText("Now page 2 of 3").waitFor({ state: "attached" });
    assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), "Move up: Three");
  });

  await t.test("dragging moves a page", async () => {
    const saved = waitForSave();
    await page.locator(".handle").last().scrollIntoViewIfNeeded();
    const from = await page.locator(".handle").first().boundingBox();
    const to = await page.locator(".handle").last().boundingBox();
    await page.mouse.move(from.x + 10, from.y + 10);
    await page.mouse.down();
    await page.mouse.move(to.x + 10, to.y + to.height - 5, { steps: 8 });
    await page.mouse.up();
    await saved;
    assert.deepEqual(await listTitles(page), ["Three", "Two", "One"]);
  });

  await t.test("the order survives a reload", async () => {
    await page.reload();
    assert.deepEqual(await listTitles(page), ["Three", "Two", "One"]);
    assert.deepEqual(page.consoleErrors, []);
  });
});

test("the gallery lists 24 books at a time", async () => {
  const { page } = await signedInPage("shelf@example.org", ["Page 1"]);
  const { items } = await getJson(page, "/pages");
  for (let number = 1; number <= 25; number += 1) {
    await postJson(page, "/books", { page_ids: [items[0].id], title: `Book ${number}` });
  }
  const oldest = page.getByRole("link", { name: "Book 1", exact: true });
  await page.goto("/gallery");
  await page.getByRole("link", { name: "Book 2", exact: true }).waitFor();
  assert.equal(await oldest.count(), 0);
  await page.getByRole("link", { name: "Older books" }).click();
  await oldest.waitFor();
  assert.equal(await page.getByRole("link", { name: "Older books" }).count(), 0);
});
