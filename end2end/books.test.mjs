// What a parent does with the pages they have: draw anew, keep longer, bind into a book. Each with JavaScript and without.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { codeFor, openWindow, password, photo, siteAndBrowser } from "./site.mjs";

const { site, browser } = await siteAndBrowser();

const api = (page, path, body) =>
  page.request.post(`${site.base}/api/v1${path}`, { data: body, headers: { origin: site.base } });

/// Somebody signed in, with so many pages, all of them drawn.
async function parent(email, pages, options) {
  const page = await openWindow(browser, site.base, options);
  await api(page, "/auth/signup", { email, password });
  await api(page, "/auth/verify-otp", { email, code: await codeFor(site.base, email) });
  for (let number = 1; number <= pages; number += 1) {
    const file = { name: "photo.jpg", mimeType: "image/jpeg", buffer: await readFile(photo) };
    const upload = await page.request.post(`${site.base}/api/v1/upload`, { multipart: { file }, headers: { origin: site.base } });
    const asset = await upload.json();
    const job = await (await api(page, "/jobs", { asset_id: asset.id, style: { preset: "standard" }, title: `Page ${number}` })).json();
    for (let tries = 0; ; tries += 1) {
      const { status } = await (await page.request.get(`${site.base}/api/v1/jobs/${job.id}`)).json();
      if (status === "ready") break;
      assert.ok(tries < 200 && status !== "failed", status);
      await page.waitForTimeout(100);
    }
  }
  return page;
}

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with JavaScript" : "without JavaScript";
  const name = javaScriptEnabled ? "script" : "plain";

  test(`a page is drawn in another style and kept longer ${how}`, async () => {
    const page = await parent(`care-${name}@example.org`, 1, { javaScriptEnabled });
    await page.goto("/gallery");
    await page.getByRole("link", { name: "Page 1" }).click();
    const drawing = async () => (await page.request.get(`${new URL(page.url()).pathname}/svg`)).text();
    const before = await drawing();
    await page.getByText("Draw it in another style").click();
    await page.getByText("Toddler", { exact: true }).click();
    await page.getByRole("button", { name: "Draw again" }).click();
    // The screen shows the new one by itself when it is ready.
    await page.getByRole("button", { name: "Save title" }).waitFor({ timeout: 30_000 });
    assert.notEqual(await drawing(), before);
    await page.getByText("Draw it in another style").click();
    assert.equal(await page.getByRole("radio", { name: "Toddler" }).isChecked(), true);

    const kept = () => page.locator(".keep-longer time").getAttribute("datetime");
    const days = (text) => Math.round((new Date(text) - Date.now()) / 86_400_000);
    assert.equal(days(await kept()), 90);
    await page.getByRole("button", { name: "Keep longer" }).click();
    await page.waitForLoadState();
    assert.equal(days(await kept()), 180);
    await page.goto("/gallery");
    await page.getByRole("button", { name: "Keep longer: Page 1" }).click();
    await page.waitForURL(/^[^?]*\/gallery$/);
    assert.equal(days(await page.locator(".card-until time").getAttribute("datetime")), 270);
    // Nothing was charged for any of it.
    await page.getByText("2 credits left").waitFor();
    await page.goto("/account");
    const lines = await page.locator(".ledger tbody tr").allInnerTexts();
    assert.equal(lines.length, 2);
    assert.match(lines[0], /Spent.*Page 1.*−1/s);
    assert.match(lines[1], /Granted.*\+3/s);
    assert.deepEqual(page.complaints, []);
  });

  test(`pages are chosen, put in order and bound ${how}`, async () => {
    const page = await parent(`book-${name}@example.org`, 3, { javaScriptEnabled });
    await page.goto("/gallery");
    await page.getByRole("link", { name: "Make a book" }).click();
    await page.getByLabel("Title of the book").fill("Our summer");
    await page.getByRole("button", { name: "Make the book" }).click();
    // Nothing was ticked: what was typed is still there.
    await page.getByRole("alert").getByText("1 to 100 pages").waitFor();
    assert.equal(await page.getByLabel("Title of the book").inputValue(), "Our summer");
    for (const title of ["Page 1", "Page 2"]) await page.getByRole("checkbox", { name: title }).check();
    await page.getByRole("button", { name: "Make the book" }).click();
    await page.getByRole("heading", { name: "Our summer" }).waitFor();
    const order = () => page.locator(".book-pages a").allInnerTexts();
    assert.deepEqual(await order(), ["Page 2", "Page 1"]);
    await page.getByRole("button", { name: "Move up: Page 1" }).click();
    await page.waitForLoadState();
    assert.deepEqual(await order(), ["Page 1", "Page 2"]);

    await page.getByRole("link", { name: "Choose pages" }).click();
    assert.equal(await page.getByRole("checkbox", { name: "Page 1" }).isChecked(), true);
    await page.getByRole("checkbox", { name: "Page 3" }).check();
    await page.getByRole("button", { name: "Save the choice" }).click();
    await page.getByRole("heading", { name: "3 pages" }).waitFor();
    assert.deepEqual(await order(), ["Page 1", "Page 2", "Page 3"]);
    await page.getByRole("button", { name: "Take out: Page 2" }).click();
    await page.getByRole("heading", { name: "2 pages" }).waitFor();

    await page.getByLabel("Title", { exact: true }).fill("Our autumn");
    await page.getByLabel("Letter").check();
    await page.getByLabel("Page numbers").check();
    await page.getByRole("button", { name: "Save", exact: true }).click();
    await page.getByRole("heading", { name: "Our autumn" }).waitFor();
    assert.equal(await page.getByLabel("Letter").isChecked(), true);
    assert.equal(await page.getByLabel("Page numbers").isChecked(), true);
    const address = await page.getByRole("link", { name: "Save PDF: Our autumn" }).getAttribute("href");
    const pdf = await page.request.get(`${site.base}${address}`);
    assert.match(pdf.headers()["content-disposition"], /^attachment.*Our_autumn\.pdf/);
    const text = (await pdf.body()).toString("latin1");
    assert.equal(text.match(/\/MediaBox\[0 0 (792 612|612 792)\]/g).length, 3);

    await page.goto("/gallery");
    await page.getByRole("link", { name: "Our autumn" }).click();
    await page.getByText("Delete this book").click();
    await page.getByRole("button", { name: "Delete the book" }).click();
    await page.waitForURL(/^[^?]*\/gallery$/);
    assert.equal(await page.getByRole("link", { name: "Our autumn" }).count(), 0);
    assert.equal(await page.locator(".card").count(), 3);
  });
}

test("without JavaScript a refused photo leaves what was chosen, and another site's form leads to a page", async () => {
  const page = await parent("plain-form@example.org", 0, { javaScriptEnabled: false });
  await page.goto("/create");
  await page.getByText("Detailed", { exact: true }).click();
  await page.getByLabel("Title").fill("Tom & Ömer");
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.getByRole("alert").getByText("Please choose a photo first").waitFor();
  assert.equal(await page.getByRole("radio", { name: "Detailed" }).isChecked(), true);
  assert.equal(await page.getByLabel("Title").inputValue(), "Tom & Ömer");

  const trap = `<form method="post" action="${site.base}/auth/sign-out"><button>Win</button></form>`;
  await page.goto(`data:text/html,${encodeURIComponent(trap)}`);
  await page.getByRole("button", { name: "Win" }).click();
  await page.getByText("This request came from another site").waitFor();
  await page.getByRole("link", { name: "Your pages" }).click();
  await page.waitForURL(/^[^?]*\/gallery$/);
});

test("books past the first 24 are one step away", async () => {
  const page = await parent("shelf@example.org", 1);
  const { items } = await (await page.request.get(`${site.base}/api/v1/pages`)).json();
  for (let number = 1; number <= 25; number += 1) {
    await api(page, "/books", { page_ids: [items[0].id], title: `Book ${number}` });
  }
  const first = page.getByRole("link", { name: "Book 1", exact: true });
  await page.goto("/gallery");
  await page.getByRole("link", { name: "Book 2", exact: true }).waitFor();
  assert.equal(await first.count(), 0);
  await page.getByRole("link", { name: "Older books" }).click();
  await first.waitFor();
  assert.equal(await page.getByRole("link", { name: "Older books" }).count(), 0);
});
