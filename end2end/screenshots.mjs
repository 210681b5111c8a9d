// Every screen at phone and desktop width, light and dark, into end2end/results.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { codeFor, linkFor, openWindow, password, photo, startBrowser, startSite } from "./site.mjs";

const results = join(import.meta.dirname, "results");
await mkdir(results, { recursive: true });
const site = await startSite();
const browser = await startBrowser();

async function walk(device, options) {
  const page = await openWindow(browser, site.base, options);
  let number = 0;
  const shoot = async (name) => {
    number += 1;
    await page.screenshot({ path: join(results, `${device}-${String(number).padStart(2, "0")}-${name}.png`), fullPage: true });
  };
  const screen = async (path, name) => {
    await page.goto(path, { waitUntil: "networkidle" });
    await shoot(name);
  };

  await screen("/", "home");
  await screen("/privacy", "privacy");
  await screen("/auth/login?mode=signin", "sign-in");
  await screen("/auth/login?mode=signup", "sign-up");
  await screen("/nowhere", "not-found");
  await screen("/create", "create-empty");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles({ name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
  await page.getByRole("alert").getByText("SVG").waitFor();
  await shoot("create-refused");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
  await shoot("create-drawn");
  await page.getByLabel("Compare photo and drawing").evaluate((divider) => {
    divider.value = 50;
    divider.dispatchEvent(new Event("input", { bubbles: true }));
  });
  await shoot("create-compared");
  await page.getByRole("button", { name: "Keep this page" }).click();
  await shoot("keep-sign-up");
  const email = `${device}@example.org`;
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByLabel("Password", { exact: true }).fill(password);
  await dialog.getByRole("button", { name: "Sign up" }).click();
  const code = await codeFor(site.base, email);
  await dialog.getByLabel("Code").fill("000000");
  await dialog.getByRole("button", { name: "Confirm code" }).click();
  await dialog.getByText("That code didn't work").waitFor();
  await shoot("keep-code-refused");
  await dialog.getByLabel("Code").fill(code);
  await dialog.getByRole("button", { name: "Confirm code" }).click();
  await page.waitForURL(/\/pages\//);
  await shoot("page-waiting");
  await page.getByRole("link", { name: "PDF for A4" }).waitFor();
  await page.waitForLoadState("networkidle");
  await shoot("page-ready");
  await page.getByText("Draw it in another style").click();
  await page.getByText("Delete this page").click();
  await shoot("page-care");
  await page.getByText("Toddler", { exact: true }).click();
  await page.getByRole("button", { name: "Draw again" }).click();
  await shoot("page-drawn-anew");
  await page.getByText("Kept until").waitFor();
  await screen("/gallery", "gallery");
  await screen("/books/new", "book-new");
  await page.getByLabel("Title of the book").fill("Our summer by the sea, drawn by Mia and coloured by everybody");
  await page.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: "Make the book" }).click();
  await page.getByRole("link", { name: "Save" }).waitFor();
  await shoot("book");
  await screen("/account", "account");
  for (const section of ["Change your password", "Change your e-mail address", "Delete my account"]) {
    await page.getByText(section).click();
  }
  await shoot("account-open");
  const stranger = await openWindow(browser, site.base, options);
  const shootStranger = async (name) => {
    number += 1;
    await stranger.screenshot({ path: join(results, `${device}-${String(number).padStart(2, "0")}-${name}.png`), fullPage: true });
  };
  await stranger.goto("/auth/login");
  await stranger.getByLabel("E-mail").fill(email);
  await stranger.getByRole("button", { name: "Mail me a link instead" }).click();
  await stranger.getByText("We sent a link to").waitFor();
  await shootStranger("link-mailed");
  const link = await linkFor(site.base, email);
  await stranger.context().clearCookies();
  await stranger.goto(link);
  await shootStranger("link-elsewhere");
  await stranger.goto("/auth/callback?token=nonsense");
  await shootStranger("link-spent");
  await stranger.goto("/auth/reset-password");
  await shootStranger("password-forgotten");
  await stranger.getByLabel("E-mail").fill(email);
  await stranger.getByRole("button", { name: "Mail me a link" }).click();
  await stranger.getByText("We sent a link to").waitFor();
  await stranger.goto(await linkFor(site.base, email));
  await shootStranger("password-new");
  await stranger.context().close();
  await screen("/dev/mail", "outbox");
  await page.context().close();
}

try {
  await walk("phone", { width: 390, height: 844, deviceScaleFactor: 2, isMobile: true, hasTouch: true });
  await walk("desktop", { width: 1280, height: 900 });
  await walk("phone-dark", { width: 390, height: 844, isMobile: true, hasTouch: true, colorScheme: "dark" });
} finally {
  await browser.close();
  await site.stop();
}
