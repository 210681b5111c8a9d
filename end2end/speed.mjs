// How long a parent waits in Chromium: from a 12 MP photo chosen to its first drawing, and from a slider to the next; and
// for how long the page itself is held up meanwhile; and what a photo of 48 MP takes, in time and memory.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
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
    // Tasks of more than 50 ms on the thread of the page.
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries())).observe({ type: "longtask" });
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

/// The longest task since `begun`, 0 if none was long.
const longest = (page, begun) =>
  page.evaluate(async (begun) => {
    // Entries come after their task.
    await new Promise((told) => setTimeout(told, 100));
    return Math.max(0, ...window.tasks.filter((task) => task.startTime >= begun).map((task) => task.duration));
  }, begun);

/// As a phone takes it. Made in a window of its own, whose memory is not the studio's.
async function largePhoto() {
  const page = await openWindow(browser, site.base);
  await page.goto("/");
  const address = await page.evaluate(async () => {
    const bitmap = await createImageBitmap(await (await fetch("/samples/cat.jpg")).blob());
    const canvas = new OffscreenCanvas(8000, 6000);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, 8000, 6000);
    const reader = new FileReader();
    reader.readAsDataURL(await canvas.convertToBlob({ type: "image/jpeg" }));
    await new Promise((read) => (reader.onload = read));
    return reader.result;
  });
  await page.context().close();
  const path = join(site.data, "48mp.jpg");
  writeFileSync(path, Buffer.from(address.split(",")[1], "base64"));
  return path;
}

/// What the largest tab holds, in MB, once it is at rest.
async function memory(page) {
  await page.waitForTimeout(2000);
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const resident = ({ id }) => Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))[1]) / 1024;
  return Math.round(Math.max(...processInfo.filter(({ type }) => type === "renderer").map(resident)));
}

/// On a phone: drawn, looked at beside the photo, and cropped.
async function large() {
  const file = await largePhoto();
  const page = await openWindow(browser, site.base, { width: 390, height: 844, deviceScaleFactor: 3, isMobile: true, hasTouch: true });
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  const held = [await memory(page)];
  const begun = performance.now();
  await page.setInputFiles("input[type=file]", file);
  await page.waitForSelector("[data-stage=drawn]");
  const taken = Math.round(performance.now() - begun);
  held.push(await memory(page));
  await page.locator(".sheet-compare").press("End");
  held.push(await memory(page));
  await page.locator("[data-crop]").click();
  await page.locator(".crop-dialog").waitFor();
  held.push(await memory(page));
  const [before, ...more] = held;
  const [drawn, compared, cropped] = more.map((now) => `${now - before} MB`);
  console.log(`a 48 MP photo on a phone: ${taken} ms to its drawing with the way into the browser; more memory for the drawing ${drawn}, with the photo beside it ${compared}, while cropping ${cropped}`);
  await page.context().close();
}

try {
  await large();
  const first = [];
  const tasks = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await open();
    const { begun, taken } = await page.evaluate(async () => {
      const bitmap = await createImageBitmap(await (await fetch("/samples/cat.jpg")).blob());
      const canvas = new OffscreenCanvas(4000, 3000);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, 4000, 3000);
      const files = new DataTransfer();
      files.items.add(new File([await canvas.convertToBlob({ type: "image/jpeg" })], "large.jpg", { type: "image/jpeg" }));
      const field = document.querySelector("input[type=file]");
      field.files = files.files;
      await new Promise((rested) => setTimeout(rested, 200));
      const begun = performance.now();
      const taken = await window.untilShown(() => field.dispatchEvent(new Event("change", { bubbles: true })));
      return { begun, taken };
    });
    first.push(taken);
    tasks.push(await longest(page, begun));
    await page.context().close();
  }
  report("a 12 MP photo to its first drawing", first);
  report("longest task of the page meanwhile (0: none of 50 ms)", tasks);

  const page = await open();
  await page.setInputFiles("input[type=file]", photo);
  await page.waitForSelector("[data-stage=drawn]");
  const begun = await page.evaluate(() => performance.now());
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
  console.log(`longest task of the page meanwhile: ${await longest(page, begun)} ms`);
} finally {
  await browser.close();
  await site.stop();
}
