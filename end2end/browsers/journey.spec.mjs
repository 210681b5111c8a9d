// From the home screen to the gallery in every browser: photo, drawing, slider, sign-up in place, saved page.
import assert from "node:assert/strict";
import { photo, startSite } from "../site.mjs";
import { emailFor, moveSlider, PHOTO_FIELD, saveWithSignUp, testInEveryBrowser, waitForPicture, withSite } from "./steps.mjs";
import { field, link } from "./window.mjs";

const site = withSite(await startSite());

testInEveryBrowser(site, "from the home screen to the gallery", async (window, step) => {
  let path;
  await step("the window has its width", async () => {
    await window.goto("/");
    assert.equal(await window.run(() => innerWidth), window.options.width);
  });

  await step("a photo chosen on the home screen is drawn", async () => {
    await window.choose(PHOTO_FIELD, photo);
    await window.waitForPath(/^\/create$/);
    await window.waitForStage("drawn");
  });

  await step("a slider changes the drawing", () => moveSlider(window, "detail"));

  await step("signing up in place saves the page", async () => {
    await window.fill(field("Title"), "Our cat");
    path = await saveWithSignUp(window, site, emailFor(window, "journey"));
    await waitForPicture(window, path);
  });

  await step("the gallery has the page", async () => {
    await window.click(link("Gallery"));
    await window.waitForPath(/^\/gallery$/);
    await waitForPicture(window, path);
    await window.click(link("Our cat"));
    await window.waitForPath(new RegExp(`^${path}$`));
  });

  await step("no screen is wider than the window", async () => {
    for (const screen of [path, "/gallery", "/create", "/"]) {
      await window.goto(screen);
      const overflow = await window.run(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${screen} is ${overflow} px too wide`);
    }
  });
});

testInEveryBrowser(site, "the home screen hands its photo over each time", async (window) => {
  for (let time = 0; time < 4; time += 1) {
    await window.goto("/");
    await window.choose(PHOTO_FIELD, photo);
    await window.waitForStage("drawn");
  }
});
