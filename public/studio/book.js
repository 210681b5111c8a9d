// Several photos become a book: each is drawn here first, then sent and drawn at print size for a credit, and all of
// them are bound. What was done stays done, so that a second try sends nothing twice and spends no second credit.
import { put } from "/studio/store.js";

const studio = document.querySelector(".studio");
const section = document.getElementById("book").content.firstElementChild;
const list = section.querySelector("ol");
const form = section.querySelector("form");
const button = form.querySelector(".primary");
const bar = form.querySelector("progress");
const notice = section.querySelector("[role=alert]");
const words = section.dataset;
const most = Number(words.most);

/// Across, in pixels.
const PICTURE = 320;
const LOOK_EVERY = 1000;
const TRIES = 4;

/// A photo each: its card, and how far it is: `asset` once it was sent, `job` once it was paid.
let pages = [];
let account;
let worker;

export async function begin(photos, { preset, title } = {}) {
  const room = most - pages.length;
  pages.push(...photos.slice(0, room).map(card));
  studio.hidden = true;
  studio.after(section);
  section.querySelector("h2").focus();
  if (preset) form.querySelector(`[value=${preset}]`).checked = true;
  if (title) form.elements.title.value = title;
  say(photos.length > room ? words.tooMany : "");
  count();
  if (studio.dataset.signedIn === "true") void look();
  await drawAll();
}

function card(photo) {
  const item = section.querySelector("template").content.firstElementChild.cloneNode(true);
  const page = { photo, item };
  item.querySelector("button").addEventListener("click", () => leaveOut(page));
  list.append(item);
  return page;
}

const tell = (page, text) => (page.item.querySelector(".book-state").textContent = text);

function leaveOut(page) {
  page.item.remove();
  pages = pages.filter((other) => other !== page);
  count();
  if (pages.length) button.focus();
  else close();
}

/// Who is here, and what they have; why not, if that could not be told.
async function look() {
  try {
    account = await ask("/api/v1/auth/session");
  } catch (problem) {
    if (problem.status !== 401) return problem;
    account = undefined;
  } finally {
    count();
  }
}

const usable = () => pages.filter((page) => !page.refused);

function count() {
  const unpaid = usable().filter((page) => !page.job).length;
  const tooFew = account && account.credits < unpaid;
  form.querySelector("[data-pages]").textContent = usable().length;
  form.querySelector("[data-cost]").textContent = unpaid;
  form.querySelector("[data-balance]").textContent = account?.credits ?? "–";
  form.querySelector("[data-too-few]").hidden = !tooFew;
  form.querySelector("[data-sign-in]").hidden = Boolean(account);
  button.disabled = tooFew || usable().length === 0;
}

// ---- Drawing, one photo after the other in a worker of its own

/// Called with the worker's next answer.
let waiting;

async function start() {
  const starting = new Worker("/worker.js", { type: "module" });
  starting.onmessage = ({ data }) => waiting?.(data);
  starting.onerror = () => waiting?.({ broken: true });
  starting.postMessage({ module: await WebAssembly.compileStreaming(fetch("/pkg/scribble.wasm")) });
  return starting;
}

let last = Promise.resolve();

/// What the worker answers to each of these messages; nobody else's come between.
function atWork(...messages) {
  const answers = last.then(async () => {
    worker ??= start();
    const engine = await worker;
    const answers = [];
    for (const message of messages) {
      const answer = await new Promise((answered) => {
        waiting = answered;
        engine.postMessage(message);
      });
      answers.push(answer);
      if (answer.problem || answer.broken) break;
    }
    if (answers.at(-1).broken) stop();
    return answers;
  });
  last = answers.catch(() => {});
  return answers;
}

function stop() {
  void worker?.then((engine) => engine.terminate());
  worker = undefined;
}

const preset = () => new FormData(form).get("preset");

let drawing = 0;

async function drawAll() {
  const run = (drawing += 1);
  for (const page of [...pages]) {
    if (run !== drawing) return;
    if (page.refused || !pages.includes(page)) continue;
    tell(page, words.drawing);
    const [, drawn] = await atWork({ photo: page.photo }, { preset: preset(), background: "keep", width: PICTURE });
    page.refused = !drawn?.drawing;
    tell(page, page.refused ? words.refused : "");
    if (page.refused) count();
    else show(page.item.querySelector("canvas"), drawn.drawing);
  }
}

function show(canvas, picture) {
  canvas.width = picture.width;
  canvas.height = picture.height;
  canvas.getContext("bitmaprenderer").transferFromImageBitmap(picture);
}

form.addEventListener("change", ({ target }) => target.name === "preset" && void drawAll());

// ---- Keeping

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (!account) {
    const problem = await look();
    return problem ? say(problem.detail) : signIn();
  }
  drawing += 1;
  making(true);
  say("");
  try {
    const wanted = usable();
    for (const page of wanted) await send(page, wanted.indexOf(page) + 1);
    await Promise.all(wanted.map(ready));
    if (wanted.some((page) => page.refused)) throw { detail: words.someFailed };
    const page_ids = wanted.map((page) => page.job.page_id);
    const book = await post("/api/v1/books", { page_ids, title: title() });
    removeEventListener("beforeunload", hold);
    location.assign(`/books/${book.id}`);
  } catch (problem) {
    making(false);
    if (problem.status === 401) return signIn();
    say(problem.detail ?? words.failed);
    await look();
  }
});

const hold = (event) => event.preventDefault();

/// Meanwhile nothing else can be done here, and the browser asks before it leaves.
function making(on) {
  section.toggleAttribute("data-making", on);
  button.disabled = on;
  for (const part of [list, ...form.querySelectorAll("fieldset, .field, [data-cancel]")]) part.inert = on;
  if (on) addEventListener("beforeunload", hold);
  else removeEventListener("beforeunload", hold);
}

const title = () => form.elements.title.value.trim();

/// Sends a photo as the pixels it is drawn from, and orders its page.
async function send(page, number) {
  if (page.job) return;
  tell(page, words.sending);
  if (!page.asset) {
    const [, saved] = await atWork({ photo: page.photo }, { save: true });
    if (!saved?.png) throw { detail: words.failed };
    const body = new FormData();
    body.append("file", saved.png, "photo.png");
    page.asset = (await ask("/api/v1/upload", { method: "POST", body })).id;
  }
  const order = { asset_id: page.asset, style: { preset: preset() }, title: `${title().slice(0, 110)} ${number}` };
  // The same order again carries the same key.
  const written = JSON.stringify(order);
  if (page.order !== written) Object.assign(page, { order: written, key: randomKey() });
  page.job = await post("/api/v1/jobs", order, page.key);
  tell(page, words.printing);
  progress();
}

/// Until the page is drawn, or cannot be; then its credit is back.
async function ready(page) {
  while (page.job.status !== "ready" && page.job.status !== "failed") {
    await new Promise((waited) => setTimeout(waited, LOOK_EVERY));
    page.job = await ask(`/api/v1/jobs/${page.job.id}`);
    progress();
  }
  page.refused = page.job.status === "failed";
  tell(page, page.refused ? words.refused : words.ready);
}

function progress() {
  const parts = usable().map(({ job }) => (job ? 0.3 + 0.7 * job.progress : 0));
  bar.value = parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

/// Puts the photos where `/create?several=1` takes them up.
export function putBy() {
  const photos = usable().map((page) => page.photo);
  return put("book", { photos, preset: preset(), title: title() });
}

/// With an account this goes on where it was: the photos wait in this browser.
async function signIn() {
  await putBy();
  location.assign(`/auth/login?mode=signup&returnTo=${encodeURIComponent("/create?several=1")}`);
}

// ---- Talking to the server

const randomKey = () => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function post(path, body, key) {
  const headers = { "content-type": "application/json", ...(key && { "idempotency-key": key }) };
  return ask(path, { method: "POST", headers, body: JSON.stringify(body) });
}

async function ask(path, init = {}, tries = TRIES) {
  const headers = { accept: "application/json", ...init.headers };
  const answer = await fetch(path, { ...init, headers }).catch(() => {
    throw { detail: words.offline };
  });
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return body;
  // Many photos at once may be faster than the server takes them.
  if (answer.status === 429 && tries > 1) {
    await new Promise((waited) => setTimeout(waited, (body.retry_after ?? 5) * 1000));
    return ask(path, init, tries - 1);
  }
  throw { status: answer.status, detail: body.detail };
}

function say(text) {
  notice.toggleAttribute("data-said", Boolean(text));
  notice.querySelector("span").textContent = text;
}

function close() {
  drawing += 1;
  stop();
  pages = [];
  list.replaceChildren();
  section.remove();
  studio.hidden = false;
  studio.querySelector("[type=file]").focus();
}

form.querySelector("[data-cancel]").addEventListener("click", close);
