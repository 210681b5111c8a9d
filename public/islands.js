// Wakes the islands of a page. A file of its own, so that no script stands in the markup.
import init, * as machine from "/pkg/scribble.js";

await init({ module_or_path: "/pkg/scribble.wasm" });
machine.hydrate();
for (const island of document.querySelectorAll("leptos-island")) machine[island.dataset.component]?.(island);
// What is said about connection and versions can wait until a photo could have been drawn.
setTimeout(() => import("/app.js"), document.querySelector(".studio") ? 5000 : 500);
