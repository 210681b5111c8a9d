// Without a connection in every browser: drawing, visited pages, the offline screen, late saving.
import { after } from "node:test";
import { startSiteWithConnection } from "./connection.mjs";
import { drawPhoto, emailFor, keepPage, saveWithSignUp, testInEveryBrowser, waitForPicture, waitForSavedPage, waitForServiceWorker } from "./steps.mjs";
import { heading, text } from "./window.mjs";

const site = await startSiteWithConnection();
after(() => site.stop());

testInEveryBrowser(site, "without a connection", async (window, step) => {
  const email = emailFor(window, "offline");
  await window.goto("/");
  await waitForServiceWorker(window);
  await drawPhoto(window);
  const path = await saveWithSignUp(window, site, email);
  // Screens are stored as they were shown last: here, to somebody who is signed in.
  await window.goto("/create");
  await window.waitForStage("empty");
  for (const screen of [path, "/gallery"]) {
    await window.goto(screen);
    await waitForPicture(window, path);
  }
  await site.cut();
  try {
    await step("a photo is drawn", () => drawPhoto(window));

    await step("the gallery and a visited page are shown", async () => {
      await window.goto("/gallery");
      await waitForPicture(window, path);
      await window.goto(path);
      await waitForPicture(window, path);
    });

    await step("the offline screen replaces any other", async () => {
      await window.goto("/account");
      await window.waitFor(heading("There is no connection"));
    });

    await step("a page waits for the connection", async () => {
      // The photo of before comes back.
      await window.goto("/create");
      await window.waitForStage("drawn");
      await keepPage(window);
      await window.waitFor(text("Your page waits"));
    });
  } finally {
    await site.open();
  }
  await step("it is saved once there is one", () => waitForSavedPage(window));
});
