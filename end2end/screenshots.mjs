// Every screen and state at phone and desktop width, light and dark, into end2end/results; and for each window a sheet
// with all of them beside each other, to be looked at with a stranger's eye.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { openWindow, startBrowser, startSite } from "./site.mjs";
import { walk } from "./walk.mjs";

const results = join(import.meta.dirname, "results");
const phone = { width: 390, height: 844, isMobile: true, hasTouch: true };
const desktop = { width: 1280, height: 900 };
const windows = {
  phone,
  "phone-dark": { ...phone, colorScheme: "dark" },
  desktop,
  "desktop-dark": { ...desktop, colorScheme: "dark" },
};
/// How wide a screen is on the sheet, how much of its height is there, and how many stand in a row.
const ON_SHEET = { across: { 390: 260, 1280: 480 }, down: { 390: 640, 1280: 420 }, row: { 390: 8, 1280: 5 } };

async function shoot(name, options) {
  const page = await openWindow(browser, site.base, options);
  const shots = [];
  const look = async (screen) => {
    const words = screen.replaceAll(/[^a-z]+/gi, "-").replaceAll(/^-|-$/g, "") || "home";
    const path = join(results, `${name}-${String(shots.length + 1).padStart(2, "0")}-${words}.png`);
    // A dialog lies in the window, and not on the whole screen behind it.
    await page.screenshot({ path, fullPage: (await page.locator("dialog[open]").count()) === 0 });
    shots.push({ path, screen });
  };
  await walk(site.base, page, `${name}@example.org`, look);
  await page.goto("/dev/mail");
  await look("outbox");
  await page.context().close();
  await lay(name, shots, options);
}

async function lay(name, shots, { width, colorScheme }) {
  const across = ON_SHEET.across[width];
  const figure = ({ path, screen }) => `<figure><div><img src="${pathToFileURL(path)}"></div><figcaption>${screen}</figcaption></figure>`;
  const style = `body { margin: 12px; display: grid; grid-template-columns: repeat(${ON_SHEET.row[width]}, ${across}px); gap: 12px; font: 13px sans-serif;
      background: ${colorScheme === "dark" ? "#555" : "#ccc"} }
    figure { margin: 0 } div { height: ${ON_SHEET.down[width]}px; overflow: hidden } img { width: 100% }`;
  // A document of its own: a page without an address may show no files.
  const path = join(results, `sheet-${name}.html`);
  await writeFile(path, `<style>${style}</style>${shots.map(figure).join("")}`);
  const page = await browser.newPage({ viewport: { width: ON_SHEET.row[width] * (across + 12) + 12, height: 900 } });
  await page.goto(pathToFileURL(path).href);
  await page.screenshot({ path: join(results, `sheet-${name}.png`), fullPage: true });
  await page.close();
  await rm(path);
}

await mkdir(results, { recursive: true });
const site = await startSite();
const browser = await startBrowser();
try {
  const only = process.argv.slice(2);
  for (const [name, options] of Object.entries(windows)) if (!only.length || only.includes(name)) await shoot(name, options);
} finally {
  await browser.close();
  await site.stop();
}
