// What a parent can do with a photo before the page is kept, on a phone and at a desk.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { codeFor, openWindow, password, photo, siteAndBrowser } from "./site.mjs";

const { site, browser } = await siteAndBrowser();

const windows = {
  "on a phone": { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
  "at a desk": { width: 1280, height: 900 },
};

const drawn = (page) => page.waitForSelector("[data-stage=drawn]");
const choose = (page, file) => page.getByLabel("Choose a photo", { exact: true }).setInputFiles(file);

async function withPhoto(options) {
  const page = await openWindow(browser, site.base, options);
  await page.goto("/create");
  await choose(page, photo);
  await drawn(page);
  return page;
}

const fingerprint = (page) =>
  page.locator(".sheet canvas").evaluate(async (canvas) => {
    const blob = await new Promise((done) => canvas.toBlob(done));
    const hash = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(hash)].join();
  });

async function changed(page, from) {
  for (let tries = 0; tries < 60; tries += 1) {
    const now = await fingerprint(page);
    if (now !== from) return now;
    await page.waitForTimeout(50);
  }
  throw new Error("the drawing did not change");
}

const api = (page, path, body) =>
  page.request.post(`${site.base}/api/v1${path}`, { data: body, headers: { origin: site.base } });

async function signUp(page, email) {
  await api(page, "/auth/signup", { email, password });
  await api(page, "/auth/verify-otp", { email, code: await codeFor(site.base, email) });
}

const sheetShape = (page) =>
  page.locator(".sheet").evaluate((sheet) => sheet.clientWidth / sheet.clientHeight);

const near = (value, expected) => assert.ok(Math.abs(value - expected) < 0.02, `${value} is not near ${expected}`);

for (const [where, options] of Object.entries(windows)) {
  test(`each preset is a picture of this very photo ${where}`, async () => {
    const page = await withPhoto(options);
    const sources = () => page.locator(".preset-picture").evaluateAll((pictures) => pictures.map(({ src }) => src));
    const pictured = async (before) => {
      for (let tries = 0; tries < 100; tries += 1) {
        const now = await sources();
        if (new Set(now).size === 4 && now.every((source, at) => source && source !== before[at])) return now;
        await page.waitForTimeout(50);
      }
      throw new Error("a preset has no picture of this photo");
    };
    const first = await pictured(["", "", "", ""]);
    for (const picture of await page.locator(".preset-picture").all()) {
      assert.equal(await picture.evaluate(async (image) => (await image.decode(), image.naturalWidth)), 240);
    }
    await page.getByText("More settings").click();
    await page.getByText("Remove", { exact: true }).click();
    await pictured(first);
    assert.deepEqual(page.sent, []);
    assert.deepEqual(page.complaints, []);
  });

  test(`background, smoothing and a frame are drawn and kept ${where}`, async () => {
    const page = await withPhoto(options);
    await signUp(page, `knobs-${options.width}@example.org`);
    await page.reload();
    await choose(page, photo);
    await drawn(page);
    let now = await fingerprint(page);
    await page.getByText("More settings").click();
    await page.getByText("Remove", { exact: true }).click();
    now = await changed(page, now);
    await page.getByRole("slider", { name: "Smoothing" }).fill("0.9");
    now = await changed(page, now);
    await page.getByLabel("A line around the page").check();
    await changed(page, now);
    await page.getByRole("button", { name: "Keep this page" }).click();
    await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
    const { style } = await (await page.request.get(`${site.base}/api/v1${new URL(page.url()).pathname}`)).json();
    assert.equal(style.background, "remove");
    assert.equal(style.frame, true);
    near(style.smoothing, 0.9);
  });

  test(`a photo is cropped and turned, and only that part is drawn and sent ${where}`, async () => {
    const page = await withPhoto(options);
    await signUp(page, `crop-${options.width}@example.org`);
    await page.reload();
    await choose(page, photo);
    await drawn(page);
    near(await sheetShape(page), 451 / 300);
    const before = await fingerprint(page);

    // With a finger or the mouse: the left half.
    await page.getByRole("button", { name: "Crop or turn" }).click();
    const dialog = page.getByRole("dialog");
    const handle = await dialog.getByRole("button", { name: "Bottom right corner" }).boundingBox();
    const sheet = await dialog.locator("canvas").boundingBox();
    const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x - sheet.width / 4, y, { steps: 4 });
    await page.mouse.move(x - sheet.width / 2, y, { steps: 4 });
    await page.mouse.up();
    await dialog.getByRole("button", { name: "Draw this part" }).click();
    await changed(page, before);
    near(await sheetShape(page), 451 / 2 / 300);

    // Once more, from the whole photo: turned, and the top cut off with the keyboard.
    await page.getByRole("button", { name: "Crop or turn" }).click();
    await dialog.getByRole("button", { name: "Whole photo" }).click();
    await dialog.getByText("451 × 300").waitFor();
    await dialog.getByRole("button", { name: "Turn right" }).click();
    await dialog.getByText("300 × 451").waitFor();
    const corner = dialog.getByRole("button", { name: "Top left corner" });
    for (let step = 0; step < 4; step += 1) await corner.press("Shift+ArrowDown");
    await dialog.getByText("300 × 361").waitFor();
    const cropped = await fingerprint(page);
    await dialog.getByRole("button", { name: "Draw this part" }).click();
    await changed(page, cropped);
    near(await sheetShape(page), 300 / 361);

    // Read on its way: the screen that follows takes the answer with it.
    let sent;
    await page.route("**/api/v1/upload", async (route) => {
      const response = await route.fetch();
      sent = await response.json();
      await route.fulfill({ response });
    });
    await page.getByRole("button", { name: "Keep this page" }).click();
    await page.waitForURL(/\/pages\//);
    assert.deepEqual([sent.width, sent.height], [300, 361]);
    await page.getByRole("link", { name: "PDF for A4" }).waitFor({ timeout: 30_000 });
    assert.deepEqual(page.complaints, []);
  });

  test(`a crop that is called off changes nothing ${where}`, async () => {
    const page = await withPhoto(options);
    const before = await fingerprint(page);
    await page.getByRole("button", { name: "Crop or turn" }).click();
    await page.getByRole("button", { name: "Turn left" }).click();
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.textContent.trim()), "Crop or turn");
    assert.equal(await fingerprint(page), before);
  });

  test(`photo and drawing are looked at closely ${where}`, async () => {
    const page = await withPhoto(options);
    const zoom = () => page.locator(".zoom-shown").textContent();
    const width = () => page.locator(".sheet canvas").evaluate((canvas) => canvas.width);
    const first = await width();
    for (const shown of ["150 %", "225 %"]) {
      await page.getByRole("button", { name: "Larger" }).click();
      await page.getByText(shown).waitFor();
    }
    // Drawn anew, as sharp as it is shown.
    await page.waitForFunction((first) => document.querySelector(".sheet canvas").width > first * 2, first);
    const left = () => page.locator(".sheet canvas").evaluate((canvas) => canvas.offsetLeft);
    const before = await left();
    await page.getByLabel("Compare photo and drawing").press("Shift+ArrowRight");
    assert.ok((await left()) < before, "the arrow keys did not move the sheet");
    await page.getByLabel("Compare photo and drawing").press("0");
    assert.equal(await zoom(), "100 %");

    const sheet = await page.locator(".sheet").boundingBox();
    const [x, y] = [sheet.x + sheet.width * 0.75, sheet.y + sheet.height / 2];
    if (options.hasTouch) {
      const touch = await page.context().newCDPSession(page);
      const fingers = (apart) => [{ x: x - apart, y }, { x: x + apart, y }];
      await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: fingers(20).slice(0, 1) });
      await touch.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints: fingers(20) });
      for (const apart of [30, 45, 60]) {
        await touch.send("Input.dispatchTouchEvent", { type: "touchMove", touchPoints: fingers(apart) });
      }
      await touch.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
      assert.equal(await page.getByLabel("Compare photo and drawing").inputValue(), "0", "a pinch moved the divider");
    } else {
      await page.mouse.move(x, y);
      await page.mouse.wheel(0, -400);
    }
    await page.waitForFunction(() => parseInt(document.querySelector(".zoom-shown").textContent) > 200);
    // A finger moves the sheet, and takes hold of the divider where that is.
    const at = await left();
    await page.mouse.move(x, y);
    await page.mouse.down();
    await page.mouse.move(x + 30, y, { steps: 3 });
    await page.mouse.up();
    assert.ok(Math.abs((await left()) - at - 30) < 3, "the sheet did not follow");
    assert.equal(await page.evaluate(() => scrollX), 0);
    await choose(page, { name: "same.jpg", mimeType: "image/jpeg", buffer: await readFile(photo) });
    await page.waitForFunction(() => document.querySelector(".zoom-shown").textContent === "100 %");
    assert.deepEqual(page.complaints, []);
  });
}

test("a photo of 48 megapixels is drawn on a phone", async () => {
  const page = await openWindow(browser, site.base, windows["on a phone"]);
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.evaluate(async () => {
    const bitmap = await createImageBitmap(await (await fetch("/samples/cat.jpg")).blob());
    const canvas = new OffscreenCanvas(8000, 6000);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, 8000, 6000);
    const files = new DataTransfer();
    files.items.add(new File([await canvas.convertToBlob({ type: "image/jpeg" })], "48mp.jpg", { type: "image/jpeg" }));
    const field = document.querySelector("input[type=file]");
    field.files = files.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  await drawn(page);
  await page.getByRole("button", { name: "Crop or turn" }).click();
  await page.getByRole("dialog").getByText("8000 × 6000").waitFor();
  await page.getByRole("button", { name: "Turn left" }).click();
  const before = await fingerprint(page);
  await page.getByRole("button", { name: "Draw this part" }).click();
  await changed(page, before);
  near(await sheetShape(page), 6000 / 8000);
  assert.deepEqual(page.complaints, []);
});

test("a swipe over the drawing or a slider scrolls, and moves neither", async () => {
  const page = await withPhoto(windows["on a phone"]);
  await page.waitForTimeout(1500);
  const touch = await page.context().newCDPSession(page);
  const swipe = async (part, [dx, dy]) => {
    const { x, y, width, height } = await part.boundingBox();
    const send = (type, ...touchPoints) => touch.send("Input.dispatchTouchEvent", { type, touchPoints });
    const at = (way) => ({ x: x + width * 0.6 + dx * way, y: y + height / 2 + dy * way, id: 1 });
    await send("touchStart", at(0));
    for (let step = 1; step <= 12; step += 1) {
      await send("touchMove", at(step / 12));
      await page.waitForTimeout(16);
    }
    await send("touchEnd");
    await page.waitForTimeout(200);
  };
  const divider = page.getByLabel("Compare photo and drawing");
  await swipe(divider, [0, -150]);
  assert.ok((await page.evaluate(() => scrollY)) > 50, "it did not scroll");
  assert.equal(await divider.inputValue(), "0", "the photo covers the drawing");
  const detail = page.getByRole("slider", { name: "Detail" });
  await detail.evaluate((slider) => slider.scrollIntoView({ block: "center" }));
  const before = await detail.inputValue();
  await swipe(detail, [0, 100]);
  assert.equal(await detail.inputValue(), before);
  // Sideways it follows.
  await detail.evaluate((slider) => slider.scrollIntoView({ block: "center" }));
  await swipe(detail, [90, 0]);
  assert.ok(Number(await detail.inputValue()) > Number(before));

  await page.goto("/");
  await page.waitForLoadState("networkidle");
  await divider.evaluate((slider) => slider.scrollIntoView({ block: "center" }));
  await swipe(divider, [0, -150]);
  assert.equal(await divider.inputValue(), "50");
});

test("once a sample is drawn, the keyboard goes on at the drawing", async () => {
  const page = await openWindow(browser, site.base);
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.getByRole("button", { name: "A cup of coffee" }).press("Enter");
  await drawn(page);
  await page.waitForFunction(() => document.activeElement.matches(".sheet-compare"));
});

test("a HEIC photo that this browser cannot open is refused with a way out, and the photo before it stays", async () => {
  const page = await withPhoto(windows["on a phone"]);
  const before = await fingerprint(page);
  const heic = Buffer.concat([Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), Buffer.alloc(5000, 7)]);
  await page.setInputFiles(".another input", { name: "IMG_0001.HEIC", mimeType: "image/heic", buffer: heic });
  await page.getByRole("alert").getByText("Please save the photo as JPEG and choose that").waitFor();
  await drawn(page);
  assert.equal(await fingerprint(page), before);
  assert.deepEqual(page.sent, []);
});
