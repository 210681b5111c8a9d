// Latency benchmark in Chromium: time from a 12 MP photo to its first drawing and from a slider to
// the next, long tasks meanwhile, and time and memory for a photo of 48 MP.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { newPage, photo, startBrowser, startSite } from "./site.mjs";
import { openStudio, PHONE, waitForDrawing } from "./steps.mjs";

const RUNS = 20;
const site = await startSite();
const browser = await startBrowser();

const median = (times) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)];
const report = (what, times) =>
  console.log(`${what}: median ${median(times).toFixed(0)} ms, worst ${Math.max(...times).toFixed(0)} ms, ${times.length} runs`);

/// The studio in a new page, instrumented to measure drawings and long tasks.
async function openInstrumentedStudio() {
  const page = await newPage(browser, site.base);
  await page.addInitScript(() => {
    const brush = ImageBitmapRenderingContext.prototype;
    const transfer = brush.transferFromImageBitmap;
    brush.transferFromImageBitmap = function (picture) {
      transfer.call(this, picture);
      if (picture) window.onDrawingShown?.(performance.now());
    };
    // Tasks of more than 50 ms on the main thread.
    window.tasks = [];
    new PerformanceObserver((list) => window.tasks.push(...list.getEntries())).observe({ type: "longtask" });
    window.timeUntilDrawn = (act) =>
      new Promise((resolve) => {
        const start = performance.now();
        window.onDrawingShown = (now) => resolve(now - start);
        act();
      });
  });
  await openStudio(page);
  return page;
}

/// Duration in ms of the longest task since `start`, 0 without a long task.
const longestTask = (page, start) =>
  page.evaluate(async (start) => {
    // Performance entries are queued after their task.
    await new Promise((resolve) => setTimeout(resolve, 100));
    return Math.max(0, ...window.tasks.filter((task) => task.startTime >= start).map((task) => task.duration));
  }, start);

/// Path of a JPEG of 8000 by 6000 pixels. Made in a page of its own, whose memory is not measured.
async function makeLargePhoto() {
  const page = await newPage(browser, site.base);
  await page.goto("/");
  const address = await page.evaluate(async () => {
    const bitmap = await createImageBitmap(await (await fetch("/samples/cat.jpg")).blob());
    const canvas = new OffscreenCanvas(8000, 6000);
    canvas.getContext("2d").drawImage(bitmap, 0, 0, 8000, 6000);
    const reader = new FileReader();
    reader.readAsDataURL(await canvas.convertToBlob({ type: "image/jpeg" }));
    await new Promise((resolve) => (reader.onload = resolve));
    return reader.result;
  });
  await page.context().close();
  const path = join(site.dataDir, "48mp.jpg");
  writeFileSync(path, Buffer.from(address.split(",")[1], "base64"));
  return path;
}

/// Resident memory of the largest renderer process in MB, after two idle seconds.
async function measureMemory(page) {
  await page.waitForTimeout(2000);
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send("SystemInfo.getProcessInfo");
  await session.detach();
  const resident = ({ id }) => Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))[1]) / 1024;
  return Math.round(Math.max(...processInfo.filter(({ type }) => type === "renderer").map(resident)));
}

/// Draws, compares and crops a photo of 48 MP on a phone; prints time and memory.
async function reportLargePhoto() {
  const file = await makeLargePhoto();
  const page = await newPage(browser, site.base, { ...PHONE, deviceScaleFactor: 3 });
  await openStudio(page);
  const memory = [await measureMemory(page)];
  const start = performance.now();
  await page.setInputFiles("input[type=file]", file);
  await waitForDrawing(page);
  const duration = Math.round(performance.now() - start);
  memory.push(await measureMemory(page));
  await page.locator(".sheet-compare").press("End");
  memory.push(await measureMemory(page));
  await page.locator("[data-crop]").click();
  await page.locator(".crop-dialog").waitFor();
  memory.push(await measureMemory(page));
  const [before, ...after] = memory;
  const [drawn, compared, cropped] = after.map((now) => `${now - before} MB`);
  console.log(`a 48 MP photo on a phone: ${duration} ms to its drawing, including the file transfer into the browser; additional memory for the drawing ${drawn}, with the photo beside it ${compared}, while cropping ${cropped}`);
  await page.context().close();
}

try {
  await reportLargePhoto();
  const durations = [];
  const tasks = [];
  for (let run = 0; run < RUNS; run += 1) {
    const page = await openInstrumentedStudio();
    const { start, duration } = await page.evaluate(async () => {
      const bitmap = await createImageBitmap(await (await fetch("/samples/cat.jpg")).blob());
      const canvas = new OffscreenCanvas(4000, 3000);
      canvas.getContext("2d").drawImage(bitmap, 0, 0, 4000, 3000);
      const files = new DataTransfer();
      files.items.add(new File([await canvas.convertToBlob({ type: "image/jpeg" })], "large.jpg", { type: "image/jpeg" }));
      const field = document.querySelector("input[type=file]");
      field.files = files.files;
      // Lets the encoding settle before the measurement.
      await new Promise((resolve) => setTimeout(resolve, 200));
      const start = performance.now();
      const duration = await window.timeUntilDrawn(() => field.dispatchEvent(new Event("change", { bubbles: true })));
      return { start, duration };
    });
    durations.push(duration);
    tasks.push(await longestTask(page, start));
    await page.context().close();
  }
  report("a 12 MP photo to its first drawing", durations);
  report("longest task of the page meanwhile (0: none of 50 ms)", tasks);

  const page = await openInstrumentedStudio();
  await page.setInputFiles("input[type=file]", photo);
  await waitForDrawing(page);
  const start = await page.evaluate(() => performance.now());
  const redraws = await page.evaluate(async () => {
    const slider = document.querySelector("[name=detail]");
    const times = [];
    for (let step = 0; step < 40; step += 1) {
      times.push(
        await window.timeUntilDrawn(() => {
          slider.value = (step % 11) / 10;
          slider.dispatchEvent(new Event("input", { bubbles: true }));
        }),
      );
    }
    return times;
  });
  report("a slider to the next drawing", redraws);
  console.log(`longest task of the page meanwhile: ${await longestTask(page, start)} ms`);
} finally {
  await browser.close();
  await site.stop();
}
