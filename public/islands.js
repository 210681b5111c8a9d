// Wakes the islands of a page. A file of its own, so that no script stands in the markup.
import init, * as machine from "/pkg/scribble.js";

// The sum that a sign-up has to bring is begun when its form is first touched, and waited for.
let begun, ready;
const begin = () => (begun ??= import("/proof.js").catch(() => {}).then(() => (ready = true)));
document.addEventListener("focusin", ({ target }) => target.closest("form.credentials") && begin());
document.addEventListener("submit", (event) => {
  const { target, submitter } = event;
  if (ready || !target.closest("form.credentials")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  begin().then(() => target.requestSubmit(submitter));
}, true);

await init({ module_or_path: "/pkg/scribble.wasm" });
machine.attach_legacy();
// What is said about connection and versions can wait until a photo could have been drawn.
setTimeout(() => import("/app.js"), document.querySelector(".studio") ? 5000 : 500);
