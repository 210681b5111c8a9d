// How much a browser downloads: for the home screen, and for everything until the first drawing.
import { readFile } from "node:fs/promises";
import { get } from "node:http";
import { join } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { openWindow, startBrowser, startSite, siteFolder } from "./site.mjs";

/// Bytes of the body as it crosses the wire to a browser that takes brotli.
function transferred(url) {
  return new Promise((done, failed) => {
    get(url, { headers: { "accept-encoding": "br" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (part) => (bytes += part.length));
      answer.on("end", () => done(bytes));
    }).on("error", failed);
  });
}

async function sum(urls) {
  let total = 0;
  for (const url of urls) {
    const bytes = await transferred(url);
    total += bytes;
    console.log(`${String(bytes).padStart(9)}  ${new URL(url).pathname}`);
  }
  return total;
}

const site = await startSite();
const browser = await startBrowser();
try {
  const wasm = await readFile(join(siteFolder, "pkg/scribble.wasm"));
  const packed = brotliCompressSync(wasm, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  console.log(`wasm: ${wasm.length} bytes, ${packed.length} with brotli`);

  const home = await openWindow(browser, site.base);
  const seen = new Set();
  home.on("request", (request) => seen.add(request.url()));
  await home.goto("/", { waitUntil: "networkidle" });
  const page = [...seen].filter((url) => url.endsWith("/") || url.endsWith(".css"));
  console.log(`HTML and CSS of /: ${await sum(page)} bytes`);

  const create = await openWindow(browser, site.base);
  const needed = new Set();
  create.on("request", (request) => needed.add(request.url()));
  await create.goto("/create");
  await create.setInputFiles("input[type=file]", join(siteFolder, "samples/cat.jpg"));
  await create.waitForSelector("[data-stage=drawn]");
  const downloads = [...needed].filter((url) => url.startsWith(site.base));
  console.log(`everything of /create until the first drawing: ${await sum(downloads)} bytes`);
} finally {
  await browser.close();
  await site.stop();
}
