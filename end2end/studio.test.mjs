// Studio: preset previews, settings, cropping, zooming, scrolling by touch, large photos.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { photo, startSiteAndBrowser } from "./site.mjs";
import {
  choosePhotos, clickKeepPage, DESKTOP, eventually, focusedText, getJson, hashDrawing, openStudio, openStudioWithPhoto, PHONE, signUpByApi,
  waitForDrawing, waitForNewDrawing, waitForSavedPage,
} from "./steps.mjs";

const { newPage } = await startSiteAndBrowser();
const phone = { ...PHONE, deviceScaleFactor: 2 };

async function studioWithPhoto(options, email) {
  const page = await newPage(options);
  if (email) await signUpByApi(page, email);
  await openStudioWithPhoto(page);
  return page;
}

const openCrop = (page) => page.getByRole("button", { name: "Crop or turn" }).click();
const applyCrop = (page) => page.getByRole("button", { name: "Draw this part" }).click();
const aspectRatio = (page) => page.locator(".sheet").evaluate((sheet) => sheet.clientWidth / sheet.clientHeight);
const shownZoom = (page) => page.locator(".zoom-shown").textContent();
const isNear = (value, expected) => Math.abs(value - expected) < 0.02;
const assertNear = (value, expected) => assert.ok(isNear(value, expected), `${value} is not near ${expected}`);
/// The sheet may get its new shape a moment after another drawing.
const waitForAspectRatio = (page, expected) => eventually(page, () => aspectRatio(page), (ratio) => isNear(ratio, expected));

for (const [where, options] of Object.entries({ "on a phone": phone, "on a desktop": DESKTOP })) {
  describe(where, () => {
    test("preset previews", async (t) => {
      const page = await studioWithPhoto(options);
      const sources = () => page.locator(".preset-picture").evaluateAll((images) => images.map(({ src }) => src));
      /// Waits until the four previews differ from each other and from those before.
      const waitForPreviews = (before) =>
        eventually(page, sources, (now) => new Set(now).size === 4 && now.every((source, at) => source && source !== before[at]));
      let first;

      await t.test("each preset shows the current photo", async () => {
        first = await waitForPreviews(["", "", "", ""]);
        for (const image of await page.locator(".preset-picture").all()) {
          assert.equal(await image.evaluate(async (image) => (await image.decode(), image.naturalWidth)), 240);
        }
      });

      await t.test("previews follow the settings", async () => {
        await page.getByText("More settings").click();
        await page.getByText("Remove", { exact: true }).click();
        await waitForPreviews(first);
        assert.deepEqual(page.sentRequests, []);
        assert.deepEqual(page.consoleErrors, []);
      });
    });

    test("more settings", async (t) => {
      const page = await studioWithPhoto(options, `settings-${options.width}@example.org`);
      let hash = await hashDrawing(page);
      await page.getByText("More settings").click();
      const settings = {
        background: () => page.getByText("Remove", { exact: true }).click(),
        smoothing: () => page.getByRole("slider", { name: "Smoothing" }).fill("0.9"),
        frame: () => page.getByLabel("A line around the page").check(),
      };
      for (const [name, change] of Object.entries(settings)) {
        await t.test(`the ${name} changes the drawing`, async () => {
          await change();
          hash = await waitForNewDrawing(page, hash);
        });
      }

      await t.test("the settings are saved with the page", async () => {
        await clickKeepPage(page);
        await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
        const { style } = await getJson(page, new URL(page.url()).pathname);
        assert.equal(style.background, "remove");
        assert.equal(style.frame, true);
        assertNear(style.smoothing, 0.9);
      });
    });

    test("cropping and turning", async (t) => {
      const page = await studioWithPhoto(options, `crop-${options.width}@example.org`);
      const dialog = page.getByRole("dialog");
      assertNear(await aspectRatio(page), 451 / 300);
      let hash = await hashDrawing(page);

      await t.test("dragging a corner crops to the left half", async () => {
        await openCrop(page);
        const handle = await dialog.getByRole("button", { name: "Bottom right corner" }).boundingBox();
        const sheet = await dialog.locator("canvas").boundingBox();
        const [x, y] = [handle.x + handle.width / 2, handle.y + handle.height / 2];
        await page.mouse.move(x, y);
        await page.mouse.down();
        await page.mouse.move(x - sheet.width / 4, y, { steps: 4 });
        await page.mouse.move(x - sheet.width / 2, y, { steps: 4 });
        await page.mouse.up();
        await applyCrop(page);
        hash = await waitForNewDrawing(page, hash);
        await waitForAspectRatio(page, 451 / 2 / 300);
      });

      await t.test("the whole photo can be turned, keys crop its top", async () => {
        await openCrop(page);
        await dialog.getByRole("button", { name: "Whole photo" }).click();
        await dialog.getByText("451 × 300").waitFor();
        await dialog.getByRole("button", { name: "Turn right" }).click();
        await dialog.getByText("300 × 451").waitFor();
        const corner = dialog.getByRole("button", { name: "Top left corner" });
        for (let step = 0; step < 4; step += 1) await corner.press("Shift+ArrowDown");
        await dialog.getByText("300 × 361").waitFor();
        await applyCrop(page);
        await waitForAspectRatio(page, 300 / 361);
      });

      await t.test("only the cropped part is uploaded", async () => {
        let asset;
        // Read here: Chromium discards the body once the next screen loads.
        await page.route("**/api/v1/upload", async (route) => {
          const response = await route.fetch();
          asset = await response.json();
          await route.fulfill({ response });
        });
        await clickKeepPage(page);
        await waitForSavedPage(page);
        assert.deepEqual([asset.width, asset.height], [300, 361]);
        assert.deepEqual(page.consoleErrors, []);
      });
    });

    test("a cancelled crop changes nothing", async () => {
      const page = await studioWithPhoto(options);
      const hash = await hashDrawing(page);
      await openCrop(page);
      await page.getByRole("button", { name: "Turn left" }).click();
      await page.keyboard.press("Escape");
      assert.equal(await focusedText(page), "Crop or turn");
      // Long enough for a new drawing.
      await page.waitForTimeout(500);
      assert.equal(await hashDrawing(page), hash);
      assertNear(await aspectRatio(page), 451 / 300);
    });

    test("zooming", async (t) => {
      const page = await studioWithPhoto(options);
      const divider = page.getByLabel("Compare photo and drawing");
      const offsetLeft = () => page.locator(".sheet canvas").evaluate((canvas) => canvas.offsetLeft);

      await t.test("the buttons zoom, the drawing is rendered sharp", async () => {
        const width = await page.locator(".sheet canvas").evaluate((canvas) => canvas.width);
        for (const shown of ["150 %", "225 %"]) {
          await page.getByRole("button", { name: "Larger" }).click();
          await page.getByText(shown).waitFor();
        }
        await page.waitForFunction((width) => document.querySelector(".sheet canvas").width > width * 2, width);
      });

      await t.test("Shift and an arrow key move the sheet", async () => {
        const before = await offsetLeft();
        await divider.press("Shift+ArrowRight");
        assert.ok((await offsetLeft()) < before);
      });

      await t.test("the key 0 resets the zoom", async () => {
        await divider.press("0");
        assert.equal(await shownZoom(page), "100 %");
      });

      const sheet = await page.locator(".sheet").boundingBox();
      const [x, y] = [sheet.x + sheet.width * 0.75, sheet.y + sheet.height / 2];
      await t.test(options.hasTouch ? "a pinch zooms and leaves the divider" : "the mouse wheel zooms", async () => {
        if (options.hasTouch) {
          const session = await page.context().newCDPSession(page);
          const fingers = (distance) => [{ x: x - distance, y }, { x: x + distance, y }];
          const dispatch = (type, touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
          await dispatch("touchStart", fingers(20).slice(0, 1));
          await dispatch("touchStart", fingers(20));
          for (const distance of [30, 45, 60]) await dispatch("touchMove", fingers(distance));
          await dispatch("touchEnd", []);
          assert.equal(await divider.inputValue(), "0");
        } else {
          await page.mouse.move(x, y);
          await page.mouse.wheel(0, -400);
        }
        await page.waitForFunction(() => parseInt(document.querySelector(".zoom-shown").textContent) > 200);
      });

      await t.test("dragging moves the zoomed sheet, not the window", async () => {
        const before = await offsetLeft();
        await page.mouse.move(x, y);
        await page.mouse.down();
        await page.mouse.move(x + 30, y, { steps: 3 });
        await page.mouse.up();
        const moved = (await offsetLeft()) - before;
        assert.ok(Math.abs(moved - 30) < 3, `moved by ${moved} px`);
        assert.equal(await page.evaluate(() => scrollX), 0);
      });

      await t.test("another photo resets the zoom", async () => {
        assert.notEqual(await shownZoom(page), "100 %");
        await choosePhotos(page, { name: "same.jpg", mimeType: "image/jpeg", buffer: await readFile(photo) });
        await eventually(page, () => shownZoom(page), "100 %");
        assert.deepEqual(page.consoleErrors, []);
      });
    });
  });
}

test("a photo of 48 megapixels is drawn and turned on a phone", async () => {
  const page = await newPage(phone);
  await openStudio(page);
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
  await waitForDrawing(page);
  await openCrop(page);
  await page.getByRole("dialog").getByText("8000 × 6000").waitFor();
  await page.getByRole("button", { name: "Turn left" }).click();
  const hash = await hashDrawing(page);
  await applyCrop(page);
  await waitForNewDrawing(page, hash);
  assertNear(await aspectRatio(page), 6000 / 8000);
  assert.deepEqual(page.consoleErrors, []);
});

test("swiping over sliders", async (t) => {
  const page = await studioWithPhoto(phone);
  const session = await page.context().newCDPSession(page);
  const swipe = async (target, [dx, dy]) => {
    const { x, y, width, height } = await target.boundingBox();
    const dispatch = (type, ...touchPoints) => session.send("Input.dispatchTouchEvent", { type, touchPoints });
    const pointAt = (fraction) => ({ x: x + width * 0.6 + dx * fraction, y: y + height / 2 + dy * fraction, id: 1 });
    await dispatch("touchStart", pointAt(0));
    for (let step = 1; step <= 12; step += 1) {
      await dispatch("touchMove", pointAt(step / 12));
      await page.waitForTimeout(16);
    }
    await dispatch("touchEnd");
    await page.waitForTimeout(200);
  };
  const scrollToCentre = (target) => target.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const scrolled = () => page.evaluate(() => scrollY);
  const divider = page.getByLabel("Compare photo and drawing");
  const detail = page.getByRole("slider", { name: "Detail" });

  await t.test("a vertical swipe over the drawing scrolls", async () => {
    await swipe(divider, [0, -150]);
    assert.ok((await scrolled()) > 50);
    assert.equal(await divider.inputValue(), "0");
  });

  await t.test("a vertical swipe over a slider scrolls", async () => {
    await scrollToCentre(detail);
    const [value, top] = [await detail.inputValue(), await scrolled()];
    await swipe(detail, [0, 100]);
    assert.ok((await scrolled()) < top - 50);
    assert.equal(await detail.inputValue(), value);
  });

  await t.test("a horizontal swipe moves the slider", async () => {
    await scrollToCentre(detail);
    const value = await detail.inputValue();
    await swipe(detail, [90, 0]);
    assert.ok(Number(await detail.inputValue()) > Number(value));
  });

  await t.test("a vertical swipe leaves the slider of the home screen", async () => {
    await page.goto("/");
    await page.waitForLoadState("networkidle");
    await scrollToCentre(divider);
    const top = await scrolled();
    await swipe(divider, [0, -150]);
    assert.ok((await scrolled()) > top + 50);
    assert.equal(await divider.inputValue(), "50");
  });
});

test("the focus moves to the drawing of a sample", async () => {
  const page = await newPage();
  await openStudio(page);
  await page.getByRole("button", { name: "A cup of coffee" }).press("Enter");
  await waitForDrawing(page);
  await page.waitForFunction(() => document.activeElement.matches(".sheet-compare"));
});

test("a HEIC file is rejected, the photo before it stays", async () => {
  const page = await studioWithPhoto(phone);
  const hash = await hashDrawing(page);
  const heic = Buffer.concat([Buffer.from("\0\0\0\x18ftypheic\0\0\0\0mif1heic", "latin1"), Buffer.alloc(5000, 7)]);
  await page.setInputFiles(".another input", { name: "IMG_0001.HEIC", mimeType: "image/heic", buffer: heic });
  await page.getByRole("alert").getByText("Please save the photo as JPEG and choose that").waitFor();
  await waitForDrawing(page);
  assert.equal(await hashDrawing(page), hash);
  assert.deepEqual(page.sentRequests, []);
});
