// Accounts in Chromium: signing up in place, links by mail, drafts, guests, and what one does to one's account.
import assert from "node:assert/strict";
import test from "node:test";
import { codeFor, expireTokens, linkFor, openWindow, password, photo, siteAndBrowser, startSite } from "./site.mjs";

const { site, browser } = await siteAndBrowser({ SCRIBBLE_SITE_GUESTS: "true" });

const newPassword = "nine loud badgers";
const phone = { width: 390, height: 844 };
let people = 0;
const somebody = () => `mia${(people += 1)}@example.org`;

async function withPhoto(options) {
  const page = await openWindow(browser, site.base, options);
  await page.goto("/create");
  await page.getByLabel("Choose a photo", { exact: true }).setInputFiles(photo);
  await page.waitForSelector("[data-stage=drawn]");
  return page;
}

/// To the step where the code is typed.
async function signUp(within, email) {
  await within.getByLabel("E-mail").fill(email);
  await within.getByLabel("Password", { exact: true }).fill(password);
  await within.getByRole("button", { name: "Sign up" }).click();
  await within.getByText("We sent a code").waitFor();
}

async function confirm(within, code) {
  await within.getByLabel("Code").fill(code);
  await within.getByRole("button", { name: "Confirm code" }).click();
}

/// Somebody who has an account, in a window of their own.
async function parent(options = {}) {
  const page = await openWindow(browser, site.base, options);
  const email = somebody();
  await page.goto("/auth/login?mode=signup");
  await signUp(page, email);
  await confirm(page, await codeFor(site.base, email));
  await page.waitForURL(/^[^?]*\/gallery$/);
  return { page, email };
}

const isSignedIn = async (page) => (await page.request.get("/api/v1/auth/session")).ok();

async function kept(page) {
  await page.waitForURL(/\/pages\/[0-9a-f-]{36}$/);
  await page.getByRole("link", { name: "PDF for A4" }).waitFor({ timeout: 30_000 });
}

test("a wrong code says so, another can be asked for after a minute, and the address can be mended", async () => {
  const page = await withPhoto(phone);
  await page.getByRole("button", { name: "Keep this page" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText("it waits in this browser").waitFor();
  const email = somebody();
  await signUp(dialog, email);
  const right = await codeFor(site.base, email);
  await confirm(dialog, right === "000000" ? "000001" : "000000");
  await dialog.getByText("That code didn't work. Check the mail or ask for a new one.").waitFor();
  const again = dialog.getByRole("button", { name: /Send a new code in \d+ s/ });
  assert.ok(await again.isDisabled());
  await dialog.getByText("Wrong address?").click();
  assert.equal(await dialog.getByLabel("E-mail").inputValue(), email);
  const other = somebody();
  await signUp(dialog, other);
  await dialog.getByText(other).first().waitFor();
  await confirm(dialog, await codeFor(site.base, other));
  await kept(page);
});

test("whoever reloads while they read their mail still finds the code step, with its countdown", async () => {
  const page = await openWindow(browser, site.base, phone);
  const email = somebody();
  await page.goto("/auth/login?mode=signup&returnTo=%2Fcreate");
  await signUp(page, email);
  await page.reload();
  await page.getByText("We sent a code").waitFor();
  assert.ok(await page.getByRole("button", { name: /Send a new code in \d+ s/ }).isDisabled());
  await confirm(page, await codeFor(site.base, email));
  await page.waitForURL(/^[^?]*\/create$/);
});

test("an old code is refused kindly", async () => {
  const page = await openWindow(browser, site.base);
  const email = somebody();
  await page.goto("/auth/login?mode=signup");
  await signUp(page, email);
  const code = await codeFor(site.base, email);
  expireTokens(site);
  await confirm(page, code);
  await page.getByText("That code didn't work.").waitFor();
});

test("a password that is on every list is refused with the reason, and the meter rises", async () => {
  const page = await openWindow(browser, site.base);
  await page.goto("/auth/login?mode=signup");
  const field = page.getByLabel("Password", { exact: true });
  const strength = () => page.locator("meter").evaluate((meter) => meter.value);
  await field.fill("password1");
  const weak = await strength();
  await page.getByLabel("E-mail").fill(somebody());
  await page.getByRole("button", { name: "Sign up" }).click();
  await page.getByText("on lists that thieves try first").waitFor();
  await field.fill(password);
  assert.ok((await strength()) > weak);
});

test("staying signed in lasts thirty days, and otherwise until the browser closes", async () => {
  for (const stay of [true, false]) {
    const page = await openWindow(browser, site.base);
    const email = somebody();
    await page.goto("/auth/login?mode=signup");
    await page.getByLabel("Stay signed in").setChecked(stay);
    await signUp(page, email);
    await confirm(page, await codeFor(site.base, email));
    await page.waitForURL(/^[^?]*\/gallery$/);
    const cookies = await page.context().cookies();
    const refresh = cookies.find((cookie) => cookie.name === "refresh");
    const days = (refresh.expires - Date.now() / 1000) / 86_400;
    assert.ok(stay ? Math.abs(days - 30) < 0.1 : refresh.expires === -1, `${days}`);
    assert.ok(refresh.httpOnly && refresh.sameSite === "Lax");
  }
});

test("a photo on its way to being kept survives a reload while the code is awaited", async () => {
  const page = await withPhoto(phone);
  await page.getByText("Toddler", { exact: true }).click();
  await page.getByLabel("Title").fill("Our cat");
  await page.getByRole("button", { name: "Keep this page" }).click();
  const email = somebody();
  await signUp(page.getByRole("dialog"), email);
  await page.reload();
  await page.waitForSelector("[data-stage=drawn]");
  const dialog = page.getByRole("dialog");
  await dialog.getByText(email).first().waitFor();
  await confirm(dialog, await codeFor(site.base, email));
  await kept(page);
  await page.getByRole("heading", { name: "Our cat" }).waitFor();
  // Once kept, nothing waits any more.
  await page.goto("/create");
  await page.waitForSelector("[data-stage=empty]");
  await page.waitForTimeout(500);
  assert.equal(await page.locator("[data-stage]").getAttribute("data-stage"), "empty");
  assert.deepEqual(page.complaints, []);
});

test("a link by mail signs in the same browser and keeps what was to be kept", async () => {
  const { email } = await parent();
  const page = await withPhoto(phone);
  await page.getByRole("button", { name: "Keep this page" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("link", { name: "I have an account" }).click();
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByRole("button", { name: "Mail me a link instead" }).click();
  await dialog.getByText("We sent a link to").waitFor();
  const link = await linkFor(site.base, email);
  // The mail opens in a new tab of the same browser.
  const tab = await page.context().newPage();
  await tab.goto(link);
  await kept(tab);
});

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? "with" : "without";

  test(`a link opened in another browser takes a button, ${how} JavaScript`, async () => {
    const { email } = await parent();
    const asking = await openWindow(browser, site.base, { javaScriptEnabled });
    await asking.goto("/auth/login?returnTo=/account");
    await asking.getByLabel("E-mail").fill(email);
    await asking.getByRole("button", { name: "Mail me a link instead" }).click();
    await asking.getByText("We sent a link to").waitFor();
    const link = await linkFor(site.base, email);

    const other = await openWindow(browser, site.base, { javaScriptEnabled, ...phone });
    await other.goto(link);
    await other.getByRole("heading", { name: "Sign in here?" }).waitFor();
    assert.ok(!(await isSignedIn(other)));
    await other.getByRole("button", { name: "Sign in" }).click();
    await other.waitForURL(/^[^?]*\/account$/);
    assert.ok(await isSignedIn(other));

    await asking.goto(link);
    await asking.getByRole("heading", { name: "This link is no longer good" }).waitFor();
  });

  test(`a forgotten password is replaced by mail and every other session ends, ${how} JavaScript`, async () => {
    const { page: elsewhere, email } = await parent();
    const page = await openWindow(browser, site.base, { javaScriptEnabled, ...phone });
    await page.goto("/auth/login");
    await page.getByLabel("E-mail").fill(email);
    await page.getByRole("button", { name: "Forgot your password?" }).click();
    await page.getByText("We sent a link to").waitFor();
    await page.goto(await linkFor(site.base, email));
    await page.getByLabel("New password").fill("password1");
    await page.getByRole("button", { name: "Save and sign in" }).click();
    await page.getByText("on lists that thieves try first").waitFor();
    await page.getByLabel("New password").fill(newPassword);
    await page.getByRole("button", { name: "Save and sign in" }).click();
    await page.waitForURL(/^[^?]*\/gallery$/);
    assert.ok(!(await isSignedIn(elsewhere)));
  });

  test(`password, address, devices and the account itself are in their owner's hands, ${how} JavaScript`, async () => {
    const { page: elsewhere, email } = await parent();
    const page = await openWindow(browser, site.base, { javaScriptEnabled, ...phone });
    await page.goto("/auth/login?returnTo=/account");
    await page.getByLabel("E-mail").fill(email);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await page.waitForURL(/^[^?]*\/account$/);

    // The other device is signed out from here.
    const others = page.getByRole("listitem").filter({ hasText: "last seen" });
    await others.first().getByRole("button").click();
    await page.getByText("That device is signed out.").waitFor();
    assert.ok(!(await isSignedIn(elsewhere)));

    await page.getByText("Change your password").click();
    const form = page.locator("form[action='/account/password']");
    await form.getByLabel("Your password now").fill("not this one");
    await form.getByLabel("New password").fill(newPassword);
    await form.getByRole("button").click();
    await page.getByText("That is not the password of this account.").waitFor();
    // The form stands open again, with the field marked.
    assert.equal(await form.getByLabel("Your password now").getAttribute("aria-invalid"), "true");
    await form.getByLabel("Your password now").fill(password);
    await form.getByLabel("New password").fill(newPassword);
    await form.getByRole("button").click();
    await page.getByText("Your new password is saved.").waitFor();

    await page.getByText("Change your e-mail address").click();
    const address = page.locator("form[action='/account/address']");
    const moved = somebody();
    await address.getByLabel("Your password now").fill(newPassword);
    await address.getByLabel("New address").fill(moved);
    await address.getByRole("button").click();
    await confirm(page, await codeFor(site.base, moved));
    await page.getByText("Your account has its new address.").waitFor();
    await page.getByText(moved).waitFor();

    const data = await page.request.get("/api/v1/user/export");
    assert.equal(data.headers()["content-type"], "application/zip");

    await page.getByText("Delete my account").click();
    await page.locator("form[action='/account/delete']").getByLabel("Your password now").fill(newPassword);
    await page.getByRole("button", { name: "Delete everything" }).click();
    await page.getByText("Your account is deleted").waitFor();
    assert.ok(!(await isSignedIn(page)));
    assert.deepEqual(page.complaints, []);
  });
}

test("somebody goes on without an account and takes the pages along when they make one", async () => {
  const page = await withPhoto(phone);
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.getByRole("button", { name: "Go on without an account" }).click();
  await kept(page);
  await page.goto("/account");
  await page.getByRole("link", { name: "Make an account" }).click();
  const email = somebody();
  await signUp(page, email);
  await confirm(page, await codeFor(site.base, email));
  await page.waitForURL(/^[^?]*\/account$/);
  await page.getByRole("definition").filter({ hasText: email }).waitFor();
  await page.goto("/gallery");
  assert.equal(await page.locator(".card").count(), 1);
  await page.getByText("2 credits left").waitFor();
});

test("a guest who signs in finds the pages of both", async () => {
  const { email } = await parent();
  const page = await withPhoto();
  await page.getByRole("button", { name: "Keep this page" }).click();
  await page.getByRole("button", { name: "Go on without an account" }).click();
  await kept(page);
  await page.goto("/auth/login");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.waitForURL(/^[^?]*\/gallery$/);
  assert.equal(await page.locator(".card").count(), 1);
  // The guest's page was one of the three that are free for a person.
  await page.getByText("2 credits left").waitFor();
});

test("in development one click is enough, and in production there is nothing to click", async () => {
  const page = await openWindow(browser, site.base);
  await page.goto("/auth/login");
  await page.getByRole("button", { name: "Development: sign in as the test parent" }).click();
  await page.waitForURL(/^[^?]*\/gallery$/);

  const production = await startSite({
    SCRIBBLE_ENV: "production",
    SCRIBBLE_PUBLIC_URL: "https://scribble.example",
    SCRIBBLE_SECRET_KEY: "a secret for this test alone, long enough",
  });
  try {
    const login = await (await fetch(`${production.base}/auth/login`)).text();
    assert.ok(!login.includes("/dev/") && login.includes("Sign in"));
    for (const path of ["/dev/sign-in", "/dev/mail.json"]) {
      const answer = await fetch(production.base + path, { method: "POST" });
      assert.ok([404, 405].includes(answer.status), `${path}: ${answer.status}`);
      assert.equal((await fetch(production.base + path)).status, 404);
    }
  } finally {
    await production.stop();
  }
});
