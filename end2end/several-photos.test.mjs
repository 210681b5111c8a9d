// Several photos chosen at once become a book: cost, rejected files, retries, sign-up on the way.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { photo, siteDir, startSiteAndBrowser } from "./site.mjs";
import { choosePhotos, DESKTOP, getBalance, getJson, openStudio, PHONE, signUpByApi, signUpByForm, submitSignUp, waitForBookDrawings } from "./steps.mjs";

const { newPage } = await startSiteAndBrowser();

const astronaut = join(siteDir, "samples/astronaut.jpg");
const bookUrl = /\/books\/[0-9a-f-]{36}$/;

async function openStudioWithPhotos(page, files) {
  await openStudio(page);
  await choosePhotos(page, files);
  await page.getByRole("heading", { name: "Several photos make a book" }).waitFor();
}

const bookMaker = (page) => page.locator(".book-maker");
const shownCost = (page) => page.locator("[data-cost]").textContent();
const makeButton = (page) => page.getByRole("button", { name: "Make the book" });

for (const [where, options] of Object.entries({ "on a phone": PHONE, "on a desktop": DESKTOP })) {
  test(`three photos become a book ${where}`, async (t) => {
    const page = await newPage(options);
    await signUpByApi(page, `book-${options.width}@example.org`);
    await openStudioWithPhotos(page, [photo, astronaut, photo]);

    await t.test("the photos are drawn before any is uploaded", async () => {
      await waitForBookDrawings(page, 3);
      assert.deepEqual(page.sentRequests, []);
    });

    await t.test("the form shows cost and balance", async () => {
      assert.equal(await shownCost(page), "3");
      assert.equal(await page.locator("[data-balance]").textContent(), "3");
    });

    await t.test("the book has numbered pages in the chosen style", async () => {
      await bookMaker(page).getByText("Simple", { exact: true }).click();
      await page.getByLabel("Title of the book").fill("Cats and stars");
      await makeButton(page).click();
      await page.waitForURL(bookUrl, { timeout: 60_000 });
      await page.getByRole("heading", { name: "Cats and stars" }).waitFor();
      const { items } = await getJson(page, "/pages");
      assert.deepEqual(items.map(({ title, style }) => [title, style.preset]), [3, 2, 1].map((n) => [`Cats and stars ${n}`, "simple"]));
    });

    await t.test("each page costs a credit", async () => {
      assert.equal(await getBalance(page), 0);
      assert.deepEqual(page.consoleErrors, []);
    });
  });
}

test("more photos than credits", async (t) => {
  const page = await newPage(PHONE);
  await signUpByApi(page, "few@example.org");
  const letter = { name: "letter.jpg", mimeType: "image/jpeg", buffer: Buffer.from("Dear diary") };
  const cat = { name: "cat.jpg", mimeType: "image/jpeg", buffer: await readFile(photo) };
  await openStudioWithPhotos(page, [cat, letter, cat, cat, cat]);

  await t.test("an unreadable file is left out of the cost", async () => {
    await page.getByText("Cannot be drawn: left out").waitFor();
    await waitForBookDrawings(page, 4);
    assert.equal(await shownCost(page), "4");
  });

  await t.test("the button is disabled for lack of credits", async () => {
    await page.getByText("too few credits").waitFor();
    assert.equal(await makeButton(page).isDisabled(), true);
  });

  await t.test("leaving out a photo enables the button", async () => {
    await page.getByRole("button", { name: "Leave out" }).first().click();
    assert.equal(await shownCost(page), "3");
    assert.equal(await makeButton(page).isDisabled(), false);
  });

  await t.test("going back to a single page sends nothing", async () => {
    await page.getByRole("button", { name: "Back to a single page" }).click();
    await page.waitForSelector(".studio:not([hidden])");
    assert.deepEqual(page.sentRequests, []);
  });
});

test("a retry after a lost connection charges each photo once", async () => {
  const page = await newPage(PHONE);
  await signUpByApi(page, "broken@example.org");
  await openStudioWithPhotos(page, [photo, astronaut]);
  await waitForBookDrawings(page, 2);
  await page.getByLabel("Title of the book").fill("Try again");
  let orders = 0;
  await page.route("**/do/studio/order", (route) => ((orders += 1) === 2 ? route.abort() : route.continue()));
  await makeButton(page).click();
  await page.getByRole("alert").getByText("could not reach the server").waitFor();
  await makeButton(page).click();
  await page.waitForURL(bookUrl, { timeout: 60_000 });
  assert.equal(await getBalance(page), 1);
});

test("the photos survive sign-up", async () => {
  const page = await newPage(PHONE);
  await openStudioWithPhotos(page, [photo, astronaut]);
  await page.getByText("A book needs an account").waitFor();
  await bookMaker(page).getByText("Toddler", { exact: true }).click();
  await page.getByLabel("Title of the book").fill("New here");
  await makeButton(page).click();
  const dialog = page.getByRole("dialog");
  await submitSignUp(dialog, "new@example.org");
  await dialog.getByLabel("Code").waitFor();
  await page.reload();
  await waitForBookDrawings(page, 2);
  assert.equal(await page.getByLabel("Title of the book").inputValue(), "New here");
  assert.equal(await bookMaker(page).getByRole("radio", { name: "Toddler" }).isChecked(), true);
  await makeButton(page).click();
  await signUpByForm(page, "new2@example.org", dialog);
  await page.waitForURL(bookUrl, { timeout: 60_000 });
});
