// The same journey with JavaScript off: plain forms, and the server draws.
import assert from "node:assert/strict";
import test from "node:test";
import { PNG } from "pngjs";
import { codeFor, openWindow, password, photo, siteAndBrowser } from "./site.mjs";

const { site, browser } = await siteAndBrowser();

const plain = { javaScriptEnabled: false };

async function signUp(page, email) {
  await page.getByRole("link", { name: "New here" }).click();
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByLabel("Code").fill(await codeFor(site.base, email));
  await page.getByRole("button", { name: "Confirm code" }).click();
}

async function send(page, file) {
  await page.locator("input[type=file][name=file]").setInputFiles(file);
  await page.getByRole("button", { name: "Keep this page" }).click();
}

test("from the first screen to a PDF in the gallery without JavaScript", async () => {
  const page = await openWindow(browser, site.base, plain);
  await page.goto("/");
  await page.getByRole("link", { name: "Choose a photo" }).first().click();
  await page.waitForURL(/^[^?]*\/create$/);
  await send(page, photo);
  await page.waitForURL(/\/auth\/login/);
  await signUp(page, "mia@example.org");
  await page.waitForURL(/^[^?]*\/create$/);

  await page.getByText("Toddler", { exact: true }).click();
  await page.getByLabel("Title").fill("A quiet afternoon");
  await send(page, photo);
  await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
  // The screen looks again by itself until the page is ready.
  await page.getByRole("link", { name: "PDF for A4" }).waitFor({ timeout: 30_000 });
  const pdf = await page.request.get(await page.getByRole("link", { name: "PDF for A4" }).getAttribute("href"));
  assert.equal(pdf.headers()["content-type"], "application/pdf");
  assert.ok((await pdf.body()).subarray(0, 5).equals(Buffer.from("%PDF-")));

  await page.getByLabel("Title").fill("A loud afternoon");
  await page.getByRole("button", { name: "Save title" }).click();
  await page.getByRole("heading", { name: "A loud afternoon" }).waitFor();

  const redraw = page.locator(".redraw");
  await redraw.getByText("Draw it in another style").click();
  await redraw.getByText("Simple", { exact: true }).click();
  await redraw.locator(".more-knobs summary").click();
  await redraw.getByText("Remove", { exact: true }).click();
  await redraw.locator("[name=frame]").check();
  await redraw.getByRole("button", { name: "Draw again" }).click();
  // The screen looks again by itself here too.
  await redraw.locator("[value=simple][checked]").waitFor({ state: "attached", timeout: 30_000 });
  for (const chosen of ["[value=simple]", "[value=remove]", "[name=frame]"]) {
    assert.ok(await redraw.locator(chosen).isChecked(), chosen);
  }
  await page.goto("/gallery");
  await page.getByText("2 credits left").waitFor();
  await page.getByRole("link", { name: "A loud afternoon" }).click();
  await page.getByText("Delete this page").click();
  await page.getByRole("button", { name: "Delete", exact: true }).click();
  await page.getByText("Nothing here yet").waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto("/gallery");
  await page.waitForURL(/\/auth\/login/);
});

test("what goes wrong is said on the form, and what was typed is still there", async () => {
  const page = await openWindow(browser, site.base, plain);
  await page.goto("/auth/login?returnTo=/create");
  await signUp(page, "noah@example.org");
  await page.waitForURL(/^[^?]*\/create$/);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.goto("/auth/login?returnTo=/create");
  await page.getByLabel("E-mail").fill("noah@example.org");
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("do not go together").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "noah@example.org");
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/^[^?]*\/create$/);

  await send(page, { name: "drawing.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
  await page.getByRole("alert").getByText("SVG drawing").waitFor();
  await send(page, { name: "huge.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(11 << 20) });
  await page.getByRole("alert").getByText("over 10 MB").waitFor();
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.getByRole("alert").getByText("Please choose a photo first").waitFor();
  await page.goto("/gallery");
  await page.getByText("3 credits left").waitFor();
});

test("a photo with nothing to draw ends with a sentence and the credit back", async () => {
  const page = await openWindow(browser, site.base, plain);
  await page.goto("/auth/login?returnTo=/create");
  await signUp(page, "lea@example.org");
  await page.waitForURL(/^[^?]*\/create$/);
  const white = PNG.sync.write(Object.assign(new PNG({ width: 40, height: 30 }), { data: Buffer.alloc(40 * 30 * 4, 255) }));
  await send(page, { name: "white.png", mimeType: "image/png", buffer: white });
  await page.getByText("This page could not be drawn").waitFor({ timeout: 30_000 });
  await page.getByText("Your credit was returned").waitFor();
  assert.equal(await page.getByText("Keep longer").count(), 0);
  await page.goto("/gallery");
  assert.equal(await page.getByText("Keep longer").count(), 0);
  await page.getByText("3 credits left").waitFor();
});

test("a large photo sent signed out leads to the sign-in, not to a broken connection", async () => {
  const page = await openWindow(browser, site.base, plain);
  await page.goto("/create");
  await send(page, { name: "large.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(9 << 20) });
  await page.waitForURL(/\/auth\/login/);
});

test("an address that is nobody's offers the way out", async () => {
  const page = await openWindow(browser, site.base, plain);
  const answer = await page.goto("/nowhere");
  assert.equal(answer.status(), 404);
  await page.getByRole("link", { name: "Make a colouring page" }).click();
  await page.waitForURL(/^[^?]*\/create$/);
});

test("an address with a slash too many leads to its screen, and to no other site", async () => {
  const follow = (path) => fetch(site.base + path, { redirect: "manual" });
  const answer = await follow("/create/?title=Cat");
  assert.equal(answer.status, 308);
  assert.equal(answer.headers.get("location"), "/create?title=Cat");
  for (const path of ["//example.org/", "/%5Cexample.org/", "/nowhere"]) assert.equal((await follow(path)).status, 404, path);
});
