// A saved page: colouring in, printing, sharing, the large view, redrawing and extending its life.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { startSiteAndBrowser } from "./site.mjs";
import { createPages, eventually, focusedText, signOut, signUpByApi } from "./steps.mjs";

const { newPage } = await startSiteAndBrowser();

/// Signs up, saves a page with the title `Our cat` and opens it; returns also its path.
async function openSavedPage(email, options) {
  const page = await newPage({ acceptDownloads: true, ...options });
  await signUpByApi(page, email);
  const [path] = await createPages(page, ["Our cat"]);
  await page.goto(path);
  return { page, path };
}

/// Pixels of the colouring canvas that have the chosen colour.
const countPainted = (page) =>
  page.locator(".colouring canvas").evaluate((canvas) => {
    const wanted = document.querySelector("[name=paint]:checked").value.slice(1);
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const hex = [0, 1, 2].map((i) => data[at + i].toString(16).padStart(2, "0")).join("");
      if (hex === wanted) count += 1;
    }
    return count;
  });

test("colouring in by touch", async (t) => {
  const { page } = await openSavedPage("mia@example.org", { width: 390, height: 844, hasTouch: true });
  page.sentRequests.length = 0;
  await page.getByRole("button", { name: "Colour it here" }).click();
  const canvas = page.locator(".colouring canvas");
  await canvas.waitFor();
  await page.getByLabel("Blue", { exact: true }).check({ force: true });
  assert.equal(await countPainted(page), 0);
  let area;

  await t.test("a tap fills a region", async () => {
    const box = await canvas.boundingBox();
    await page.touchscreen.tap(box.x + 6, box.y + 6);
    area = await countPainted(page);
    assert.ok(area > 5000, `${area} pixels`);
  });

  await t.test("undo clears the region, redo fills it again", async () => {
    await page.getByRole("button", { name: "Undo" }).click();
    assert.equal(await countPainted(page), 0);
    await page.getByRole("button", { name: "Redo" }).click();
    assert.equal(await countPainted(page), area);
  });

  await t.test("the picture is downloaded as PNG", async () => {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("button", { name: "Save the picture" }).click(),
    ]);
    assert.equal(download.suggestedFilename(), "Our cat.png");
    assert.ok((await readFile(await download.path(), "latin1")).startsWith("\x89PNG"));
  });

  await t.test("no request sends the picture", () => {
    assert.deepEqual(page.sentRequests, []);
    assert.deepEqual(page.consoleErrors, []);
  });
});

test("colouring in with the keyboard alone", async (t) => {
  const { page } = await openSavedPage("noah@example.org");
  await page.getByRole("button", { name: "Colour it here" }).press("Enter");
  await page.locator(".colouring canvas").waitFor();

  await t.test("the canvas takes the focus", async () => {
    await page.waitForFunction(() => document.activeElement?.tagName === "CANVAS");
  });

  await t.test("arrow keys select a region, Enter fills it", async () => {
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    await page.getByText(/^Area 2 of \d+$/).waitFor({ state: "attached" });
    await page.keyboard.press("Enter");
    await page.getByText("Coloured: Red").waitFor({ state: "attached" });
    assert.ok((await countPainted(page)) > 100);
  });

  await t.test("Ctrl+Z clears the region", async () => {
    await page.keyboard.press("Control+z");
    assert.equal(await countPainted(page), 0);
  });

  await t.test("Escape returns the focus to the button", async () => {
    await page.keyboard.press("Escape");
    assert.equal(await focusedText(page), "Colour it here");
  });
});

test("colours stored in the browser", async (t) => {
  const { page, path } = await openSavedPage("emil@example.org");
  const openColouring = async () => {
    await page.goto(path);
    await page.getByRole("button", { name: "Colour it here" }).click();
    await page.locator(".colouring[open] canvas").waitFor();
  };
  const countStored = () =>
    page.evaluate(async (key) => {
      const done = (request) => new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
      const opening = indexedDB.open("scribble", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("draft");
      const database = await done(opening);
      const stored = await done(database.transaction("draft").objectStore("draft").get(key));
      database.close();
      return stored?.colours.length;
    }, path);
  await openColouring();

  await t.test("a reload restores the colours", async () => {
    await page.locator(".colouring canvas").press("ArrowRight");
    await page.locator(".colouring canvas").press("Enter");
    const area = await countPainted(page);
    assert.ok(area > 100);
    await eventually(page, countStored, 1);
    await openColouring();
    assert.equal(await countPainted(page), area);
  });

  await t.test("signing out deletes the colours", async () => {
    await page.locator(".colouring [data-do=close]").click();
    await signOut(page);
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    await eventually(page, countStored, undefined);
  });
});

test("printing", async (t) => {
  const { page } = await openSavedPage("lea@example.org");
  await page.waitForFunction(() => document.querySelector(".paper img").naturalWidth > 0);

  for (const [format, width] of [["A4", 595], ["Letter", 612]]) {
    await t.test(`a page prints on one sheet of ${format}`, async () => {
      const pdf = (await page.pdf({ format })).toString("latin1");
      const boxes = [...pdf.matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)];
      assert.equal(boxes.length, 1, `${boxes.length} sheets of ${format}`);
      assert.ok(Math.abs(Number(boxes[0][1]) - width) < 1, boxes[0][0]);
    });
  }

  await t.test("only the drawing is printed", async () => {
    const parts = [".site-header", ".site-footer", ".page-actions", "h1"];
    const visible = async () => Promise.all(parts.map((part) => page.locator(part).first().isVisible()));
    assert.deepEqual(await visible(), [true, true, true, true]);
    await page.emulateMedia({ media: "print" });
    assert.deepEqual(await visible(), [false, false, false, false]);
    assert.ok(await page.locator(".paper img").isVisible());
  });
});

test("the share button passes the picture as a PNG file", async () => {
  const { page, path } = await openSavedPage("ida@example.org");
  await page.addInitScript(() => {
    navigator.canShare = ({ files }) => files.length === 1;
    navigator.share = async ({ files }) => (window.shared = { name: files[0].name, type: files[0].type, size: files[0].size });
  });
  await page.goto(path);
  await page.getByRole("button", { name: "Share", exact: true }).click();
  const shared = await (await page.waitForFunction(() => window.shared)).jsonValue();
  assert.equal(shared.name, "Our cat.png");
  assert.equal(shared.type, "image/png");
  assert.ok(shared.size > 10_000);
});

test("the large view", async (t) => {
  const { page, path } = await openSavedPage("nora@example.org", { width: 390, height: 844 });
  await page.getByRole("link", { name: "See it large" }).click();
  const dialog = page.getByRole("dialog", { name: "Our cat" });
  const width = () => dialog.locator("img").evaluate((picture) => picture.clientWidth);
  await dialog.waitFor();

  await t.test("each zoom step enlarges by half", async () => {
    const fitted = await width();
    await dialog.getByRole("button", { name: "Larger" }).click();
    assert.ok(Math.abs((await width()) / fitted - 1.5) < 0.02);
    await page.keyboard.press("+");
    assert.ok(Math.abs((await width()) / fitted - 2.25) < 0.02);
  });

  await t.test("closing returns the focus to the link", async () => {
    await dialog.getByRole("button", { name: "Close" }).click();
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await focusedText(page), "See it large");
    assert.equal(new URL(page.url()).pathname, path);
    assert.deepEqual(page.consoleErrors, []);
  });
});

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("redrawing and extending", async (t) => {
      const { page, path } = await openSavedPage(`redraw-${javaScriptEnabled}@example.org`, { javaScriptEnabled });
      const svg = async () => (await page.request.get(`${path}/svg`)).text();
      const daysUntil = async (time) => Math.round((new Date(await time.getAttribute("datetime")) - Date.now()) / 86_400_000);

      await t.test("another style replaces the drawing", async () => {
        const before = await svg();
        await page.getByText("Draw it in another style").click();
        await page.getByText("Detailed", { exact: true }).click();
        await page.getByRole("button", { name: "Draw again" }).click();
        await eventually(page, svg, (now) => now !== before);
      });

      await t.test("the screen then shows the new style", async () => {
        const chosen = page.locator(".redraw [value=detailed][checked]");
        await chosen.waitFor({ state: "attached", timeout: 30_000 });
        await page.getByRole("button", { name: "Save title" }).waitFor({ timeout: 30_000 });
      });

      await t.test("a page can be kept 90 days longer", async () => {
        const until = page.locator(".keep-longer time");
        assert.equal(await daysUntil(until), 90);
        await page.getByRole("button", { name: "Keep longer" }).click();
        await eventually(page, () => daysUntil(until), 180);
      });

      await t.test("the gallery can extend it too", async () => {
        await page.goto("/gallery");
        await page.getByRole("button", { name: "Keep longer: Our cat" }).click();
        await eventually(page, () => daysUntil(page.locator(".card-until time")), 270);
      });

      await t.test("only the first drawing cost a credit", async () => {
        await page.getByText("2 credits left").waitFor();
        await page.goto("/account");
        const rows = await page.locator(".ledger tbody tr").allInnerTexts();
        assert.equal(rows.length, 2);
        assert.match(rows[0], /Spent.*Our cat.*−1/s);
        assert.match(rows[1], /Granted.*\+3/s);
        assert.deepEqual(page.consoleErrors, []);
      });
    });
  });
}
