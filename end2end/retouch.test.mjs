// Touching up: strokes are erased and joined by finger, mouse and keyboard, and the page is kept as it was left.
import assert from "node:assert/strict";
import test from "node:test";
import { codeFor, openWindow, password, photo, siteAndBrowser } from "./site.mjs";

const { site, browser } = await siteAndBrowser();

const strokes = (page) => page.locator(".strokes [data-number]").count();
const left = (page, count) =>
  page.waitForFunction((count) => document.querySelectorAll(".strokes [data-number]").length === count, count);
/// What the engine of the tab draws now, with what was changed by hand.
const seen = (page) =>
  page.workers()[0].evaluate(async () => (await import("/pkg/scribble.js")).draw("standard", 0.5, 0.6).path);

/// Where a part of a stroke lies on the screen.
const spot = (page, index, part) =>
  page.locator(".strokes [data-number]").nth(index).evaluate((stroke, part) => {
    const { x, y } = stroke.getPointAtLength(stroke.getTotalLength() * part).matrixTransform(stroke.getScreenCTM());
    return [x, y];
  }, part);

async function touchUp(options, email) {
  const page = await openWindow(browser, site.base, options);
  const api = (path, body) => page.request.post(`${site.base}/api/v1${path}`, { data: body, headers: { origin: site.base } });
  if (email) {
    await api("/auth/signup", { email, password });
    await api("/auth/verify-otp", { email, code: await codeFor(site.base, email) });
  }
  await page.goto("/create");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
  await page.getByRole("button", { name: "Touch up" }).click();
  await page.waitForSelector(".strokes [data-number]", { state: "attached" });
  return page;
}

for (const [where, options] of Object.entries({
  "on a phone": { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  "at a desk": { width: 1280, height: 900 },
})) {
  test(`what was touched up is kept as it was seen ${where}`, async () => {
    const page = await touchUp(options, `touch-${options.width}@example.org`);
    const all = await strokes(page);
    const whole = await seen(page);
    if (options.hasTouch) await page.touchscreen.tap(...(await spot(page, 2, 0.5)));
    else await page.mouse.click(...(await spot(page, 2, 0.5)));
    await left(page, all - 1);
    const erased = await seen(page);
    assert.notEqual(erased, whole);
    await page.getByRole("button", { name: "Undo" }).click();
    await left(page, all);
    assert.equal(await seen(page), whole);
    await page.getByRole("button", { name: "Redo" }).click();
    await left(page, all - 1);
    assert.equal(await seen(page), erased);

    await page.getByText("Draw a line", { exact: true }).click();
    const [from, to] = [await spot(page, 0, 1), await spot(page, 4, 0)];
    await page.mouse.move(...from);
    await page.mouse.down();
    await page.mouse.move((from[0] + to[0]) / 2, (from[1] + to[1]) / 2, { steps: 6 });
    await page.mouse.move(...to, { steps: 6 });
    await page.mouse.up();
    for (let tries = 0; (await seen(page)) === erased; tries += 1) {
      assert.ok(tries < 50, "the line was not drawn");
      await page.waitForTimeout(50);
    }

    // Slider and touch go together.
    await page.locator(".strokes").press("ArrowRight");
    await page.locator(".strokes").press("Delete");
    await left(page, all - 2);
    await page.keyboard.press("Control+z");
    await left(page, all - 1);
    const last = await seen(page);
    await page.getByRole("button", { name: "Done" }).click();
    assert.equal(await page.locator(".strokes").count(), 0);
    await page.getByRole("button", { name: "Keep this page" }).click();
    await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
    const link = page.getByRole("link", { name: "SVG", exact: true });
    await link.waitFor({ timeout: 30_000 });
    const svg = await (await page.request.get(await link.getAttribute("href"))).text();
    assert.ok(/ d="([^"]*)"/.exec(svg)[1] === last, "another drawing was kept");
    assert.deepEqual(page.complaints, []);
  });
}

test("the keyboard alone erases and joins, and another photo begins untouched", async () => {
  const page = await touchUp({ width: 1280, height: 900 });
  const all = await strokes(page);
  const whole = await seen(page);
  const layer = page.locator(".strokes");
  await layer.focus();
  await layer.press("ArrowDown");
  await page.getByText(`Line 1 of ${all}`).waitFor({ state: "attached" });
  await layer.press("j");
  for (let tries = 0; (await seen(page)) === whole; tries += 1) {
    assert.ok(tries < 50, "nothing was joined");
    await page.waitForTimeout(50);
  }
  await layer.press("ArrowUp");
  await layer.press("Backspace");
  await left(page, all - 1);
  await layer.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "Touch up");
  await page.setInputFiles("input[type=file]", photo);
  await page.waitForFunction(() => document.querySelector("[name=edits]").value === "");
  await page.waitForSelector("[data-stage=drawn]");
  assert.equal(await seen(page), whole);
});

test("a pinch erases nothing, and looking closely goes on", async () => {
  const page = await touchUp({ width: 390, height: 844, isMobile: true, hasTouch: true });
  const all = await strokes(page);
  const [x, y] = await spot(page, 2, 0.5);
  const touch = await page.context().newCDPSession(page);
  const fingers = (apart) => [{ x, y, id: 1 }, { x: x + apart, y, id: 2 }];
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: fingers(0).slice(0, 1) });
  await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: fingers(30) });
  for (const apart of [50, 70, 90]) await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: fingers(apart) });
  await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await page.waitForFunction(() => parseInt(document.querySelector(".zoom-shown").textContent) > 150);
  assert.equal(await strokes(page), all);
});

test("a crop that changes nothing keeps what was touched up, and another one says that it is gone", async () => {
  const page = await touchUp({ width: 1280, height: 900 });
  const all = await strokes(page);
  await page.mouse.click(...(await spot(page, 2, 0.5)));
  await left(page, all - 1);
  await page.getByRole("button", { name: "Done" }).click();
  const edits = await page.locator("[name=edits]").inputValue();
  // Called off, a turn is forgotten.
  for (const act of ["Turn right", "Draw this part"]) {
    await page.getByRole("button", { name: "Crop or turn" }).click();
    await page.getByRole("button", { name: act }).click();
    if (act === "Turn right") await page.keyboard.press("Escape");
  }
  await page.waitForTimeout(500);
  assert.equal(await page.locator("[name=edits]").inputValue(), edits);
  await page.getByRole("button", { name: "Crop or turn" }).click();
  await page.getByRole("button", { name: "Turn right" }).click();
  await page.getByRole("button", { name: "Draw this part" }).click();
  await page.getByRole("alert").getByText("what you had touched up is gone").waitFor();
  assert.equal(await page.locator("[name=edits]").inputValue(), "");
});

test("a long line stays as it was drawn, and what is too much is said", async () => {
  const page = await touchUp({ width: 1280, height: 900 });
  await page.getByText("Draw a line", { exact: true }).click();
  const { x, y, width, height } = await page.locator(".sheet").boundingBox();
  const circle = (turn) => [x + width * (0.5 + 0.35 * Math.cos(turn)), y + height * (0.5 + 0.35 * Math.sin(turn))];
  const draw = async (steps) => {
    await page.mouse.move(...circle(0));
    await page.mouse.down();
    for (let step = 1; step <= steps; step += 1) await page.mouse.move(...circle((step * 12) / steps));
    await page.mouse.up();
  };
  const added = async () => JSON.parse((await page.locator("[name=edits]").inputValue()) || "{}").added ?? [];
  await draw(200);
  const [line] = await added();
  assert.ok(line.length > 30 && line.length <= 60, `${line.length} points`);
  const steps = line.slice(1).map(([x, y], at) => Math.hypot(x - line[at][0], y - line[at][1]));
  assert.ok(Math.max(...steps) < 150, `a straight stretch of ${Math.max(...steps)}`);
  const said = page.getByText("That was the most a page can take");
  for (let tries = 0; !(await said.isVisible()); tries += 1) {
    assert.ok(tries < 15, "nothing was said");
    await draw(55);
  }
  const full = (await added()).length;
  await page.getByRole("button", { name: "Undo" }).click();
  assert.equal((await added()).length, full - 1);
});
