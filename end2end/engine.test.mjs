// The WebAssembly engine draws the golden files of the native engine, byte for byte.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import test from "node:test";
import { PNG } from "pngjs";
import { siteDir } from "./site.mjs";

const lineart = resolve(import.meta.dirname, "../lineart/tests");
const engine = await import(join(siteDir, "pkg/scribble.js"));
await engine.default({ module_or_path: await readFile(join(siteDir, "pkg/scribble.wasm")) });
const goldenFiles = (await readdir(join(lineart, "golden"))).filter((name) => name.endsWith(".svg"));

test("there are golden files of every preset", () => {
  const presets = new Set(goldenFiles.map((name) => /-([a-z]+)\.svg$/.exec(name)[1]));
  assert.deepEqual([...presets].sort(), ["detailed", "simple", "standard", "toddler"]);
});

for (const name of goldenFiles) {
  test(`${name} is reproduced`, async () => {
    const [, photo, preset] = /^(.+)-([a-z]+)\.svg$/.exec(name);
    const { width, height, data } = PNG.sync.read(await readFile(join(lineart, "photos", `${photo}.png`)));
    assert.ok(engine.load_photo(width, height, data));
    const path = engine.draw_photo(preset, undefined, undefined, "keep", undefined, false);
    const golden = await readFile(join(lineart, "golden", name), "utf8");
    assert.ok(path.length > 100, "the drawing is empty");
    // `assert.equal` would print both paths.
    assert.ok(golden.includes(` d="${path}"`), "the drawings differ");
  });
}
