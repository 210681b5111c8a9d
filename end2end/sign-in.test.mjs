// Signing in where one is: the dialog of the header, the form in place of a screen, the account menu.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { mailedCode, password, startSiteAndBrowser } from "./site.mjs";
import {
  DESKTOP, PHONE, assertNoHorizontalOverflow, eventually, hashDrawing, openStudioWithPhoto, postJson, signOut, signUpByApi,
  submitCode, submitSignIn, submitSignUp,
} from "./steps.mjs";

const { site, newPage } = await startSiteAndBrowser({ SCRIBBLE_SITE_GUESTS: "true" });

let emails = 0;
const newEmail = () => `mia.berg${(emails += 1)}@example.org`;
const header = (page) => page.getByRole("navigation", { name: "Main" });
const accountButton = (page) => page.locator(".account-button");
const menu = (page) => page.getByRole("menu", { name: "Account" });
const isSignedIn = async (page) => (await page.request.get("/api/v1/auth/session")).ok();

/// An account that is signed in nowhere.
async function newAccount() {
  const email = newEmail();
  const page = await newPage();
  await signUpByApi(page, email);
  await page.context().close();
  return email;
}

/// Fails if the document is loaded anew before the returned function is called.
async function watchForLoads(page) {
  await page.evaluate(() => (window.isSameDocument = true));
  return async () => assert.equal(await page.evaluate(() => window.isSameDocument), true, "the document was loaded anew");
}

async function signedInPage(path, options) {
  const page = await newPage(options);
  await signUpByApi(page, newEmail());
  await page.goto(path);
  await page.locator(".account-button[aria-expanded]").waitFor();
  return page;
}

const openDialog = async (page) => {
  await header(page).getByRole("link", { name: "Sign in" }).click();
  return page.getByRole("dialog");
};

describe("signing in from the header", () => {
  for (const size of [PHONE, DESKTOP]) {
    test(`the photo stays, at ${size.width} px`, async () => {
      const email = await newAccount();
      const page = await newPage(size);
      await openStudioWithPhoto(page);
      const hash = await hashDrawing(page);
      const assertNoLoad = await watchForLoads(page);
      const dialog = await openDialog(page);
      await submitSignIn(dialog, email);
      await dialog.waitFor({ state: "hidden" });
      await accountButton(page).waitFor();
      assert.match(page.url(), /\/create$/);
      assert.equal(await hashDrawing(page), hash);
      await eventually(page, () => accountButton(page).evaluate((button) => button === document.activeElement), true);
      await assertNoHorizontalOverflow(page, "the header");
      await assertNoLoad();
      assert.deepEqual(page.consoleErrors, []);
    });
  }

  test("a new account is made in the dialog", async () => {
    const page = await newPage(PHONE);
    await page.goto("/privacy");
    await page.waitForLoadState("networkidle");
    const dialog = await openDialog(page);
    await dialog.getByRole("link", { name: "New here" }).click();
    const email = newEmail();
    await submitSignUp(dialog, email);
    await submitCode(dialog, await mailedCode(site.base, email));
    await accountButton(page).waitFor();
    assert.match(page.url(), /\/privacy$/);
  });

  test("Escape closes the dialog and returns the focus", async () => {
    const page = await newPage();
    await page.goto("/privacy");
    await page.waitForLoadState("networkidle");
    const dialog = await openDialog(page);
    await eventually(page, () => dialog.getByLabel("E-mail").evaluate((field) => field === document.activeElement), true);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Sign in");
    await (await openDialog(page)).getByLabel("E-mail").waitFor();
  });
});

test("a screen that needs an account asks for it in place", async () => {
  const email = await newAccount();
  const page = await newPage(PHONE);
  await page.goto("/privacy");
  await page.waitForLoadState("networkidle");
  const assertNoLoad = await watchForLoads(page);
  await header(page).getByRole("link", { name: "Gallery" }).click();
  await page.getByText("Please sign in to do that.").waitFor();
  assert.match(page.url(), /\/gallery$/);
  await submitSignIn(page, email);
  await page.getByText("Nothing here yet").waitFor();
  await assertNoLoad();
  assert.deepEqual(page.consoleErrors.filter((text) => !text.includes("401")), []);
});

test("a session that ended is noticed in place", async () => {
  const page = await signedInPage("/privacy");
  await page.request.delete("/api/v1/auth/sessions", { headers: { origin: page.base } });
  await page.context().clearCookies();
  await header(page).getByRole("link", { name: "Gallery" }).click();
  await page.getByText("Please sign in to do that.").waitFor();
  await header(page).getByRole("link", { name: "Sign in" }).waitFor();
});

describe("the account menu", () => {
  const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim());

  test("keys open it, move in it and close it", async () => {
    const page = await signedInPage("/privacy");
    assert.equal(await accountButton(page).textContent(), "MB");
    assert.match(await accountButton(page).getAttribute("aria-label"), /Account of mia\.berg\d+@example\.org/);
    await accountButton(page).focus();
    const expectFocus = (text) => eventually(page, () => focused(page), text);
    await page.keyboard.press("Enter");
    await expectFocus("Gallery");
    const isExpanded = () => accountButton(page).getAttribute("aria-expanded");
    await eventually(page, isExpanded, "true");
    for (const [key, text] of [
      ["ArrowDown", "Settings"], ["ArrowDown", "Sign out"], ["ArrowDown", "Gallery"], ["ArrowUp", "Sign out"],
      ["Home", "Gallery"], ["End", "Sign out"], ["g", "Gallery"],
    ]) {
      await page.keyboard.press(key);
      await expectFocus(text);
    }
    await page.keyboard.press("Escape");
    await menu(page).waitFor({ state: "hidden" });
    await expectFocus("MB");
    await page.keyboard.press("ArrowUp");
    await expectFocus("Sign out");
    await page.keyboard.press("Tab");
    await menu(page).waitFor({ state: "hidden" });
    await eventually(page, isExpanded, "false");
    await accountButton(page).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await expectFocus("Settings");
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/account$/);
    await menu(page).waitFor({ state: "hidden" });
    assert.deepEqual(page.consoleErrors, []);
  });

  test("a click beside it closes it", async () => {
    const page = await signedInPage("/privacy", PHONE);
    await accountButton(page).click();
    await menu(page).waitFor();
    await page.getByText("3 credits", { exact: true }).waitFor();
    await page.mouse.click(30, 700);
    await menu(page).waitFor({ state: "hidden" });
  });

  test("signing out ends the session and leads home", async () => {
    const page = await signedInPage("/account");
    await signOut(page);
    await page.waitForURL(`${page.base}/`);
    await header(page).getByRole("link", { name: "Sign in" }).waitFor();
    assert.ok(!(await isSignedIn(page)));
    assert.deepEqual(page.consoleErrors, []);
  });

  test("a guest can make an account from it", async () => {
    const page = await newPage(PHONE);
    await postJson(page, "/auth/device", {});
    await page.goto("/privacy");
    await page.locator(".account-button[aria-expanded]").waitFor();
    await accountButton(page).click();
    await menu(page).getByRole("menuitem", { name: "Make an account" }).click();
    const dialog = page.getByRole("dialog");
    const email = newEmail();
    await submitSignUp(dialog, email);
    await submitCode(dialog, await mailedCode(site.base, email));
    await eventually(page, () => accountButton(page).textContent(), "MB");
    assert.deepEqual(page.consoleErrors, []);
  });
});

describe("before hydration", () => {
  /// A page whose module is not loaded before `release` is called.
  async function pageWithoutModule(options) {
    const page = await newPage(options);
    let release;
    const released = new Promise((resolve) => (release = resolve));
    await page.route("**/pkg/scribble.wasm", async (route) => {
      await released;
      await route.continue();
    });
    return { page, release };
  }

  test("what was typed is taken over", async () => {
    const { page, release } = await pageWithoutModule({ serviceWorkers: "block" });
    const email = newEmail();
    await page.goto("/auth/login?mode=signup", { waitUntil: "commit" });
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Stay signed in").uncheck();
    release();
    const meter = page.locator("meter");
    await eventually(page, () => meter.evaluate(({ value }) => value), (value) => value > 0);
    assert.equal(await page.getByLabel("E-mail").inputValue(), email);
    assert.equal(await page.getByLabel("Stay signed in").isChecked(), false);
    const assertNoLoad = await watchForLoads(page);
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByText("We sent a code").waitFor();
    await assertNoLoad();
    await submitCode(page, await mailedCode(site.base, email));
    await page.waitForURL(/^[^?]*\/gallery$/);
    const refresh = (await page.context().cookies()).find(({ name }) => name === "refresh");
    assert.equal(refresh.expires, -1);
    assert.deepEqual(page.consoleErrors.filter((text) => !text.includes("blocked by Playwright")), []);
  });

  test("the account menu opens and its links work", async () => {
    const { page, release } = await pageWithoutModule({ serviceWorkers: "block" });
    await signUpByApi(page, newEmail());
    await page.goto("/privacy", { waitUntil: "commit" });
    await accountButton(page).click();
    await page.locator("#account-menu").getByRole("link", { name: "Settings" }).click();
    await page.waitForURL(/\/account$/, { waitUntil: "commit" });
    release();
  });
});

test("without JavaScript the menu opens and signs out", async () => {
  const page = await newPage({ ...PHONE, javaScriptEnabled: false });
  await signUpByApi(page, newEmail());
  await page.goto("/privacy");
  await accountButton(page).click();
  await page.locator("#account-menu").getByRole("link", { name: "Gallery" }).click();
  await page.waitForURL(/\/gallery$/);
  await signOut(page);
  await page.waitForURL(`${page.base}/`);
  assert.ok(!(await isSignedIn(page)));
});

test("without JavaScript the link to sign in leads back", async () => {
  const email = await newAccount();
  const page = await newPage({ ...PHONE, javaScriptEnabled: false });
  await page.goto("/privacy");
  await header(page).getByRole("link", { name: "Sign in" }).click();
  await submitSignIn(page, email);
  await page.waitForURL(/\/privacy$/);
});
