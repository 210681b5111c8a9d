// Retouching: strokes are erased, joined and drawn by touch, mouse and keyboard, with undo.
import assert from "node:assert/strict";
import test from "node:test";
import { photo, startSiteAndBrowser } from "./site.mjs";
import { clickKeepPage, DESKTOP, eventually, focusedText, openStudioWithPhoto, PHONE, signUpByApi, waitForDrawing, waitForSavedPage } from "./steps.mjs";

const { newPage } = await startSiteAndBrowser();

const countStrokes = (page) => page.locator(".strokes [data-number]").count();
const waitForStrokes = (page, count) =>
  page.waitForFunction((count) => document.querySelectorAll(".strokes [data-number]").length === count, count);
const editsOf = (page) => page.locator("[name=edits]").inputValue();

/// SVG path of the current drawing with its edits, from the engine in the page's worker.
const drawPath = (page) => page.workers()[0].evaluate(async () => (await import("/pkg/scribble.js")).draw_photo("standard", 0.5, 0.6));

/// Screen position of the point at `fraction` of the length of a stroke.
const pointOnStroke = (page, index, fraction) =>
  page.locator(".strokes [data-number]").nth(index).evaluate((stroke, fraction) => {
    const { x, y } = stroke.getPointAtLength(stroke.getTotalLength() * fraction).matrixTransform(stroke.getScreenCTM());
    return [x, y];
  }, fraction);

/// Opens the studio with a photo and starts retouching; signs up first if an address is given.
async function startRetouching(options, email) {
  const page = await newPage(options);
  if (email) await signUpByApi(page, email);
  await openStudioWithPhoto(page);
  await page.getByRole("button", { name: "Touch up" }).click();
  await page.waitForSelector(".strokes [data-number]", { state: "attached" });
  return page;
}

for (const [where, options] of Object.entries({ "on a phone": { ...PHONE, deviceScaleFactor: 2 }, "on a desktop": DESKTOP })) {
  test(`retouching ${where}`, async (t) => {
    const page = await startRetouching(options, `touch-${options.width}@example.org`);
    const total = await countStrokes(page);
    const original = await drawPath(page);
    let erased;
    let edited;

    await t.test("a tap erases a stroke", async () => {
      const point = await pointOnStroke(page, 2, 0.5);
      if (options.hasTouch) await page.touchscreen.tap(...point);
      else await page.mouse.click(...point);
      await waitForStrokes(page, total - 1);
      erased = await drawPath(page);
      assert.notEqual(erased, original);
    });

    await t.test("undo restores the stroke, redo erases it", async () => {
      await page.getByRole("button", { name: "Undo" }).click();
      await waitForStrokes(page, total);
      assert.equal(await drawPath(page), original);
      await page.getByRole("button", { name: "Redo" }).click();
      await waitForStrokes(page, total - 1);
      assert.equal(await drawPath(page), erased);
    });

    await t.test("a line can be drawn", async () => {
      await page.getByText("Draw a line", { exact: true }).click();
      const [from, to] = [await pointOnStroke(page, 0, 1), await pointOnStroke(page, 4, 0)];
      await page.mouse.move(...from);
      await page.mouse.down();
      await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 6 });
      await page.mouse.move(...to, { steps: 6 });
      await page.mouse.up();
      await eventually(page, () => drawPath(page), (now) => now !== erased);
    });

    await t.test("keys erase and undo after touch", async () => {
      await page.locator(".strokes").press("ArrowRight");
      await page.locator(".strokes").press("Delete");
      await waitForStrokes(page, total - 2);
      await page.keyboard.press("Control+z");
      await waitForStrokes(page, total - 1);
      edited = await drawPath(page);
    });

    await t.test("`Done` removes the pointer targets", async () => {
      await page.getByRole("button", { name: "Done" }).click();
      assert.equal(await page.locator(".strokes").count(), 0);
    });

    await t.test("the saved page has the edits", async () => {
      await clickKeepPage(page);
      await waitForSavedPage(page);
      const address = await page.getByRole("link", { name: "SVG", exact: true }).getAttribute("href");
      const svg = await (await page.request.get(address)).text();
      assert.ok(/ d="([^"]*)"/.exec(svg)[1] === edited, "the drawings differ");
      assert.deepEqual(page.consoleErrors, []);
    });
  });
}

test("retouching with the keyboard alone", async (t) => {
  const page = await startRetouching(DESKTOP);
  const total = await countStrokes(page);
  const original = await drawPath(page);
  const layer = page.locator(".strokes");

  await t.test("an arrow key selects a line, J joins it", async () => {
    await layer.focus();
    await layer.press("ArrowDown");
    await page.getByText(`Line 1 of ${total}`).waitFor({ state: "attached" });
    await layer.press("j");
    await eventually(page, () => drawPath(page), (now) => now !== original);
  });

  await t.test("Backspace erases a line", async () => {
    await layer.press("ArrowUp");
    await layer.press("Backspace");
    await waitForStrokes(page, total - 1);
  });

  await t.test("Escape returns the focus to the button", async () => {
    await layer.press("Escape");
    assert.equal(await focusedText(page), "Touch up");
  });

  await t.test("another photo starts without edits", async () => {
    assert.notEqual(await editsOf(page), "");
    await page.setInputFiles("input[type=file]", photo);
    await eventually(page, () => editsOf(page), "");
    await waitForDrawing(page);
    await eventually(page, () => drawPath(page), original);
  });
});

test("a pinch zooms and erases nothing", async () => {
  const page = await startRetouching(PHONE);
  const total = await countStrokes(page);
  const [x, y] = await pointOnStroke(page, 2, 0.5);
  const session = await page.context().newCDPSession(page);
  const fingers = (distance) => [{ x, y, id: 1 }, { x: x + distance, y, id: 2 }];
  const dispatch = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
  await dispatch("touchStart", fingers(0).slice(0, 1));
  await dispatch("touchStart", fingers(30));
  for (const distance of [50, 70, 90]) await dispatch("touchMove", fingers(distance));
  await dispatch("touchEnd", []);
  await page.waitForFunction(() => parseInt(document.querySelector(".zoom-shown").textContent) > 150);
  assert.equal(await countStrokes(page), total);
});

test("cropping after retouching", async (t) => {
  const page = await startRetouching(DESKTOP);
  const total = await countStrokes(page);
  await page.mouse.click(...(await pointOnStroke(page, 2, 0.5)));
  await waitForStrokes(page, total - 1);
  await page.getByRole("button", { name: "Done" }).click();
  const edits = await editsOf(page);
  assert.notEqual(edits, "");
  const openCrop = () => page.getByRole("button", { name: "Crop or turn" }).click();
  const turnRight = () => page.getByRole("button", { name: "Turn right" }).click();
  const applyCrop = () => page.getByRole("button", { name: "Draw this part" }).click();

  await t.test("a cancelled or unchanged crop keeps the edits", async () => {
    await openCrop();
    await turnRight();
    await page.keyboard.press("Escape");
    await openCrop();
    await applyCrop();
    // Long enough for a new drawing, which would clear the edits.
    await page.waitForTimeout(500);
    assert.equal(await editsOf(page), edits);
  });

  await t.test("another crop discards the edits and says so", async () => {
    await openCrop();
    await turnRight();
    await applyCrop();
    await page.getByRole("alert").getByText("what you had touched up is gone").waitFor();
    assert.equal(await editsOf(page), "");
  });
});

test("long lines", async (t) => {
  const page = await startRetouching(DESKTOP);
  await page.getByText("Draw a line", { exact: true }).click();
  const { x, y, width, height } = await page.locator(".sheet").boundingBox();
  const pointOnCircle = (angle) => [x + width * (0.5 + 0.35 * Math.cos(angle)), y + height * (0.5 + 0.35 * Math.sin(angle))];
  /// Draws almost two circles with `steps` pointer events.
  const drawCircles = async (steps) => {
    await page.mouse.move(...pointOnCircle(0));
    await page.mouse.down();
    for (let step = 1; step <= steps; step += 1) await page.mouse.move(...pointOnCircle((step * 12) / steps));
    await page.mouse.up();
  };
  const addedLines = async () => JSON.parse((await editsOf(page)) || "{}").added ?? [];

  await t.test("a long line is simplified evenly to 60 points", async () => {
    await drawCircles(200);
    const [line] = await eventually(page, addedLines, (lines) => lines.length === 1);
    assert.ok(line.length > 30 && line.length <= 60, `${line.length} points`);
    const lengths = line.slice(1).map(([x, y], at) => Math.hypot(x - line[at][0], y - line[at][1]));
    assert.ok(Math.max(...lengths) < 150, `a straight segment of ${Math.max(...lengths)}`);
  });

  await t.test("the limit of added lines is announced", async () => {
    const message = page.getByText("That was the most a page can take");
    for (let tries = 0; !(await message.isVisible()); tries += 1) {
      assert.ok(tries < 15, "the limit was not announced");
      await drawCircles(55);
    }
  });

  await t.test("undo works at the limit", async () => {
    const count = (await addedLines()).length;
    await page.getByRole("button", { name: "Undo" }).click();
    await eventually(page, async () => (await addedLines()).length, count - 1);
  });
});
