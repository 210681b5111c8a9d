// Preview parity: the drawing in the browser and the page saved by the server are identical.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { before } from "node:test";
import { photo, startSiteAndBrowser } from "./site.mjs";
import { choosePhotos, clickKeepPage, openStudio, setSlider, signUpByApi, waitForDrawing, waitForSavedPage } from "./steps.mjs";

const { newPage } = await startSiteAndBrowser();
let page;
before(async () => {
  page = await newPage();
  await page.goto("/create");
  await signUpByApi(page, "mia@example.org");
});

/// A JPEG of 4000 by 3000 pixels: the sample, overlaid with ellipses of many sizes.
const makeLargeJpeg = () =>
  page.evaluate(async () => {
    const canvas = new OffscreenCanvas(4000, 3000);
    const brush = canvas.getContext("2d");
    brush.drawImage(await createImageBitmap(await (await fetch("/samples/cat.jpg")).blob()), 0, 0, 4000, 3000);
    for (let i = 0; i < 40; i += 1) {
      brush.fillStyle = `hsl(${i * 47} 60% ${30 + ((i * 13) % 50)}%)`;
      brush.beginPath();
      brush.ellipse((i * 997) % 4000, (i * 613) % 3000, 30 + i * 6, 20 + ((i * 29) % 200), i, 0, 7);
      brush.fill();
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.9 });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });

/// Inserts an Exif segment with orientation 6, a quarter turn (TIFF 6.0, tag 0x0112).
function rotateByExif(jpeg) {
  const tiff = Buffer.from("49492a00080000000100120103000100000006000000000000", "hex");
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
  const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}

/// Draws the photo and saves its page. Fails unless the path of the browser's engine is the path in
/// the saved SVG; returns whether the page is wider than high.
async function assertSavedAsShown(buffer, detail) {
  await openStudio(page);
  await choosePhotos(page, { name: "a.jpg", mimeType: "image/jpeg", buffer });
  await waitForDrawing(page);
  await setSlider(page, "Detail", detail);
  const shown = await page.workers()[0].evaluate(
    async (detail) => (await import("/pkg/scribble.js")).draw_photo("standard", detail, undefined, "keep", undefined, false),
    detail,
  );
  await clickKeepPage(page);
  await waitForSavedPage(page);
  const address = await page.getByRole("link", { name: "SVG", exact: true }).getAttribute("href");
  const svg = await page.evaluate(async (address) => (await fetch(address)).text(), address);
  assert.ok(shown.length > 1000, "the drawing is empty");
  assert.ok(/ d="([^"]*)"/.exec(svg)[1] === shown, "the drawings differ");
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(svg);
  return Number(width) > Number(height);
}

test("a small photo is saved as shown", async () => {
  await assertSavedAsShown(await readFile(photo), 0.5);
});

test("a photo of 12 megapixels is saved as shown", async () => {
  const wide = await assertSavedAsShown(Buffer.from(await makeLargeJpeg()), 0.7);
  assert.ok(wide);
});

test("a photo rotated by Exif is saved upright and as shown", async () => {
  const wide = await assertSavedAsShown(rotateByExif(Buffer.from(await makeLargeJpeg())), 0.3);
  assert.ok(!wide);
});

test("saving logs no console error", () => {
  assert.deepEqual(page.consoleErrors, []);
});
