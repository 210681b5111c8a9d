// From a photo to a PDF in the gallery, in Chromium, with JavaScript.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { codeFor, openWindow, password, photo, siteAndBrowser } from "./site.mjs";

const { site, browser } = await siteAndBrowser();

const drawn = (page) => page.waitForSelector("[data-stage=drawn]");

/// The drawing as it stands on the screen, as a fingerprint of its pixels.
const fingerprint = (page) =>
  page.locator("canvas").evaluate(async (canvas) => {
    const blob = await new Promise((done) => canvas.toBlob(done));
    const hash = await crypto.subtle.digest("SHA-256", await blob.arrayBuffer());
    return [...new Uint8Array(hash)].join();
  });

const changed = async (page, from) => {
  for (let tries = 0; tries < 50; tries += 1) {
    const now = await fingerprint(page);
    if (now !== from) return now;
    await page.waitForTimeout(50);
  }
  throw new Error("the drawing did not change");
};

const slide = (page, label, value) =>
  page.getByRole("slider", { name: label }).evaluate((slider, value) => {
    slider.value = value;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }, value);

/// Opens /create with a photo chosen and drawn.
async function withPhoto(options) {
  const page = await openWindow(browser, site.base, options);
  await page.goto("/create");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await drawn(page);
  return page;
}

async function signUpInDialog(page, email) {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Sign up" }).click();
  await dialog.getByLabel("Code").fill(await codeFor(site.base, email));
  await dialog.getByRole("button", { name: "Confirm code" }).click();
}

/// From the page that is being drawn to the page that is ready.
async function ready(page) {
  await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: "PDF for A4" }).waitFor({ timeout: 30_000 });
}

test("a photo becomes a drawing on the device and nothing is sent", async () => {
  const page = await withPhoto();
  let now = await fingerprint(page);
  for (const preset of ["Toddler", "Simple", "Detailed"]) {
    await page.getByText(preset, { exact: true }).click();
    now = await changed(page, now);
  }
  await slide(page, "Detail", 0.1);
  now = await changed(page, now);
  await slide(page, "Line width", 1.5);
  await changed(page, now);
  assert.deepEqual(page.sent, [], "the photo left the device");
  assert.deepEqual(page.complaints, []);
});

test("photo and drawing can be compared from the keyboard", async () => {
  const page = await withPhoto();
  const divider = page.getByLabel("Compare photo and drawing");
  await divider.press("End");
  assert.equal(await divider.inputValue(), "100");
});

test("a sample, a dropped photo and a pasted one are drawn too", async () => {
  const bytes = [...(await readFile(photo))];
  for (const way of ["sample", "drop", "paste"]) {
    const page = await openWindow(browser, site.base);
    await page.goto("/create");
    await page.waitForSelector("[data-stage=empty]");
    if (way === "sample") {
      await page.getByRole("button", { name: "An astronaut" }).click();
    } else {
      await page.evaluate(
        ([way, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "cat.jpg", { type: "image/jpeg" }));
          const event = way === "drop"
            ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
            : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          (way === "drop" ? document.querySelector("form.studio") : window).dispatchEvent(event);
        },
        [way, bytes],
      );
    }
    await drawn(page);
    await page.context().close();
  }
});

test("the page stays responsive while it is drawn", async () => {
  const page = await withPhoto();
  await page.evaluate(() => {
    window.longest = 0;
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
    }).observe({ type: "longtask" });
  });
  for (let step = 0; step <= 20; step += 1) await slide(page, "Detail", step / 20);
  await page.waitForTimeout(500);
  assert.ok((await page.evaluate(() => window.longest)) < 200, "a long task blocked the page");
});

test("keeping a page: sign up in place, one credit, a page at print size, all its files, and the end of it", async () => {
  const email = "mia@example.org";
  const page = await withPhoto({ acceptDownloads: true });
  await page.getByLabel("Title").fill("Unsere Katze");
  await page.getByRole("button", { name: "Keep this page" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("has not left this device yet").waitFor();
  assert.deepEqual(page.sent, []);

  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Sign up" }).click();
  const right = await codeFor(site.base, email);
  await dialog.getByLabel("Code").fill(right === "111111" ? "222222" : "111111");
  await dialog.getByRole("button", { name: "Confirm code" }).click();
  await dialog.getByText("That code didn't work").waitFor();
  await dialog.getByRole("button", { name: /Send a new code in \d+ s/ }).waitFor();
  await dialog.getByLabel("Code").fill(right);
  await dialog.getByRole("button", { name: "Confirm code" }).click();
  await ready(page);

  assert.equal(page.sent.filter(({ path }) => path === "/api/v1/upload").length, 1);
  assert.equal(page.sent.filter(({ path }) => path === "/api/v1/jobs").length, 1);
  await page.getByRole("heading", { name: "Unsere Katze" }).waitFor();
  for (const [name, start, file] of [
    ["PDF for A4", "%PDF-", "Unsere Katze.pdf"],
    ["PDF for Letter", "%PDF-", "Unsere Katze.pdf"],
    ["PNG", "\x89PNG", "Unsere Katze.png"],
    ["SVG", "<", "Unsere Katze.svg"],
  ]) {
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("link", { name, exact: true }).click(),
    ]);
    assert.equal(download.suggestedFilename(), file);
    const bytes = await readFile(await download.path(), "latin1");
    assert.ok(bytes.startsWith(start), name);
  }

  await page.getByLabel("Title").fill("Our cat");
  await page.getByRole("button", { name: "Save title" }).click();
  await page.getByRole("heading", { name: "Our cat" }).waitFor();

  await page.goto("/gallery");
  await page.getByText("2 credits left").waitFor();
  await page.getByRole("link", { name: "Our cat" }).click();
  await page.getByText("Delete this page").click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.waitForURL(/^[^?]*\/gallery$/);
  await page.getByText("Nothing here yet").waitFor();
  // The refused code is the one thing that Chromium reports.
  assert.deepEqual(page.complaints.filter((text) => !text.includes("401")), []);
});

test("somebody signed in is not asked again, and after three pages is told why there is no fourth", async () => {
  const page = await withPhoto();
  await page.getByRole("button", { name: "Keep this page" }).click();
  await signUpInDialog(page, "noah@example.org");
  await ready(page);
  const keepAnother = async () => {
    await page.goto("/create");
    await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
    await drawn(page);
    await page.getByRole("button", { name: "Keep this page" }).click();
  };
  for (let more = 0; more < 2; more += 1) {
    await keepAnother();
    await ready(page);
  }
  page.sent.length = 0;
  await keepAnother();
  await page.getByRole("alert").getByText("You have no credits").waitFor();
  assert.deepEqual(page.sent, [], "a photo went up that no page could be made of");
  assert.equal(await page.getByRole("dialog").count(), 0);
  await page.goto("/gallery");
  assert.equal(await page.locator(".card").count(), 3);
});

test("going back to the first screen after signing in knows who is there", async () => {
  const page = await withPhoto();
  await page.getByRole("button", { name: "Keep this page" }).click();
  await signUpInDialog(page, "ben@example.org");
  await ready(page);
  await page.goBack();
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await drawn(page);
  await page.getByRole("button", { name: "Keep this page" }).click();
  await ready(page);
});

test("a session that ended meanwhile is noticed before the photo goes up", async () => {
  const page = await withPhoto();
  await page.getByRole("button", { name: "Keep this page" }).click();
  await signUpInDialog(page, "lea@example.org");
  await ready(page);
  await page.goto("/create");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await drawn(page);
  await page.context().clearCookies();
  page.sent.length = 0;
  await page.getByRole("button", { name: "Keep this page" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill("lea@example.org");
  assert.deepEqual(page.sent, []);
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Sign in", exact: true }).click();
  await ready(page);
});

test("what is no photo is named on the screen, and the next photo is drawn", async () => {
  const page = await openWindow(browser, site.base);
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  const whole = await readFile(photo);
  const header = Buffer.from("89504e470d0a1a0a0000000d4948445200001f4000001b58080200000000000000", "hex");
  for (const [name, buffer, sentence] of [
    ["empty.jpg", Buffer.alloc(0), "This file is empty"],
    ["letter.jpg", Buffer.from("Dear diary, this is no photo at all."), "not a photo we can read"],
    ["drawing.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "SVG drawing"],
    ["huge.png", header, "more than 50 megapixels"],
    ["cut.jpg", whole.subarray(0, whole.length / 2), "The end of this photo is missing"],
  ]) {
    await page.getByLabel("Choose a photo", { exact: true }).setInputFiles({ name, mimeType: "image/jpeg", buffer });
    await page.getByRole("alert").getByText(sentence).waitFor();
  }
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await drawn(page);
  assert.deepEqual(page.sent, []);
});

test("a wrong address goes back without losing anything", async () => {
  const page = await withPhoto();
  await page.getByRole("button", { name: "Keep this page" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill("typo@example.org");
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Sign up" }).click();
  await dialog.getByRole("link", { name: "Wrong address?" }).click();
  assert.equal(await dialog.getByLabel("E-mail").inputValue(), "typo@example.org");
  await signUpInDialog(page, "right@example.org");
  await ready(page);
});

test("without a connection the photo stays and the second try succeeds", async () => {
  const page = await withPhoto();
  await page.getByRole("button", { name: "Keep this page" }).click();
  let cut = true;
  await page.route("**/api/v1/upload", (route) => (cut ? route.abort() : route.continue()));
  await signUpInDialog(page, "train@example.org");
  await page.getByText("Your page waits, and is kept as soon as there is a connection").waitFor();
  cut = false;
  await page.getByRole("button", { name: "Keep this page" }).click();
  await ready(page);
});

test("protected screens lead through the sign-in and back", async () => {
  const page = await withPhoto();
  await page.getByRole("button", { name: "Keep this page" }).click();
  await signUpInDialog(page, "zoe@example.org");
  await ready(page);
  await page.context().clearCookies();
  await page.goto("/gallery");
  await page.waitForURL(/\/auth\/login\?.*returnTo=/);
  await page.getByLabel("E-mail").fill("zoe@example.org");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/^[^?]*\/gallery$/);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto("/account");
  await page.waitForURL(/\/auth\/login/);
});
