// On every screen, where a photo is drawn after that: what works without a connection is put by, and what is new is said: no connection, a new version,
// that the site can be installed. The words are in the page, hidden.
const news = document.querySelector(".news");
const line = (name) => news.querySelector(`[data-news=${name}]`);
const tell = (name, is = true) => line(name).toggleAttribute("hidden", !is);

function tellConnection() {
  tell("offline", !navigator.onLine);
}
addEventListener("online", tellConnection);
addEventListener("offline", tellConnection);
tellConnection();

// What a form has done, or why it failed, is said once: not again by a reload, or by an address that is passed on.
const here = new URL(location);
for (const name of ["done", "form", "problem", "wait"]) here.searchParams.delete(name);
if (here.href !== location.href) history.replaceState(history.state, "", here);

// A form that cannot leave would lose what was typed.
document.addEventListener("submit", (event) => {
  if (navigator.onLine || event.defaultPrevented || event.target.method === "dialog") return;
  event.preventDefault();
  tell("offline");
  line("offline").focus();
});

// Nothing is sent twice, and every wait shows. A file that comes instead of a screen ends the wait too.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method === "dialog") return;
  if (form.ariaBusy === "true") return event.preventDefault();
  form.ariaBusy = "true";
  setTimeout(() => (form.ariaBusy = null), 8000);
});
addEventListener("pageshow", () => document.querySelectorAll("form[aria-busy]").forEach((form) => (form.ariaBusy = null)));

// Not before the first drawing: until then, everything that is loaded is needed more.
const studio = document.querySelector(".studio");
const loaded = new Promise((done) => (document.readyState === "complete" ? done() : addEventListener("load", done)));
const drawn = new Promise((done) => {
  if (!studio) return done();
  if (studio.dataset.stage === "drawn") done();
  setTimeout(done, 8000);
  new MutationObserver(() => studio.dataset.stage === "drawn" && done()).observe(studio, { attributeFilter: ["data-stage"] });
});
if ("serviceWorker" in navigator) Promise.all([loaded, drawn]).then(putBy).catch(() => {});

async function putBy() {
  const registration = await navigator.serviceWorker.register("/service-worker.js");
  const offer = () => {
    if (registration.waiting && navigator.serviceWorker.controller) tell("version");
  };
  offer();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  line("version").querySelector("button").addEventListener("click", () => {
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload());
    registration.waiting?.postMessage("take over");
  });
}

// Offered to somebody who has kept a page, and never before; once refused, not again.
let asks = globalThis.offer;
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  asks = event;
  offerToInstall();
});
addEventListener("appinstalled", () => tell("install", false));
if (document.querySelector("[data-kept]")) remembered("kept", "yes");
// Only iPhones and iPads know this word.
if (asks || navigator.standalone === false) offerToInstall();

// Not in the studio, where it would lie over what is kept with.
function offerToInstall() {
  if (studio) return;
  if (remembered("kept") !== "yes" || remembered("install") === "no") return;
  tell(asks ? "install" : "install-by-hand");
}
for (const name of ["install", "install-by-hand"]) {
  line(name).querySelector("[data-refuse]").addEventListener("click", () => {
    remembered("install", "no");
    tell(name, false);
  });
}
line("install").querySelector("[data-accept]").addEventListener("click", () => {
  tell("install", false);
  asks.prompt();
});

/// Some browsers remember nothing for a site; then nothing is offered.
function remembered(name, value) {
  try {
    if (value) localStorage.setItem(name, value);
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// What could not be kept for want of a connection is kept when there is one, as long as this screen is open. (The photo
// waits longer, as a draft.) A browser knows when it is offline, but not always when it can reach us.
if (studio) {
  let asking;
  const ask = async () => {
    const there = await fetch("/healthz", { cache: "no-store" }).then(({ ok }) => ok, () => false);
    if (there && "waits" in studio.dataset && studio.dataset.stage === "drawn") studio.requestSubmit();
  };
  const look = () => {
    const waits = "waits" in studio.dataset;
    tell("waits", waits);
    clearInterval(asking);
    if (waits) asking = setInterval(ask, 10_000);
  };
  new MutationObserver(look).observe(studio, { attributeFilter: ["data-waits"] });
  look();
  addEventListener("online", ask);
}

// A photo that was opened with the app in the system's own way, put where a chosen one is.
const field = studio?.querySelector("input[type=file]");
if (field) {
  globalThis.launchQueue?.setConsumer(async ({ files }) => {
    if (!files?.length) return;
    const chosen = new DataTransfer();
    for (const file of files) chosen.items.add(await file.getFile());
    const awake = () => studio.dataset.stage !== "asleep";
    while (!awake()) await new Promise((soon) => setTimeout(soon, 50));
    field.files = chosen.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
