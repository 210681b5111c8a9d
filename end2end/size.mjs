// Download sizes: HTML and CSS of the home screen; everything of /create until the first drawing.
// Fails if a budget is exceeded.
import { readFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { newPage, startBrowser, startSite, siteDir } from "./site.mjs";
import { openStudio, waitForDrawing, waitForFirstDrawing } from "./steps.mjs";

// In bytes, compressed with brotli.
const HOME_BUDGET = 14_000;
const STUDIO_BUDGET = 400_000;
const STUDIO_GOAL = 300_000;
const NETS_BUDGET = 900_000;

/// Prints a sum beside its budget; a sum above it fails the run.
function report(what, bytes, budget, goal = "") {
  console.log(`${bytes <= budget ? "  " : "! "}${what}: ${bytes} bytes; budget ${budget}${goal}`);
  if (bytes > budget) process.exitCode = 1;
}

/// Bytes of the response body with brotli encoding.
function transferSize(url) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "accept-encoding": "br" } }, (response) => {
      let bytes = 0;
      response.on("data", (chunk) => (bytes += chunk.length));
      response.on("end", () => resolve(bytes));
    }).on("error", reject);
  });
}

/// Prints the transfer size of each URL; returns the sum.
async function sumTransferSizes(urls) {
  let total = 0;
  for (const url of urls) {
    const bytes = await transferSize(url);
    total += bytes;
    console.log(`${String(bytes).padStart(9)}  ${new URL(url).pathname}`);
  }
  return total;
}

const site = await startSite();
const browser = await startBrowser();
try {
  const wasm = await readFile(join(siteDir, "pkg/scribble.wasm"));
  const compressed = brotliCompressSync(wasm, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  console.log(`wasm: ${wasm.length} bytes, ${compressed.length} with brotli`);

  const home = await newPage(browser, site.base);
  const requested = new Set();
  home.on("request", (request) => requested.add(request.url()));
  await home.goto("/", { waitUntil: "networkidle" });
  const documents = [...requested].filter((url) => url.endsWith("/") || url.endsWith(".css"));
  report("HTML and CSS of /", await sumTransferSizes(documents), HOME_BUDGET);

  const studio = await newPage(browser, site.base);
  const studioRequested = new Set();
  studio.on("request", (request) => studioRequested.add(request.url()));
  await openStudio(studio);
  await studio.setInputFiles("input[type=file]", join(siteDir, "samples/cat.jpg"));
  await waitForFirstDrawing(studio);
  // The nets follow the first drawing; the browser has begun to fetch them by now.
  const isOfNets = (url) => /\/vision\/|split_vision/.test(url);
  const downloads = () => [...studioRequested].filter((url) => url.startsWith(site.base));
  const ofStudio = await sumTransferSizes(downloads().filter((url) => !isOfNets(url)));
  report("everything of /create until the first drawing", ofStudio, STUDIO_BUDGET, `, goal ${STUDIO_GOAL}`);
  await waitForDrawing(studio);
  report("the nets that find people", await sumTransferSizes(downloads().filter(isOfNets)), NETS_BUDGET);
} finally {
  await browser.close();
  await site.stop();
}
