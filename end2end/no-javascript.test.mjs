// Without JavaScript: plain forms from photo to PDF, their error messages, and redirects.
import assert from "node:assert/strict";
import test from "node:test";
import { PNG } from "pngjs";
import { photo, startSiteAndBrowser } from "./site.mjs";
import { clickKeepPage, signOut, signUpByApi, signUpByForm, submitSignIn, waitForSavedPage } from "./steps.mjs";

const { site, newPage } = await startSiteAndBrowser();
const createUrl = /^[^?]*\/create$/;

const newPlainPage = () => newPage({ javaScriptEnabled: false });

/// Signs up through the link on the sign-in screen and returns to /create.
async function signUpToCreate(page, email) {
  await page.getByRole("link", { name: "New here" }).click();
  await signUpByForm(page, email);
  await page.waitForURL(createUrl);
}

async function newSignedInPage(email) {
  const page = await newPlainPage();
  await page.goto("/auth/login?returnTo=/create");
  await signUpToCreate(page, email);
  return page;
}

async function submitPhoto(page, file) {
  await page.locator("input[type=file][name=file]").setInputFiles(file);
  await clickKeepPage(page);
}

test("from a photo to a PDF", async (t) => {
  const page = await newPlainPage();

  await t.test("a photo sent signed out leads through sign-up", async () => {
    await page.goto("/");
    await page.getByRole("link", { name: "Choose a photo" }).first().click();
    await page.waitForURL(createUrl);
    await submitPhoto(page, photo);
    await page.waitForURL(/\/auth\/login/);
    await signUpToCreate(page, "mia@example.org");
  });

  await t.test("the page screen reloads until the PDF is ready", async () => {
    await page.getByText("Toddler", { exact: true }).click();
    await page.getByLabel("Title").fill("A quiet afternoon");
    await submitPhoto(page, photo);
    await waitForSavedPage(page);
    const pdf = await page.request.get(await page.getByRole("link", { name: "PDF for A4" }).getAttribute("href"));
    assert.equal(pdf.headers()["content-type"], "application/pdf");
    assert.ok((await pdf.body()).subarray(0, 5).equals(Buffer.from("%PDF-")));
  });

  await t.test("the title can be changed", async () => {
    await page.getByLabel("Title").fill("A loud afternoon");
    await page.getByRole("button", { name: "Save title" }).click();
    await page.getByRole("heading", { name: "A loud afternoon" }).waitFor();
  });

  await t.test("the page is redrawn with the chosen settings", async () => {
    const redraw = page.locator(".redraw");
    await redraw.getByText("Draw it in another style").click();
    await redraw.getByText("Simple", { exact: true }).click();
    await redraw.locator(".more-knobs summary").click();
    await redraw.getByText("Remove", { exact: true }).click();
    await redraw.locator("[name=frame]").check();
    await redraw.getByRole("button", { name: "Draw again" }).click();
    await redraw.locator("[value=simple][checked]").waitFor({ state: "attached", timeout: 30_000 });
    for (const chosen of ["[value=simple]", "[value=remove]", "[name=frame]"]) {
      assert.ok(await redraw.locator(chosen).isChecked(), chosen);
    }
  });

  await t.test("the page can be deleted", async () => {
    await page.goto("/gallery");
    await page.getByText("2 credits left").waitFor();
    await page.getByRole("link", { name: "A loud afternoon" }).click();
    await page.getByText("Delete this page").click();
    await page.getByRole("button", { name: "Delete", exact: true }).click();
    await page.getByText("Nothing here yet").waitFor();
  });

  await t.test("signing out closes the gallery", async () => {
    await signOut(page);
    await page.waitForURL((url) => !url.pathname.startsWith("/gallery"));
    await page.goto("/gallery");
    await page.waitForURL(/\/auth\/login/);
  });
});

test("a wrong password leaves the address in the form", async () => {
  const page = await newSignedInPage("noah@example.org");
  await signOut(page);
  await page.goto("/auth/login?returnTo=/create");
  await page.getByLabel("E-mail").fill("noah@example.org");
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("alert").getByText("do not go together").waitFor();
  assert.equal(await page.getByLabel("E-mail").inputValue(), "noah@example.org");
  await submitSignIn(page, "noah@example.org");
  await page.waitForURL(createUrl);
});

test("rejected uploads", async (t) => {
  const page = await newSignedInPage("tom@example.org");

  await t.test("an SVG is rejected", async () => {
    await submitPhoto(page, { name: "drawing.svg", mimeType: "image/svg+xml", buffer: Buffer.from("<svg/>") });
    await page.getByRole("alert").getByText("SVG drawing").waitFor();
  });

  await t.test("a file over 10 MB is rejected", async () => {
    await submitPhoto(page, { name: "huge.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(11 << 20) });
    await page.getByRole("alert").getByText("over 10 MB").waitFor();
  });

  await t.test("a form without a photo is rejected, its values stay", async () => {
    await page.getByText("Detailed", { exact: true }).click();
    await page.getByLabel("Title").fill("Tom & Ömer");
    await clickKeepPage(page);
    await page.getByRole("alert").getByText("Please choose a photo first").waitFor();
    assert.equal(await page.getByRole("radio", { name: "Detailed" }).isChecked(), true);
    assert.equal(await page.getByLabel("Title").inputValue(), "Tom & Ömer");
  });

  await t.test("a rejected upload costs no credit", async () => {
    await page.goto("/gallery");
    await page.getByText("3 credits left").waitFor();
  });
});

test("a blank photo", async (t) => {
  const page = await newSignedInPage("lea@example.org");

  await t.test("the failed page says that the credit was returned", async () => {
    const white = PNG.sync.write(Object.assign(new PNG({ width: 40, height: 30 }), { data: Buffer.alloc(40 * 30 * 4, 255) }));
    await submitPhoto(page, { name: "white.png", mimeType: "image/png", buffer: white });
    await page.getByText("This page could not be drawn").waitFor({ timeout: 30_000 });
    await page.getByText("Your credit was returned").waitFor();
    assert.equal(await page.getByText("Keep longer").count(), 0);
  });

  await t.test("the gallery offers no extension of a failed page", async () => {
    await page.goto("/gallery");
    await page.getByText("3 credits left").waitFor();
    assert.equal(await page.locator(".card").count(), 1);
    assert.equal(await page.getByText("Keep longer").count(), 0);
  });
});

test("a photo of 9 MB sent signed out leads to the sign-in", async () => {
  const page = await newPlainPage();
  await page.goto("/create");
  await submitPhoto(page, { name: "large.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(9 << 20) });
  await page.waitForURL(/\/auth\/login/);
});

test("a form on another site cannot sign out", async () => {
  const page = await newPlainPage();
  await signUpByApi(page, "eva@example.org");
  const form = `<form method="post" action="${site.base}/do/accounts/sign-out"><button>Win</button></form>`;
  await page.goto(`data:text/html,${encodeURIComponent(form)}`);
  await page.getByRole("button", { name: "Win" }).click();
  await page.getByText("This request came from another site").waitFor();
  await page.getByRole("link", { name: "Your pages" }).click();
  await page.waitForURL(/^[^?]*\/gallery$/);
});

test("an unknown path leads back to /create", async () => {
  const page = await newPlainPage();
  const response = await page.goto("/nowhere");
  assert.equal(response.status(), 404);
  await page.getByRole("link", { name: "Make a colouring page" }).click();
  await page.waitForURL(createUrl);
});

const get = (path) => fetch(site.base + path, { redirect: "manual" });

test("a trailing slash is redirected", async () => {
  const response = await get("/create/?title=Cat");
  assert.equal(response.status, 308);
  assert.equal(response.headers.get("location"), "/create?title=Cat");
});

test("a path of another host is not redirected", async () => {
  for (const path of ["//example.org/", "/%5Cexample.org/", "/nowhere"]) assert.equal((await get(path)).status, 404, path);
});
