// Screenshots of every screen and state, phone and desktop, light and dark, into end2end/results,
// and a contact sheet of each set. Names of sets as arguments limit the run: `phone desktop-dark`.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { visitScreens } from "./screens.mjs";
import { newPage, startBrowser, startSite } from "./site.mjs";
import { DESKTOP, PHONE } from "./steps.mjs";

const results = join(import.meta.dirname, "results");
const sets = {
  phone: PHONE,
  "phone-dark": { ...PHONE, colorScheme: "dark" },
  desktop: DESKTOP,
  "desktop-dark": { ...DESKTOP, colorScheme: "dark" },
};
/// By viewport width: pixels of a thumbnail on the contact sheet, and thumbnails in a row.
const THUMBNAILS = { 390: { width: 260, height: 640, columns: 8 }, 1280: { width: 480, height: 420, columns: 5 } };

async function takeScreenshots(set, options) {
  const page = await newPage(browser, site.base, options);
  const shots = [];
  const takeScreenshot = async (screen) => {
    const slug = screen.replaceAll(/[^a-z]+/gi, "-").replaceAll(/^-|-$/g, "") || "home";
    const path = join(results, `${set}-${String(shots.length + 1).padStart(2, "0")}-${slug}.png`);
    // A dialog is laid out in the viewport, not on the full page.
    await page.screenshot({ path, fullPage: (await page.locator("dialog[open]").count()) === 0 });
    shots.push({ path, screen });
  };
  await visitScreens(site.base, page, `${set}@example.org`, takeScreenshot);
  await page.goto("/dev/mail");
  await takeScreenshot("outbox");
  await page.context().close();
  await renderContactSheet(set, shots, options);
}

async function renderContactSheet(set, shots, { width: viewportWidth, colorScheme }) {
  const { width, height, columns } = THUMBNAILS[viewportWidth];
  const figure = ({ path, screen }) => `<figure><div><img src="${pathToFileURL(path)}"></div><figcaption>${screen}</figcaption></figure>`;
  const style = `body { margin: 12px; display: grid; grid-template-columns: repeat(${columns}, ${width}px); gap: 12px; font: 13px sans-serif;
      background: ${colorScheme === "dark" ? "#555" : "#ccc"} }
    figure { margin: 0 } div { height: ${height}px; overflow: hidden } img { width: 100% }`;
  // Written to a file: a document set by `setContent` may not load file URLs.
  const path = join(results, `sheet-${set}.html`);
  await writeFile(path, `<style>${style}</style>${shots.map(figure).join("")}`);
  const page = await browser.newPage({ viewport: { width: columns * (width + 12) + 12, height: 900 } });
  await page.goto(pathToFileURL(path).href);
  await page.screenshot({ path: join(results, `sheet-${set}.png`), fullPage: true });
  await page.close();
  await rm(path);
}

await mkdir(results, { recursive: true });
const site = await startSite();
const browser = await startBrowser();
try {
  const chosen = process.argv.slice(2);
  for (const [set, options] of Object.entries(sets)) if (!chosen.length || chosen.includes(set)) await takeScreenshots(set, options);
} finally {
  await browser.close();
  await site.stop();
}
