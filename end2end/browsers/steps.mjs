// The steps of a visitor's journey, the same in every browser, and a test of each in every window.
import { after, describe, test } from "node:test";
import { Key } from "selenium-webdriver";
import { mailedCode, password, photo } from "../site.mjs";
import { WINDOWS } from "./drivers.mjs";
import { button, css, field, text, Window } from "./window.mjs";

/// Defines a test in every browser, or in those named, at every width. `body` gets a new window and
/// `step`, which runs a subtest and leaves the later ones out once one has failed.
export function testInEveryBrowser(site, name, body, { browsers, ...options } = {}) {
  describe(name, () => {
    for (const { browser, width } of WINDOWS) {
      if (browsers && !browsers.includes(browser)) continue;
      test(`${browser}, ${width} px`, { timeout: 240_000 }, async (t) => {
        let hasFailed = false;
        const step = (name, run) =>
          t.test(name, { skip: hasFailed && "a step before it failed" }, async (t) => {
            hasFailed = true;
            await run(t);
            hasFailed = false;
          });
        const window = await Window.open(site.base, { browser, width, ...options });
        try {
          await body(window, step);
        } finally {
          await window.stop();
        }
      });
    }
  });
}

/// Ends the server after the last test of a file.
export function withSite(site) {
  after(() => site.stop());
  return site;
}

export const PHOTO_FIELD = field("Choose a photo");

/// Opens the studio and draws a photo.
export async function drawPhoto(window, path = photo) {
  await window.goto("/create");
  await window.waitForStage("empty");
  await window.choose(PHOTO_FIELD, path);
  await window.waitForStage("drawn");
  await window.until("people are drawn", () => window.run(() => !document.querySelector("[data-awaits-people]")));
}

/// A number made from the pixels of the drawing in the studio (FNV-1a).
export const hashDrawing = (window) =>
  window.run(() => {
    const drawing = document.querySelector("[data-stage=drawn] canvas");
    const brush = new OffscreenCanvas(drawing.width, drawing.height).getContext("2d");
    brush.drawImage(drawing, 0, 0);
    const { data } = brush.getImageData(0, 0, drawing.width, drawing.height);
    return new Uint32Array(data.buffer).reduce((hash, pixel) => Math.imul(hash ^ pixel, 0x01000193), 0x811c9dc5);
  });

/// Moves a slider, named as its field, by some keystrokes and waits for another drawing.
export async function moveSlider(window, name, steps = 20) {
  const before = await hashDrawing(window);
  await window.press(css(`[type=range][name=${name}]`), ...Array(steps).fill(Key.ARROW_RIGHT));
  await window.until("another drawing", async () => (await hashDrawing(window)) !== before);
}

/// Fills in the sign-up of the dialog, up to the step that asks for the code.
export async function askForCode(window, email) {
  await window.fill(field("E-mail"), email);
  await window.fill(field("Password"), password);
  await window.click(button("Sign up"));
  await window.waitFor(field("Code"), 60_000);
}

export async function enterCode(window, site, email) {
  await window.fill(field("Code"), await mailedCode(site.base, email));
  await window.click(button("Confirm code"));
}

export const keepPage = (window) => window.click(button("Keep this page"));

/// Waits for a saved page and its drawing; returns its path.
export async function waitForSavedPage(window) {
  const path = await window.waitForPath(/^\/pages\/[0-9a-f-]{36}$/);
  await window.waitFor(text("PDF for A4"), 60_000);
  return path;
}

/// Waits until a picture is loaded whose address contains `part`.
export const waitForPicture = (window, part) =>
  window.until(`a picture of ${part}`, () =>
    window.run((part) => [...document.images].some(({ currentSrc, naturalWidth }) => currentSrc.includes(part) && naturalWidth > 0), part),
  );

/// From a drawn photo to a saved page, with a new account.
export async function saveWithSignUp(window, site, email) {
  await keepPage(window);
  await askForCode(window, email);
  await enterCode(window, site, email);
  return waitForSavedPage(window);
}

/// Waits until the service worker controls the page.
export const waitForServiceWorker = (window) =>
  window.until("a service worker", () => window.run(() => Boolean(navigator.serviceWorker?.controller)), 60_000);

/// An address that no other window uses.
export const emailFor = ({ options: { browser, width } }, purpose) => `${purpose}-${browser}-${width}@example.org`;

