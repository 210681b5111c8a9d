// What is seen on the device is what the server draws and keeps, to the byte.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { before } from "node:test";
import { codeFor, openWindow, password, photo, siteAndBrowser } from "./site.mjs";

const { site, browser } = await siteAndBrowser();
let page;
before(async () => {
  page = await openWindow(browser, site.base);
  await page.goto("/create");
  await post("signup", { email: "mia@example.org", password });
  await post("verify-otp", { email: "mia@example.org", code: await codeFor(site.base, "mia@example.org") });
});

const post = (path, body) =>
  page.evaluate(
    async ([path, body]) => {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`/api/v1/auth/${path}`, { method: "POST", headers, body: JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    },
    [path, body],
  );

/// A 12 MP JPEG with more in it than a canvas would give by itself: shapes of many sizes and the grain of a sensor.
const large = () =>
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

/// The same file with a word about how the camera was held (TIFF 6.0, tag 0x0112): 6 is a quarter turn.
function turned(jpeg) {
  const tiff = Buffer.from("49492a00080000000100120103000100000006000000000000", "hex");
  const exif = Buffer.concat([Buffer.from("Exif\0\0"), tiff]);
  const marker = Buffer.from([0xff, 0xe1, 0, exif.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), marker, exif, jpeg.subarray(2)]);
}

/// Chooses the photo, keeps its page, and gives the path on the screen and the one in the kept SVG.
async function seenAndKept(buffer, detail) {
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles({ name: "a.jpg", mimeType: "image/jpeg", buffer });
  await page.waitForSelector("[data-stage=drawn]");
  await page.getByRole("slider", { name: "Detail" }).evaluate((slider, detail) => {
    slider.value = detail;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }, detail);
  const seen = await page.workers()[0].evaluate(
    async (detail) => (await import("/pkg/scribble.js")).draw("standard", detail, undefined, "keep", undefined, false).path,
    detail,
  );
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
  const link = page.getByRole("link", { name: "SVG", exact: true });
  await link.waitFor({ timeout: 30_000 });
  const kept = await page.evaluate(async (address) => (await fetch(address)).text(), await link.getAttribute("href"));
  const [, width, height] = /viewBox="0 0 ([\d.]+) ([\d.]+)"/.exec(kept);
  return { seen, kept: / d="([^"]*)"/.exec(kept)[1], wide: Number(width) > Number(height) };
}

test("the kept page of a small photo is the one that was seen", async () => {
  const { seen, kept } = await seenAndKept(await readFile(photo), 0.5);
  assert.ok(seen.length > 1000 && seen === kept, "another drawing");
});

test("so it is for a photo of 12 megapixels", async () => {
  const { seen, kept, wide } = await seenAndKept(Buffer.from(await large()), 0.7);
  assert.ok(seen.length > 1000 && seen === kept, "another drawing");
  assert.ok(wide);
});

test("and for one that was taken sideways, which stands upright", async () => {
  const { seen, kept, wide } = await seenAndKept(turned(Buffer.from(await large())), 0.3);
  assert.ok(seen.length > 1000 && seen === kept, "another drawing");
  assert.ok(!wide);
  assert.deepEqual(page.complaints, []);
});
