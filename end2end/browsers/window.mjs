// A browser window with what a visitor does in it: elements are found by their labels and texts.
import { setTimeout as sleep } from "node:timers/promises";
import { openBrowser } from "./drivers.mjs";

const PATIENCE_MS = 30_000;

const named = (kind) => (name) => ({ kind, name });
export const button = named("button, [role=button], summary");
export const link = named("a[href]");
export const heading = named("h1, h2, h3");
/// A field, its text in `label` or `aria-label`.
export const field = named("input, select, textarea");
/// The option of a group, by the text of its label.
export const option = named("label");
export const text = named("*");
export const css = (selector) => ({ kind: selector });

/// Runs in the page: the visible element of a kind whose name is, or else contains, the name. While a
/// dialog is open, one inside it; what has no name is found behind it too.
function findElement({ kind, name }) {
  const root = (name !== undefined && document.querySelector("dialog[open]")) || document;
  const isVisible = (element) => element.checkVisibility({ visibilityProperty: true });
  // A field is named by its labels; what has no labels, by its own text.
  const textOf = (element) => (element.labels?.length ? [...element.labels].map((label) => label.textContent).join(" ") : element.textContent);
  const nameOf = (element) => (element.getAttribute("aria-label") ?? textOf(element)).trim().replace(/\s+/g, " ");
  const elements = [...root.querySelectorAll(kind)].filter((element) => name === undefined || nameOf(element).includes(name));
  // Not the ancestors of a match, which may be visible when it is not.
  const innermost = elements.filter((element) => !elements.some((other) => other !== element && element.contains(other)));
  const visible = innermost.filter(isVisible);
  return visible.find((element) => nameOf(element) === name) ?? visible[0];
}

export class Window {
  static async open(base, options) {
    const window = new Window();
    Object.assign(window, await openBrowser(options), { base, options });
    return window;
  }

  goto(path) {
    return this.driver.get(this.base + path);
  }

  async path() {
    const { pathname, search } = new URL(await this.driver.getCurrentUrl());
    return pathname + search;
  }

  run(script, ...args) {
    return this.driver.executeScript(script, ...args);
  }

  /// The element, or null.
  find(query) {
    return this.run(findElement, query);
  }

  /// Polls `read` until its value is truthy. Errors of a page that is being replaced count as false.
  async until(what, read, patience = PATIENCE_MS) {
    const end = Date.now() + patience;
    let last;
    while (Date.now() < end) {
      const value = await read().catch((error) => {
        last = error.message;
      });
      if (value) return value;
      await sleep(100);
    }
    const page = await this.run(() => `${location.href}: ${(document.querySelector("dialog[open]") ?? document.body)?.innerText.slice(0, 400)}`).catch(String);
    throw new Error(`never came: ${what}${last ? ` (${last})` : ""}\non ${page}`);
  }

  waitFor(query, patience) {
    return this.until(JSON.stringify(query), () => this.find(query), patience);
  }

  waitForPath(pattern) {
    return this.until(`an address like ${pattern}`, async () => pattern.exec(await this.path())?.[0]);
  }

  waitForStage(stage) {
    return this.waitFor(css(`[data-stage=${stage}]`), 60_000);
  }

  /// WebKitWebDriver does not scroll by itself.
  async click(query) {
    const element = await this.waitFor(query);
    await this.run((element) => element.scrollIntoView({ block: "center", behavior: "instant" }), element);
    await this.driver.actions().move({ origin: element, duration: 0 }).click().perform();
  }

  async fill(query, value) {
    const element = await this.waitFor(query);
    await this.run((element) => element.select(), element);
    await element.sendKeys(value);
  }

  async press(query, ...keys) {
    const element = await this.waitFor(query);
    await element.sendKeys(...keys);
  }

  /// Chooses a file in a file field.
  async choose(query, path) {
    const element = await this.waitFor(query);
    await element.sendKeys(path);
  }

  async reload() {
    await this.driver.navigate().refresh();
  }
}

