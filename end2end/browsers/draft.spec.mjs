// The draft in every browser, also in private windows: it survives a reload while the code is read.
import assert from "node:assert/strict";
import { photo, startSite } from "../site.mjs";
import { askForCode, drawPhoto, emailFor, enterCode, keepPage, PHOTO_FIELD, testInEveryBrowser, waitForSavedPage, withSite } from "./steps.mjs";
import { field, heading } from "./window.mjs";

const site = withSite(await startSite());

for (const isPrivate of [false, true]) {
  testInEveryBrowser(
    site,
    `a reload at the code step${isPrivate ? " in a private window" : ""}`,
    async (window, step) => {
      const email = emailFor(window, isPrivate ? "private" : "draft");
      await step("the photo and the code step are still there", async () => {
        await drawPhoto(window);
        await window.fill(field("Title"), "Our cat");
        await keepPage(window);
        await askForCode(window, email);
        await window.reload();
        await window.waitForStage("drawn");
        await window.waitFor(field("Code"));
      });

      await step("the code saves the page under its title", async () => {
        await enterCode(window, site, email);
        await waitForSavedPage(window);
        await window.waitFor(heading("Our cat"));
      });
    },
    { isPrivate },
  );
}

testInEveryBrowser(
  site,
  "a photo from the home screen in a private window",
  async (window) => {
    await window.goto("/");
    await window.choose(PHOTO_FIELD, photo);
    await window.waitForStage("drawn");
    assert.match(await window.path(), /^\/create$/);
  },
  { isPrivate: true },
);
