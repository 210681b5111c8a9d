// The pictures of the installed app, made of the site itself: icons of public/icon.svg and public/favicon.svg, and
// what the dialog that installs it shows. `make install-pictures`, after either has changed.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { openWindow, photo, startBrowser, startSite } from "./site.mjs";

const folder = join(import.meta.dirname, "../public");
const browser = await startBrowser();
const site = await startSite();

async function icon(source, size, name) {
  const page = await openWindow(browser, site.base, { width: size, height: size });
  const svg = await readFile(join(folder, source), "utf8");
  await page.setContent(`<style>* { margin: 0 } svg { display: block; width: 100vw; height: 100vh }</style>${svg}`);
  await page.screenshot({ path: join(folder, "icons", name), omitBackground: true });
  await page.context().close();
}

async function shots(name, options) {
  const page = await openWindow(browser, site.base, options);
  const shoot = (what) => page.screenshot({ path: join(folder, "install", `${name}-${what}.jpg`), type: "jpeg", quality: 85 });
  await page.goto("/", { waitUntil: "networkidle" });
  if (name === "narrow") await shoot("home");
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
  await shoot("drawn");
  await page.context().close();
}

try {
  for (const name of ["icons", "install"]) await mkdir(join(folder, name), { recursive: true });
  for (const size of [192, 512]) {
    await icon("favicon.svg", size, `${size}.png`);
    await icon("icon.svg", size, `maskable-${size}.png`);
  }
  await shots("narrow", { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
  await shots("wide", { width: 1280, height: 800 });
} finally {
  await browser.close();
  await site.stop();
}
