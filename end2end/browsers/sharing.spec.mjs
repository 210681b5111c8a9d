// Photos from the system's share sheet in every browser: the service worker passes them to the studio.
import { readFile } from "node:fs/promises";
import { photo, startSite } from "../site.mjs";
import { keepPage, testInEveryBrowser, waitForServiceWorker, withSite } from "./steps.mjs";
import { button, field, text } from "./window.mjs";

const site = withSite(await startSite());
const base64 = (await readFile(photo)).toString("base64");

/// Posts the form that the share sheet posts.
async function sharePhoto(window) {
  await window.goto("/privacy");
  await waitForServiceWorker(window);
  await window.run((base64) => {
    const data = new DataTransfer();
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    data.items.add(new File([bytes], "shared.jpg", { type: "image/jpeg" }));
    const form = Object.assign(document.createElement("form"), { method: "post", enctype: "multipart/form-data", action: "/create?from=share" });
    const files = Object.assign(document.createElement("input"), { type: "file", name: "file" });
    files.files = data.files;
    form.append(files);
    document.body.append(form);
    form.submit();
  }, base64);
}

testInEveryBrowser(site, "a shared photo", async (window, step) => {
  await step("it is drawn", async () => {
    await window.goto("/");
    await sharePhoto(window);
    await window.waitForPath(/^\/create$/);
    await window.waitForStage("drawn");
  });

  await step("a draft is not replaced without a question", async () => {
    // The photo of before comes back.
    await window.goto("/create");
    await window.waitForStage("drawn");
    await window.fill(field("Title"), "Our holiday");
    await keepPage(window);
    await window.waitFor(field("E-mail"));
    await sharePhoto(window);
    await window.waitFor(text("another one still waits here"));
    await window.waitForStage("drawn");
    await window.click(button("Draw the shared one"));
    await window.until("the draft is gone", async () => !(await window.find(text("another one still waits here"))));
    await window.waitForStage("drawn");
  });
});
