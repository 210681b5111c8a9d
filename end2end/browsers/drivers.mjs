// WebDriver sessions of Chromium, Firefox and WebKitGTK: each with its own driver process and an empty profile.
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Builder, Capabilities } from "selenium-webdriver";
import { findFreePort } from "../site.mjs";

const HEIGHT = 844;
/// A width in CSS pixels below which a window counts as a phone's.
const PHONE = 600;

/// The command that starts each driver, and the capabilities of its window.
const DRIVERS = {
  chromium: ({ port, width, isPrivate }) => {
    const args = ["--headless=new", "--no-sandbox", "--disable-gpu", "--lang=en", `--window-size=${width},${HEIGHT}`];
    if (isPrivate) args.push("--incognito");
    const options = { binary: "/usr/bin/chromium", args };
    if (width < PHONE) options.mobileEmulation = { deviceMetrics: { width, height: HEIGHT, pixelRatio: 2, touch: true } };
    return { command: ["chromedriver", `--port=${port}`], capabilities: { browserName: "chrome", "goog:chromeOptions": options } };
  },
  firefox: ({ port, bidiPort, width, isPrivate, preferences }) => ({
    command: ["geckodriver", "--port", `${port}`, "--websocket-port", `${bidiPort}`],
    capabilities: {
      browserName: "firefox",
      webSocketUrl: true,
      "moz:firefoxOptions": {
        binary: "/usr/bin/firefox-esr",
        args: ["-headless", `--width=${width}`, `--height=${HEIGHT}`],
        prefs: { "browser.privatebrowsing.autostart": Boolean(isPrivate), "intl.accept_languages": "en", ...preferences },
      },
    },
  }),
  webkit: ({ port }) => ({
    command: ["WebKitWebDriver", `--port=${port}`],
    capabilities: {
      browserName: "WebKitWindow",
      "webkitgtk:browserOptions": { binary: join(import.meta.dirname, "webkit_window.py"), args: ["--automation"] },
    },
  }),
};

/// Every browser with every width; SCRIBBLE_TEST_BROWSERS ("firefox,webkit") leaves the others out.
export const WINDOWS = (process.env.SCRIBBLE_TEST_BROWSERS ?? Object.keys(DRIVERS).join())
  .split(",")
  .flatMap((browser) => [390, 1280].map((width) => ({ browser, width })));

/// Opens a window. `stop` ends its processes and removes `folder`, which holds what WebKit stores.
export async function openBrowser({ browser, width, isPrivate, preferences }) {
  const folder = await mkdtemp(join(tmpdir(), "window-"));
  const [port, bidiPort] = [await findFreePort(), await findFreePort()];
  const { command, capabilities } = DRIVERS[browser]({ port, bidiPort, width, isPrivate, preferences });
  const [program, ...args] = command;
  const window = { WINDOW_SIZE: `${width}x${HEIGHT}`, WINDOW_DATA: folder, WINDOW_PRIVATE: isPrivate ? "1" : "" };
  const driverProcess = spawn(program, args, { stdio: "ignore", detached: true, env: { ...process.env, ...window } });
  const exited = new Promise((resolve) => driverProcess.once("exit", resolve));
  const failed = new Promise((_, reject) => driverProcess.once("error", reject));
  const stop = async (driver) => {
    await driver?.quit().catch(() => {});
    // The group: WebKit's processes outlive their driver.
    process.kill(-driverProcess.pid, "SIGTERM");
    await exited;
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await Promise.race([untilListening(port), failed]);
    const driver = await new Builder().withCapabilities(new Capabilities(capabilities)).usingServer(`http://127.0.0.1:${port}`).build();
    // Firefox has no window narrower than 450 pixels.
    if (browser === "firefox") await setViewport(driver, width);
    return { driver, folder, stop: () => stop(driver) };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function setViewport(driver, width) {
  const bidi = await driver.getBidi();
  const context = await driver.getWindowHandle();
  await bidi.send({ method: "browsingContext.setViewport", params: { context, viewport: { width, height: HEIGHT } } });
}

async function untilListening(port) {
  for (let tries = 0; tries < 100; tries += 1) {
    const open = await new Promise((resolve) => {
      const socket = createConnection(port, "127.0.0.1");
      socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
      socket.once("connect", () => socket.destroy());
    });
    if (open) return;
    await sleep(100);
  }
  throw new Error(`nothing listens on port ${port}`);
}
