// Home screen: photos chosen there open in the studio; the slider compares photo and drawing.
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { photo, siteDir, startSiteAndBrowser } from "./site.mjs";
import { choosePhotos, DESKTOP, PHONE, waitForBookDrawings, waitForDrawing } from "./steps.mjs";

const { newPage } = await startSiteAndBrowser();

for (const [where, options] of Object.entries({ "on a phone": PHONE, "on a desktop": DESKTOP })) {
  test(`photos chosen on the home screen ${where}`, async (t) => {
    const page = await newPage(options);

    await t.test("one photo is drawn in the studio", async () => {
      await page.goto("/");
      await choosePhotos(page, photo);
      await page.waitForURL(/^[^?]*\/create$/);
      await waitForDrawing(page);
      assert.deepEqual(page.sentRequests, []);
    });

    await t.test("a reload draws it again", async () => {
      await page.reload();
      await waitForDrawing(page);
    });

    await t.test("several photos are drawn for a book", async () => {
      await page.goto("/");
      await choosePhotos(page, [photo, join(siteDir, "samples/astronaut.jpg")]);
      await page.waitForURL(/\/create$/);
      await waitForBookDrawings(page, 2);
      assert.deepEqual(page.consoleErrors, []);
    });
  });

  test(`the slider between photo and drawing ${where}`, async (t) => {
    const page = await newPage(options);
    await page.goto("/");
    const split = () => page.locator(".compare").evaluate((pair) => getComputedStyle(pair).getPropertyValue("--split").trim());
    assert.equal(await split(), "50%");

    await t.test("it follows the pointer", async () => {
      const box = await page.locator(".compare").boundingBox();
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width * 0.8, box.y + box.height / 2, { steps: 5 });
      await page.mouse.up();
      assert.ok(parseInt(await split()) > 70, await split());
    });

    await t.test("it follows the keyboard", async () => {
      await page.getByLabel("Compare photo and drawing").press("Home");
      assert.equal(await split(), "0%");
      assert.deepEqual(page.consoleErrors, []);
    });
  });
}

for (const javaScriptEnabled of [true, false]) {
  test(`the privacy check opens ${javaScriptEnabled ? "with" : "without"} JavaScript`, async () => {
    const page = await newPage({ ...PHONE, javaScriptEnabled });
    await page.goto("/");
    assert.equal(await page.getByText("flight mode").isVisible(), false);
    await page.getByText("See for yourself").click();
    await page.getByText("flight mode").waitFor();
  });
}

test("the home screen works without JavaScript", async () => {
  const page = await newPage({ ...PHONE, javaScriptEnabled: false });
  await page.goto("/");
  assert.equal(await page.getByRole("img", { name: "A photo of an astronaut" }).evaluate((image) => image.naturalWidth), 512);
  assert.equal(await page.getByRole("slider").count(), 0, "a slider without its script");
  await page.getByRole("link", { name: "Choose a photo" }).click();
  await page.waitForURL(/^[^?]*\/create$/);
});
