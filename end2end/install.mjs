// Generates the pictures of the installed app: icons from public/icon.svg and public/favicon.svg,
// screenshots for the install dialog. Run `make install-pictures` after either has changed.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { newPage, startBrowser, startSite } from "./site.mjs";
import { DESKTOP, openStudioWithPhoto, PHONE } from "./steps.mjs";

const folder = join(import.meta.dirname, "../public");
const browser = await startBrowser();
const site = await startSite();

async function renderIcon(source, size, name) {
  const page = await newPage(browser, site.base, { width: size, height: size });
  const svg = await readFile(join(folder, source), "utf8");
  await page.setContent(`<style>* { margin: 0 } svg { display: block; width: 100vw; height: 100vh }</style>${svg}`);
  await page.screenshot({ path: join(folder, "icons", name), omitBackground: true });
  await page.context().close();
}

async function takeScreenshots(name, options) {
  const page = await newPage(browser, site.base, options);
  const screenshot = (screen) => page.screenshot({ path: join(folder, "install", `${name}-${screen}.jpg`), type: "jpeg", quality: 85 });
  await page.goto("/", { waitUntil: "networkidle" });
  if (name === "narrow") await screenshot("home");
  await openStudioWithPhoto(page);
  await screenshot("drawn");
  await page.context().close();
}

try {
  for (const name of ["icons", "install"]) await mkdir(join(folder, name), { recursive: true });
  for (const size of [192, 512]) {
    await renderIcon("favicon.svg", size, `${size}.png`);
    await renderIcon("icon.svg", size, `maskable-${size}.png`);
  }
  await takeScreenshots("narrow", { ...PHONE, deviceScaleFactor: 2 });
  await takeScreenshots("wide", { ...DESKTOP, height: 800 });
} finally {
  await browser.close();
  await site.stop();
}
