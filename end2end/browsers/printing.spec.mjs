// A saved page on paper in every browser: one sheet, and the whole drawing on it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSite } from "../site.mjs";
import { drawPhoto, emailFor, saveWithSignUp, testInEveryBrowser, waitForPicture, withSite } from "./steps.mjs";

const site = withSite(await startSite());

/// The PDF of the page in a window. WebKitWebDriver cannot print; our window can, on a signal.
async function printPage(window) {
  const { driver, folder, options } = window;
  if (options.browser !== "webkit") return Buffer.from(await driver.printPage({}), "base64");
  const file = join(folder, "printed.pdf");
  await rm(file, { force: true });
  process.kill(Number(await readFile(join(folder, "pid"), "utf8")), "SIGUSR1");
  await window.until("a printed file", async () => existsSync(file));
  return readFile(file);
}

/// Renders a PDF; the part of each sheet's width and height between its outermost dark pixels.
async function inkOfSheets(pdf) {
  const folder = await mkdtemp(join(tmpdir(), "printed-"));
  try {
    await writeFile(join(folder, "page.pdf"), pdf);
    execFileSync("pdftoppm", ["-gray", "-r", "40", "page.pdf", "sheet"], { cwd: folder });
    const sheets = (await readdir(folder)).filter((name) => name.endsWith(".pgm")).sort();
    return await Promise.all(sheets.map(async (name) => inkOf(await readFile(join(folder, name)))));
  } finally {
    await rm(folder, { recursive: true });
  }
}

function inkOf(pgm) {
  const [header, width, height] = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(pgm.toString("latin1", 0, 100));
  const dark = { left: Infinity, right: -1, top: Infinity, bottom: -1 };
  for (let at = 0; at < width * height; at += 1) {
    if (pgm[header.length + at] > 160) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    dark.left = Math.min(dark.left, x);
    dark.right = Math.max(dark.right, x);
    dark.top = Math.min(dark.top, y);
    dark.bottom = Math.max(dark.bottom, y);
  }
  return { across: (dark.right - dark.left) / width, down: (dark.bottom - dark.top) / height };
}

testInEveryBrowser(site, "a saved page on paper", async (window, step) => {
  await drawPhoto(window);
  const path = await saveWithSignUp(window, site, emailFor(window, "print"));
  await waitForPicture(window, path);
  let early;
  await step("printed at once, the drawing is complete", async () => {
    early = await inkOfSheets(await printPage(window));
    assert.equal(early.length, 1, `${early.length} sheets`);
  });

  await step("printed later, it is the same on one sheet", async () => {
    await window.goto(path);
    await waitForPicture(window, path);
    const late = await inkOfSheets(await printPage(window));
    assert.equal(late.length, 1, `${late.length} sheets`);
    assert.ok(late[0].across > 0.6, JSON.stringify(late));
    for (const side of ["across", "down"]) assert.ok(Math.abs(late[0][side] - early[0][side]) < 0.02, JSON.stringify([early, late]));
  });
});
