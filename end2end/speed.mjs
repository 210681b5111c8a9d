// How long a parent waits in Chromium: from a 12 MP photo chosen to its first drawing, and from a slider to the next.
import { openWindow, photo, startBrowser, startSite } from "./site.mjs";

const RUNS = 20;
const site = await startSite();
const browser = await startBrowser();

const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
const report = (what, times) =>
  console.log(`${what}: median ${median(times).toFixed(0)} ms, worst ${Math.max(...times).toFixed(0)} ms, ${times.length} runs`);

/// A page that can say when the next drawing is shown.
async function open() {
  const page = await openWindow(browser, site.base);
  await page.addInitScript(() => {
    const brush = ImageBitmapRenderingContext.prototype;
    const show = brush.transferFromImageBitmap;
    brush.transferFromImageBitmap = function (picture) {
      show.call(this, picture);
      if (picture) window.shown?.(performance.now());
    };
    window.untilShown = (act) =>
      new Promise((done) => {
        const begun = performance.now();
        window.shown = (now) => done(now - begun);
        act();
      });
  });
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  return page;
}

try {
  const first = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await open();
    first.push(
      await page.evaluate(async () => {
        const bitmap = await createImageBitmap(await (await fetch("/samples/cat.jpg")).blob());
        const canvas = new OffscreenCanvas(4000, 3000);
        canvas.getContext("2d").drawImage(bitmap, 0, 0, 4000, 3000);
        const files = new DataTransfer();
        files.items.add(new File([await canvas.convertToBlob({ type: "image/jpeg" })], "large.jpg", { type: "image/jpeg" }));
        const field = document.querySelector("input[type=file]");
        field.files = files.files;
        return window.untilShown(() => field.dispatchEvent(new Event("change", { bubbles: true })));
      }),
    );
    await page.context().close();
  }
  report("a 12 MP photo to its first drawing", first);

  const page = await open();
  await page.setInputFiles("input[type=file]", photo);
  await page.waitForSelector("[data-stage=drawn]");
  const next = await page.evaluate(async () => {
    const slider = document.querySelector("[name=detail]");
    const times = [];
    for (let step = 0; step < 40; step += 1) {
      times.push(
        await window.untilShown(() => {
          slider.value = (step % 11) / 10;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      );
    }
    return times;
  });
  report("a slider to the next drawing", next);
} finally {
  await browser.close();
  await site.stop();
}
