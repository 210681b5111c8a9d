// From a photo to a saved page with JavaScript: drawing on the device, sign-up, credits, downloads.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test, { describe } from "node:test";
import { mailedCode, photo, startSiteAndBrowser } from "./site.mjs";
import {
  choosePhotos, clickKeepPage, eventually, hashDrawing, openStudio, openStudioWithPhoto, setSlider, signOut, signUpByForm, submitCode, submitSignIn,
  submitSignUp, waitForDrawing, waitForNewDrawing, waitForSavedPage,
} from "./steps.mjs";

const { site, newPage } = await startSiteAndBrowser();

async function studioWithPhoto(options) {
  const page = await newPage(options);
  await openStudioWithPhoto(page);
  return page;
}

/// Saves the page in the studio, signed out before.
async function saveWithSignUp(page, email) {
  await clickKeepPage(page);
  await signUpByForm(page, email, page.getByRole("dialog"));
  await waitForSavedPage(page);
}

test("drawing on the device", async (t) => {
  const page = await studioWithPhoto();
  let hash = await hashDrawing(page);

  for (const preset of ["Toddler", "Simple", "Detailed"]) {
    await t.test(`the preset ${preset} changes the drawing`, async () => {
      await page.getByText(preset, { exact: true }).click();
      hash = await waitForNewDrawing(page, hash);
    });
  }

  for (const [label, value] of [["Detail", 0.1], ["Line width", 1.5]]) {
    await t.test(`the slider ${label} changes the drawing`, async () => {
      await setSlider(page, label, value);
      hash = await waitForNewDrawing(page, hash);
    });
  }

  await t.test("no request sends the photo", () => {
    assert.deepEqual(page.sentRequests, []);
    assert.deepEqual(page.consoleErrors, []);
  });
});

test("the End key shows the whole photo over the drawing", async () => {
  const page = await studioWithPhoto();
  const split = () => page.locator(".sheet").evaluate((sheet) => getComputedStyle(sheet).getPropertyValue("--split").trim());
  assert.notEqual(await split(), "100%");
  await page.getByLabel("Compare photo and drawing").press("End");
  await eventually(page, split, "100%");
  assert.ok(await page.locator(".sheet-photo").isVisible());
});

describe("other ways to open a photo", () => {
  test("a sample is drawn", async () => {
    const page = await newPage();
    await openStudio(page);
    await page.getByRole("button", { name: "An astronaut" }).click();
    await waitForDrawing(page);
  });

  for (const way of ["drop", "paste"]) {
    test(`a photo from a ${way} event is drawn`, async () => {
      const page = await newPage();
      await openStudio(page);
      await page.evaluate(
        ([way, bytes]) => {
          const data = new DataTransfer();
          data.items.add(new File([new Uint8Array(bytes)], "cat.jpg", { type: "image/jpeg" }));
          const options = { bubbles: true, cancelable: true };
          if (way === "drop") document.querySelector("form.studio").dispatchEvent(new DragEvent("drop", { dataTransfer: data, ...options }));
          else window.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, ...options }));
        },
        [way, [...(await readFile(photo))]],
      );
      await waitForDrawing(page);
    });
  }
});

test("drawing blocks the main thread for less than 200 ms", async () => {
  const page = await studioWithPhoto();
  const hash = await hashDrawing(page);
  await page.evaluate(() => {
    if (!PerformanceObserver.supportedEntryTypes.includes("longtask")) throw new Error("long tasks are not observed");
    window.longestTask = 0;
    new PerformanceObserver((list) => {
      for (const task of list.getEntries()) window.longestTask = Math.max(window.longestTask, task.duration);
    }).observe({ type: "longtask" });
  });
  for (let step = 0; step <= 20; step += 1) await setSlider(page, "Detail", step / 20);
  await waitForNewDrawing(page, hash);
  await page.waitForTimeout(500);
  const longest = await page.evaluate(() => window.longestTask);
  assert.ok(longest < 200, `a task took ${longest} ms`);
});

test("saving a page", async (t) => {
  const page = await studioWithPhoto({ acceptDownloads: true });
  const dialog = page.getByRole("dialog");
  const email = "mia@example.org";
  let code;

  await t.test("nothing is sent before the sign-up", async () => {
    await page.getByLabel("Title").fill("Unsere Katze");
    await clickKeepPage(page);
    await dialog.getByText("has not left this device yet").waitFor();
    assert.deepEqual(page.sentRequests, []);
  });

  await t.test("a wrong code is rejected", async () => {
    await submitSignUp(dialog, email);
    code = await mailedCode(site.base, email);
    await submitCode(dialog, code === "111111" ? "222222" : "111111");
    await dialog.getByText("That code didn't work").waitFor();
    await dialog.getByRole("button", { name: /Send a new code in \d+ s/ }).waitFor();
  });

  await t.test("the right code uploads the photo once", async () => {
    await submitCode(dialog, code);
    await waitForSavedPage(page);
    for (const path of ["/api/v1/upload", "/do/studio/order"]) {
      assert.equal(page.sentRequests.filter((request) => request.path === path).length, 1, path);
    }
    await page.getByRole("heading", { name: "Unsere Katze" }).waitFor();
  });

  for (const [name, magic, file] of [
    ["PDF for A4", "%PDF-", "Unsere Katze.pdf"],
    ["PDF for Letter", "%PDF-", "Unsere Katze.pdf"],
    ["PNG", "\x89PNG", "Unsere Katze.png"],
    ["SVG", "<", "Unsere Katze.svg"],
  ]) {
    await t.test(`${name} is downloaded under the title of the page`, async () => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name, exact: true }).click(),
      ]);
      assert.equal(download.suggestedFilename(), file);
      assert.ok((await readFile(await download.path(), "latin1")).startsWith(magic));
    });
  }

  await t.test("the title can be changed", async () => {
    await page.getByLabel("Title").fill("Our cat");
    await page.getByRole("button", { name: "Save title" }).click();
    await page.getByRole("heading", { name: "Our cat" }).waitFor();
  });

  await t.test("the page cost one credit", async () => {
    await page.goto("/gallery");
    await page.getByText("2 credits left").waitFor();
  });

  await t.test("the page can be deleted", async () => {
    await page.getByRole("link", { name: "Our cat" }).click();
    await page.getByText("Delete this page").click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.waitForURL(/^[^?]*\/gallery$/);
    await page.getByText("Nothing here yet").waitFor();
    // Chromium reports the rejected code as a console error.
    assert.deepEqual(page.consoleErrors.filter((text) => !text.includes("401")), []);
  });
});

test("saving while signed in", async (t) => {
  const page = await studioWithPhoto();
  await saveWithSignUp(page, "noah@example.org");
  const saveAnother = async () => {
    await openStudioWithPhoto(page);
    await clickKeepPage(page);
  };

  await t.test("two more pages are saved without a dialog", async () => {
    for (let more = 0; more < 2; more += 1) {
      await saveAnother();
      await waitForSavedPage(page);
    }
  });

  await t.test("the fourth is rejected before the photo is uploaded", async () => {
    page.sentRequests.length = 0;
    await saveAnother();
    await page.getByRole("alert").getByText("You have no credits").waitFor();
    assert.deepEqual(page.sentRequests, []);
    assert.equal(await page.getByRole("dialog").count(), 0);
  });

  await t.test("the gallery has the three pages", async () => {
    await page.goto("/gallery");
    assert.equal(await page.locator(".card").count(), 3);
  });
});

test("the Back button after sign-up returns to a signed-in studio", async () => {
  const page = await studioWithPhoto();
  await saveWithSignUp(page, "ben@example.org");
  await page.goBack();
  await page.waitForSelector("[data-stage=empty]");
  await choosePhotos(page, photo);
  await waitForDrawing(page);
  await clickKeepPage(page);
  await waitForSavedPage(page);
});

test("an expired session asks to sign in before the upload", async () => {
  const page = await studioWithPhoto();
  await saveWithSignUp(page, "lea@example.org");
  await openStudioWithPhoto(page);
  await page.context().clearCookies();
  page.sentRequests.length = 0;
  await clickKeepPage(page);
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").waitFor();
  assert.deepEqual(page.sentRequests, []);
  await submitSignIn(dialog, "lea@example.org");
  await waitForSavedPage(page);
});

test("files that are no photos", async (t) => {
  const page = await newPage();
  await openStudio(page);
  const jpeg = await readFile(photo);
  const hugePngHeader = Buffer.from("89504e470d0a1a0a0000000d4948445200001f4000001b58080200000000000000", "hex");
  for (const [name, buffer, message] of [
    ["empty.jpg", Buffer.alloc(0), "This file is empty"],
    ["letter.jpg", Buffer.from("Dear diary, this is no photo at all."), "not a photo we can read"],
    ["drawing.svg", Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'), "SVG drawing"],
    ["huge.png", hugePngHeader, "more than 50 megapixels"],
    ["cut.jpg", jpeg.subarray(0, jpeg.length / 2), "The end of this photo is missing"],
  ]) {
    await t.test(`${name} is rejected with the reason`, async () => {
      await choosePhotos(page, { name, mimeType: "image/jpeg", buffer });
      await page.getByRole("alert").getByText(message).waitFor();
    });
  }

  await t.test("a photo is drawn afterwards", async () => {
    await choosePhotos(page, photo);
    await waitForDrawing(page);
    assert.deepEqual(page.sentRequests, []);
  });
});

test("a mistyped address can be corrected at the code step", async () => {
  const page = await studioWithPhoto();
  await clickKeepPage(page);
  const dialog = page.getByRole("dialog");
  await submitSignUp(dialog, "typo@example.org");
  await dialog.getByRole("link", { name: "Wrong address?" }).click();
  assert.equal(await dialog.getByLabel("E-mail").inputValue(), "typo@example.org");
  await signUpByForm(page, "right@example.org", dialog);
  await waitForSavedPage(page);
});

test("a failed upload is repeated on the next click", async () => {
  const page = await studioWithPhoto();
  await clickKeepPage(page);
  let offline = true;
  await page.route("**/api/v1/upload", (route) => (offline ? route.abort() : route.continue()));
  await signUpByForm(page, "train@example.org", page.getByRole("dialog"));
  await page.getByText("Your page waits, and is kept as soon as there is a connection").waitFor();
  offline = false;
  await clickKeepPage(page);
  await waitForSavedPage(page);
});

test("screens that need an account", async (t) => {
  const page = await studioWithPhoto();
  await saveWithSignUp(page, "zoe@example.org");
  await page.context().clearCookies();

  await t.test("the gallery asks to sign in and then opens", async () => {
    await page.goto("/gallery");
    await page.waitForURL(/\/auth\/login\?.*returnTo=/);
    await submitSignIn(page, "zoe@example.org");
    await page.waitForURL(/^[^?]*\/gallery$/);
  });

  await t.test("signing out closes them", async () => {
    await signOut(page);
    await page.getByRole("link", { name: "Sign in" }).waitFor();
    await page.goto("/account");
    await page.waitForURL(/\/auth\/login/);
  });
});
