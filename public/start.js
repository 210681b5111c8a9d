// Hydrates the application: loads the module and the messages of the document's language together.
// On the first screen, which is complete without them, once the browser is idle or somebody acts.

// The browser's offer to install comes once, perhaps before the application is there.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  globalThis.installOffer = event;
});

// What is done before the application is there waits for it: a form that is sent, a press of a button
// that only a script can answer.
let early;
function holdForm(event) {
  const { target, submitter } = event;
  if (target.method === "dialog") return;
  event.preventDefault();
  early = () => target.requestSubmit(submitter);
}
function holdPress(event) {
  const button = event.target.closest("button[type=button]:not([popovertarget])");
  if (button) early = () => button.click();
}
addEventListener("submit", holdForm, true);
addEventListener("click", holdPress, true);

function release() {
  removeEventListener("submit", holdForm, true);
  removeEventListener("click", holdPress, true);
  early?.();
  early = undefined;
}

const { catalog, path } = document.querySelector("[data-catalog]").dataset;

async function start() {
  const [module, wasm, messages] = await Promise.all([import("/pkg/scribble.js"), fetch("/pkg/scribble.wasm"), fetch(catalog)]);
  if (!wasm.ok || !messages.ok) throw new Error(`${wasm.status} ${messages.status}`);
  const text = await messages.text();
  await module.default({ module_or_path: wasm });
  await module.hydrate(text);
  document.body.dataset.ready = "";
}

function startOrOffer() {
  const notice = document.querySelector("[data-news=start]");
  notice.hidden = true;
  start().then(release, (error) => {
    release();
    console.warn("the application could not be loaded", error);
    notice.hidden = false;
    notice.querySelector("button").onclick = startOrOffer;
  });
}

if (path !== location.pathname) {
  // The service worker shows the offline screen at the address of another one.
  release();
  document.querySelector("[data-news=offline]").hidden = navigator.onLine;
  document.body.dataset.ready = "";
} else if (location.pathname === "/") {
  let begun = false;
  const once = () => {
    if (!begun) startOrOffer();
    begun = true;
  };
  for (const act of ["pointerdown", "keydown", "focusin"]) addEventListener(act, once, { once: true });
  addEventListener("load", () => (globalThis.requestIdleCallback ?? setTimeout)(once));
} else {
  startOrOffer();
}
