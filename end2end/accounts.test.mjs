// Accounts: sign-up in the studio, mailed codes and links, guest sessions, account settings.
import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { expireTokens, mailedCode, mailedLink, password, startSite, startSiteAndBrowser } from "./site.mjs";
import {
  clickKeepPage, openStudio, openStudioWithPhoto, signUpByForm, submitCode, submitSignIn, submitSignUp,
  waitForDrawing, waitForSavedPage,
} from "./steps.mjs";

const { site, newPage } = await startSiteAndBrowser({ SCRIBBLE_SITE_GUESTS: "true" });

const newPassword = "nine loud badgers";
const phone = { width: 390, height: 844 };
const galleryUrl = /^[^?]*\/gallery$/;
let emails = 0;
const newEmail = () => `mia${(emails += 1)}@example.org`;

async function studioWithPhoto(options) {
  const page = await newPage(options);
  await openStudioWithPhoto(page);
  return page;
}

/// A new account, signed in on a page of its own.
async function signedInPage(options = {}) {
  const page = await newPage(options);
  const email = newEmail();
  await page.goto("/auth/login?mode=signup");
  await signUpByForm(page, email);
  await page.waitForURL(galleryUrl);
  return { page, email };
}

const isSignedIn = async (page) => (await page.request.get("/api/v1/auth/session")).ok();

test("sign-up in the dialog of the studio", async (t) => {
  const page = await studioWithPhoto(phone);
  await clickKeepPage(page);
  const dialog = page.getByRole("dialog");
  await dialog.getByText("it waits in this browser").waitFor();
  const email = newEmail();

  await t.test("a wrong code is rejected", async () => {
    await submitSignUp(dialog, email);
    const code = await mailedCode(site.base, email);
    await submitCode(dialog, code === "000000" ? "000001" : "000000");
    await dialog.getByText("That code didn't work. Check the mail or ask for a new one.").waitFor();
  });

  await t.test("a new code cannot be requested within a minute", async () => {
    assert.ok(await dialog.getByRole("button", { name: /Send a new code in \d+ s/ }).isDisabled());
  });

  await t.test("the address can be corrected", async () => {
    await dialog.getByText("Wrong address?").click();
    assert.equal(await dialog.getByLabel("E-mail").inputValue(), email);
    const other = newEmail();
    await submitSignUp(dialog, other);
    await dialog.getByText(other).first().waitFor();
    await submitCode(dialog, await mailedCode(site.base, other));
    await waitForSavedPage(page);
  });
});

test("the code step and its countdown survive a reload", async () => {
  const page = await newPage(phone);
  const email = newEmail();
  await page.goto("/auth/login?mode=signup&returnTo=%2Fcreate");
  await submitSignUp(page, email);
  await page.getByText("We sent a code").waitFor();
  await page.reload();
  await page.getByText("We sent a code").waitFor();
  assert.ok(await page.getByRole("button", { name: /Send a new code in \d+ s/ }).isDisabled());
  await submitCode(page, await mailedCode(site.base, email));
  await page.waitForURL(/^[^?]*\/create$/);
});

test("an expired code is rejected", async () => {
  const page = await newPage();
  const email = newEmail();
  await page.goto("/auth/login?mode=signup");
  await submitSignUp(page, email);
  const code = await mailedCode(site.base, email);
  expireTokens(site);
  await submitCode(page, code);
  await page.getByText("That code didn't work.").waitFor();
});

test("the password field", async (t) => {
  const page = await newPage();
  const field = page.getByLabel("Password", { exact: true });
  /// Fills the field once its script is there; returns what the meter then shows.
  const strengthOf = async (text) => {
    await page.waitForLoadState("networkidle");
    await field.fill(text);
    return page.locator("meter").evaluate((meter) => meter.value);
  };
  await page.goto("/auth/login?mode=signup");
  const weak = await strengthOf("password1");

  await t.test("a breached password is rejected with the reason", async () => {
    await page.getByLabel("E-mail").fill(newEmail());
    await page.getByRole("button", { name: "Sign up" }).click();
    await page.getByText("on lists that thieves try first").waitFor();
  });

  await t.test("a stronger password raises the meter", async () => {
    const strong = await strengthOf(password);
    assert.ok(strong > weak, `${strong} is not above ${weak}`);
  });
});

describe("the refresh cookie", () => {
  async function refreshCookie(stay) {
    const page = await newPage();
    await page.goto("/auth/login?mode=signup");
    await page.getByLabel("Stay signed in").setChecked(stay);
    await signUpByForm(page, newEmail());
    await page.waitForURL(galleryUrl);
    const cookies = await page.context().cookies();
    return cookies.find((cookie) => cookie.name === "refresh");
  }

  test("it lasts 30 days with `Stay signed in`", async () => {
    const { expires, httpOnly, sameSite } = await refreshCookie(true);
    const days = (expires - Date.now() / 1000) / 86_400;
    assert.ok(Math.abs(days - 30) < 0.1, `${days} days`);
    assert.deepEqual({ httpOnly, sameSite }, { httpOnly: true, sameSite: "Lax" });
  });

  test("it ends with the browser without `Stay signed in`", async () => {
    const { expires, httpOnly, sameSite } = await refreshCookie(false);
    assert.deepEqual({ expires, httpOnly, sameSite }, { expires: -1, httpOnly: true, sameSite: "Lax" });
  });
});

test("the draft in the browser's database", async (t) => {
  const page = await studioWithPhoto(phone);

  await t.test("a reload during sign-up restores the draft", async () => {
    await page.getByText("Toddler", { exact: true }).click();
    await page.getByLabel("Title").fill("Our cat");
    await clickKeepPage(page);
    const email = newEmail();
    const dialog = page.getByRole("dialog");
    await submitSignUp(dialog, email);
    await dialog.getByText("We sent a code").waitFor();
    await page.reload();
    await waitForDrawing(page);
    await dialog.getByText(email).first().waitFor();
    await submitCode(dialog, await mailedCode(site.base, email));
    await waitForSavedPage(page);
    await page.getByRole("heading", { name: "Our cat" }).waitFor();
  });

  await t.test("a saved draft is not restored", async () => {
    await openStudio(page);
    // Long enough for a draft to be read and drawn.
    await page.waitForTimeout(500);
    assert.equal(await page.locator("[data-stage]").getAttribute("data-stage"), "empty");
    assert.deepEqual(page.consoleErrors, []);
  });
});

test("a mailed link saves the draft of the same browser", async () => {
  const { email } = await signedInPage();
  const page = await studioWithPhoto(phone);
  await clickKeepPage(page);
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("link", { name: "I have an account" }).click();
  await dialog.getByLabel("E-mail").fill(email);
  await dialog.getByRole("button", { name: "Mail me a link instead" }).click();
  await dialog.getByText("We sent a link to").waitFor();
  // A mail client opens the link in a new tab.
  const tab = await page.context().newPage();
  await tab.goto(await mailedLink(site.base, email));
  await waitForSavedPage(tab);
});

for (const javaScriptEnabled of [true, false]) {
  describe(javaScriptEnabled ? "with JavaScript" : "without JavaScript", () => {
    test("a link opened in another browser", async (t) => {
      const { email } = await signedInPage();
      const requesting = await newPage({ javaScriptEnabled });
      await requesting.goto("/auth/login?returnTo=/account");
      await requesting.getByLabel("E-mail").fill(email);
      await requesting.getByRole("button", { name: "Mail me a link instead" }).click();
      await requesting.getByText("We sent a link to").waitFor();
      const link = await mailedLink(site.base, email);

      await t.test("it signs in only after a click on a button", async () => {
        const other = await newPage({ javaScriptEnabled, ...phone });
        await other.goto(link);
        await other.getByRole("heading", { name: "Sign in here?" }).waitFor();
        assert.ok(!(await isSignedIn(other)));
        await other.getByRole("button", { name: "Sign in" }).click();
        await other.waitForURL(/^[^?]*\/account$/);
        assert.ok(await isSignedIn(other));
      });

      await t.test("it works once", async () => {
        await requesting.goto(link);
        await requesting.getByRole("heading", { name: "This link is no longer good" }).waitFor();
      });
    });

    test("a password reset by mail", async (t) => {
      const { page: otherSession, email } = await signedInPage();
      const page = await newPage({ javaScriptEnabled, ...phone });
      await page.goto("/auth/login");
      await page.getByLabel("E-mail").fill(email);
      await page.getByRole("button", { name: "Forgot your password?" }).click();
      await page.getByText("We sent a link to").waitFor();
      await page.goto(await mailedLink(site.base, email));

      await t.test("a breached password is rejected", async () => {
        await page.getByLabel("New password").fill("password1");
        await page.getByRole("button", { name: "Save and sign in" }).click();
        await page.getByText("on lists that thieves try first").waitFor();
      });

      await t.test("a new password ends every other session", async () => {
        assert.ok(await isSignedIn(otherSession));
        await page.getByLabel("New password").fill(newPassword);
        await page.getByRole("button", { name: "Save and sign in" }).click();
        await page.waitForURL(galleryUrl);
        assert.ok(!(await isSignedIn(otherSession)));
        assert.ok(await isSignedIn(page));
      });
    });

    test("account settings", async (t) => {
      const { page: otherSession, email } = await signedInPage();
      const page = await newPage({ javaScriptEnabled, ...phone });
      await page.goto("/auth/login?returnTo=/account");
      await submitSignIn(page, email);
      await page.waitForURL(/^[^?]*\/account$/);

      await t.test("another device can be signed out", async () => {
        assert.ok(await isSignedIn(otherSession));
        const devices = page.getByRole("listitem").filter({ hasText: "last seen" });
        await devices.first().getByRole("button").click();
        await page.getByText("That device is signed out.").waitFor();
        assert.ok(!(await isSignedIn(otherSession)));
      });

      const passwordForm = page.locator("form[action='/do/account/password']");
      const changePassword = async (current) => {
        await passwordForm.getByLabel("Your password now").fill(current);
        await passwordForm.getByLabel("New password").fill(newPassword);
        await passwordForm.getByRole("button").click();
      };

      await t.test("a wrong current password marks its field", async () => {
        await page.getByText("Change your password").click();
        await changePassword("not this one");
        await page.getByText("That is not the password of this account.").waitFor();
        assert.equal(await passwordForm.getByLabel("Your password now").getAttribute("aria-invalid"), "true");
      });

      await t.test("the password can be changed", async () => {
        await changePassword(password);
        await page.getByText("Your new password is saved.").waitFor();
      });

      await t.test("the address can be changed", async () => {
        await page.getByText("Change your e-mail address").click();
        const form = page.locator("form[action='/do/account/address']");
        const newAddress = newEmail();
        await form.getByLabel("Your password now").fill(newPassword);
        await form.getByLabel("New address").fill(newAddress);
        await form.getByRole("button").click();
        await submitCode(page, await mailedCode(site.base, newAddress));
        await page.getByText("Your account has its new address.").waitFor();
        await page.getByRole("main").getByText(newAddress).waitFor();
      });

      await t.test("the data can be exported as ZIP", async () => {
        const response = await page.request.get("/api/v1/user/export");
        assert.equal(response.status(), 200);
        assert.equal(response.headers()["content-type"], "application/zip");
        assert.equal((await response.body()).subarray(0, 2).toString(), "PK");
      });

      await t.test("the account can be deleted", async () => {
        await page.getByText("Delete my account").click();
        await page.locator("form[action='/do/account/delete']").getByLabel("Your password now").fill(newPassword);
        await page.getByRole("button", { name: "Delete everything" }).click();
        await page.getByText("Your account is deleted").waitFor();
        assert.ok(!(await isSignedIn(page)));
        // Chromium reports the response to the wrong password.
        assert.deepEqual(page.consoleErrors.filter((text) => !text.includes("status of 403")), []);
      });
    });
  });
}

test("a guest who signs up keeps the pages", async () => {
  const page = await studioWithPhoto(phone);
  await clickKeepPage(page);
  await page.getByRole("button", { name: "Go on without an account" }).click();
  await waitForSavedPage(page);
  await page.goto("/account");
  await page.getByRole("link", { name: "Make an account" }).click();
  const email = newEmail();
  await signUpByForm(page, email, page.getByRole("dialog"));
  await page.waitForURL(/^[^?]*\/account$/);
  await page.getByRole("definition").filter({ hasText: email }).waitFor();
  await page.goto("/gallery");
  assert.equal(await page.locator(".card").count(), 1);
  await page.getByText("2 credits left").waitFor();
});

test("signing in merges the pages and credits of the guest", async () => {
  const { email } = await signedInPage();
  const page = await studioWithPhoto();
  await clickKeepPage(page);
  await page.getByRole("button", { name: "Go on without an account" }).click();
  await waitForSavedPage(page);
  await page.goto("/auth/login");
  await submitSignIn(page, email);
  await page.waitForURL(galleryUrl);
  await page.locator(".card").first().waitFor();
  assert.equal(await page.locator(".card").count(), 1);
  // The guest's page counts against the three free credits of the account.
  await page.getByText("2 credits left").waitFor();
});

test("the development sign-in needs one click", async () => {
  const page = await newPage();
  await page.goto("/auth/login");
  await page.getByRole("button", { name: "Development: sign in as the test parent" }).click();
  await page.waitForURL(galleryUrl);
});

test("production has no development routes", async () => {
  const production = await startSite({
    SCRIBBLE_ENV: "production",
    SCRIBBLE_PUBLIC_URL: "https://scribble.example",
    SCRIBBLE_SECRET_KEY: "a secret for this test alone, long enough",
  });
  try {
    const login = await (await fetch(`${production.base}/auth/login`)).text();
    assert.ok(login.includes("Sign in"));
    assert.ok(!login.includes("/dev/"));
    for (const path of ["/dev/sign-in", "/dev/mail.json"]) {
      const post = await fetch(production.base + path, { method: "POST" });
      assert.ok([404, 405].includes(post.status), `POST ${path}: ${post.status}`);
      assert.equal((await fetch(production.base + path)).status, 404, `GET ${path}`);
    }
  } finally {
    await production.stop();
  }
});
