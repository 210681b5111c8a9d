// Hydrates the application: fetches the module and the messages of the document's language together.
import init, { hydrate } from "/pkg/scribble.js";

const catalog = fetch(document.getElementById("catalog").href).then((response) => {
  if (!response.ok) throw new Error(`messages: ${response.status}`);
  return response.text();
});
await init({ module_or_path: "/pkg/scribble.wasm" });
hydrate(await catalog);
