// Photos of a camera in every browser: 12 megapixels, stored lying and turned by their Exif data.
import assert from "node:assert/strict";
import { photo, startSite } from "../site.mjs";
import { PHOTO_FIELD, testInEveryBrowser, withSite } from "./steps.mjs";
import { text } from "./window.mjs";

const site = withSite(await startSite());

/// Runs in the page: chooses a JPEG of 4000 by 3000 pixels with a dark disc in its middle, which
/// Exif orientation 6 (TIFF 6.0, tag 0x0112) turns by a quarter.
async function chooseTurnedPhoto(field, done) {
  const canvas = new OffscreenCanvas(4000, 3000);
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, 4000, 3000);
  brush.fillStyle = "#135";
  brush.arc(2000, 1500, 900, 0, 7);
  brush.fill();
  const jpeg = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
  const exif = "45786966000049492a0008000000010012010300010000000600000000000000";
  const bytes = Uint8Array.from(exif.match(/../g), (pair) => parseInt(pair, 16));
  const marker = Uint8Array.of(0xff, 0xe1, 0, bytes.length + 2);
  const data = new DataTransfer();
  data.items.add(new File([jpeg.slice(0, 2), marker, bytes, jpeg.slice(2)], "turned.jpg", { type: "image/jpeg" }));
  field.files = data.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
  done();
}

/// Runs in the page: the size of the drawing and of the box around its ink.
function measureDrawing() {
  const drawing = document.querySelector("[data-stage=drawn] canvas");
  const { width, height } = drawing;
  const brush = new OffscreenCanvas(width, height).getContext("2d");
  brush.drawImage(drawing, 0, 0);
  const { data } = brush.getImageData(0, 0, width, height);
  const [xs, ys] = [[], []];
  for (let at = 0; at < width * height; at += 1) {
    if (data[4 * at] > 128) continue;
    xs.push(at % width);
    ys.push(Math.floor(at / width));
  }
  const extent = (values) => values.reduce((most, value) => Math.max(most, value), 0) - values.reduce((least, value) => Math.min(least, value), Infinity);
  return { width, height, across: extent(xs), down: extent(ys) };
}

testInEveryBrowser(site, "a large photo turned by Exif", async (window, step) => {
  let drawing;
  await step("it is drawn upright", async (t) => {
    await window.goto("/create");
    await window.waitForStage("empty");
    await window.driver.executeAsyncScript(chooseTurnedPhoto, await window.waitFor(PHOTO_FIELD));
    const start = Date.now();
    await window.waitForStage("drawn");
    t.diagnostic(`drawn after ${Date.now() - start} ms`);
    drawing = await window.run(measureDrawing);
    assert.ok(Math.abs(drawing.height / drawing.width - 4 / 3) < 0.02, JSON.stringify(drawing));
  });

  await step("a disc stays round", () => assert.ok(Math.abs(drawing.across / drawing.down - 1) < 0.03, JSON.stringify(drawing)));
});

testInEveryBrowser(
  site,
  "a browser that hides pixels from the page says so",
  async (window) => {
    await window.goto("/create");
    await window.waitForStage("empty");
    await window.choose(PHOTO_FIELD, photo);
    await window.waitFor(text("Photo hidden by your browser"));
    await window.waitForStage("empty");
  },
  { browsers: ["firefox"], preferences: { "privacy.resistFingerprinting": true } },
);
