// The engine that the browser downloads draws exactly what the engine in the server draws.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import test from "node:test";
import { PNG } from "pngjs";
import { siteFolder } from "./site.mjs";

const lineart = resolve(import.meta.dirname, "../lineart/tests");
const engine = await import(join(siteFolder, "pkg/scribble.js"));
await engine.default({ module_or_path: await readFile(join(siteFolder, "pkg/scribble.wasm")) });

for (const name of await readdir(join(lineart, "golden"))) {
  test(`${name} is drawn alike in the browser`, async () => {
    const [, photo, preset] = /^(.+)-([a-z]+)\.svg$/.exec(name);
    const { width, height, data } = PNG.sync.read(await readFile(join(lineart, "photos", `${photo}.png`)));
    assert.ok(engine.sketch(width, height, data));
    const picture = engine.draw(preset, undefined, undefined, "keep", undefined, false);
    const golden = await readFile(join(lineart, "golden", name), "utf8");
    // Not `equal`: the difference would fill screens.
    assert.ok(golden.includes(` d="${picture.path}"`), "another drawing");
  });
}
