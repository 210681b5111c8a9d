// Wakes the islands of a page. A file of its own, so that no script stands in the markup.
import init, * as machine from "/pkg/scribble.js";

// The sum that a sign-up has to bring is begun when its form is first touched.
document.addEventListener("focusin", ({ target }) => target.closest("form.credentials") && import("/proof.js"));

await init({ module_or_path: "/pkg/scribble.wasm" });
machine.hydrate();
for (const island of document.querySelectorAll("leptos-island")) machine[island.dataset.component]?.(island);
// What is said about connection and versions can wait until a photo could have been drawn.
setTimeout(() => import("/app.js"), document.querySelector(".studio") ? 5000 : 500);
