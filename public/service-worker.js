// Keeps the app at hand where there is no connection. The network always comes first, so that nobody works with an old
// page while there is a new one; what it gave is shown again when it is gone.
// The server puts two lines before these: VERSION changes with any file of the site, FILES are the paths of all of them.

const SHELL = `shell ${VERSION}`;
/// Screens that are the same for everybody who is not signed in.
const OPEN_SCREENS = ["/", "/create", "/privacy", "/offline"];
/// What belongs to somebody lies in a cache that is named after them. There is never more than one.
const OWN = "own ";
const NOBODY = "nobody";
const OWN_SCREEN = /^\/(gallery|pages\/[\w-]+|books\/[\w-]+)$/;
const OWN_FILE = /^\/pages\/[\w-]+\/(svg|png|preview)$/;
/// Reads of the application: what a screen shows that was reached by a link, without a new document.
const OWN_DATA = /^\/do\//;
const WEIGHTS = /^\/vision\//;
const ID = /[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}/g;
const MOST_OWN = 400;
const ENDS_A_SESSION = ["/do/accounts/sign-out", "/do/account/delete", "/api/v1/auth/signout", "/api/v1/user/profile"];
/// What a proxy says when the site behind it is not there. The site itself says for whom an answer is.
const isAway = ({ status, headers }) => [502, 503, 504].includes(status) && !headers.has("scribble-owner");
/// Nothing, where there is no connection or no site behind it.
const unlessAway = (fresh) => fresh.then((answer) => (isAway(answer) ? undefined : answer), () => {});
/// What says that there is no such thing for whoever asks.
const GONE = [401, 403, 404, 410];
/// A connection that gives nothing for so long is none.
const PATIENCE = 4000;
/// For a while after that nobody waits so long again: a screen asks for one file after the other.
const HANGING = 30_000;
const HASTE = 200;
/// So long somebody is left waiting who could only be told that there is none.
const LAST_PATIENCE = 20_000;
/// What was changed so shortly before is not shown as it was, however long the new takes.
const CHANGING = 30_000;
/// A photo that waits on this device is good for a day.
const LIFE = 24 * 60 * 60 * 1000;

addEventListener("install", (event) => event.waitUntil(fill()));

// As nobody, so that no name is in what everybody gets to see.
const asNobody = (path, headers) => new Request(path, { cache: "no-cache", credentials: "omit", headers });

async function fill() {
  const shell = await caches.open(SHELL);
  await shell.addAll([...OPEN_SCREENS, ...FILES].map((path) => asNobody(path)));
}

/// What is shown without a connection speaks as the screens do that are shown with one: a language may have been chosen.
async function speak(language) {
  const shell = await caches.open(SHELL);
  const known = await shell.match("/offline");
  if (!language || !known || known.headers.get("content-language") === language) return;
  for (const path of OPEN_SCREENS) {
    const answer = await fetch(asNobody(path, { "accept-language": language }));
    if (answer.ok) await shell.put(path, answer);
  }
}

addEventListener("activate", (event) => event.waitUntil(takeOver()));

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith("shell ") && name !== SHELL) await caches.delete(name);
  await registration.navigationPreload?.enable();
  await clients.claim();
}

// A new version waits until somebody says so: it must not come in the middle of work.
addEventListener("message", ({ data }) => data === "take over" && skipWaiting());

addEventListener("fetch", (event) => {
  const { origin, pathname, search } = new URL(event.request.url);
  if (origin !== location.origin) return;
  if (event.request.method !== "GET") {
    if (pathname + search === "/create?from=share") event.respondWith(takeShared(event.request));
    else changes(event, pathname);
  } else if (event.request.mode === "navigate") {
    event.respondWith(screen(event, pathname === "/create" ? pathname : pathname + search));
  } else if (WEIGHTS.test(pathname)) {
    event.respondWith(weights(event, pathname));
  } else if (FILES.includes(pathname)) {
    event.respondWith(file(event, pathname));
  } else if (OWN_FILE.test(pathname) && !search && !event.request.headers.has("range")) {
    event.respondWith(ownFile(event, pathname));
  } else if (OWN_DATA.test(pathname)) {
    event.respondWith(ownFile(event, pathname + search));
  }
});

async function screen(event, address) {
  const asked = sessions;
  const fresh = fetched(event).then((answer) => {
    if (!answer || isAway(answer)) return;
    event.waitUntil(remember(address, answer.clone(), asked));
    return answer;
  });
  // The browser ends a worker that has nothing to do.
  event.waitUntil(fresh);
  const atLast = () => Promise.race([fresh, after(LAST_PATIENCE)]);
  const answer = await (Date.now() - changed < CHANGING ? atLast() : soon(fresh));
  return answer ?? (await known(address)) ?? (await atLast()) ?? caches.match("/offline");
}

/// Nothing, where there is no connection. Firefox then resolves the preload with an error response
/// instead of rejecting it.
async function fetched(event) {
  try {
    const preloaded = await event.preloadResponse;
    return preloaded && preloaded.type !== "error" ? preloaded : await fetch(event.request);
  } catch {
    return undefined;
  }
}

const after = (wait, what) => new Promise((enough) => setTimeout(enough, wait, what));

/// When a connection was last seen to hang; 0 once it has given something.
let hung = 0;

/// An answer, unless it takes longer than there is patience.
async function soon(fresh) {
  const late = Symbol("late");
  const answer = await Promise.race([fresh, after(Date.now() - hung < HANGING ? HASTE : PATIENCE, late)]);
  if (answer === late) hung = Date.now();
  else if (answer) hung = 0;
  return answer === late ? undefined : answer;
}

async function ownFile(event, address) {
  const asked = sessions;
  const fresh = fetch(event.request).then((answer) => {
    if (!isAway(answer)) event.waitUntil(remember(address, answer.clone(), asked));
    return answer;
  });
  event.waitUntil(unlessAway(fresh));
  return (await soon(unlessAway(fresh))) ?? (await known(address)) ?? fresh;
}

/// What a name stands for never changes. Without a connection there is nothing: faces are only not drawn.
async function weights(event, path) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(path);
  const answer = kept ?? (await soon(unlessAway(fetch(event.request)))) ?? new Response(null, { status: 204 });
  if (!kept && answer.status === 200) event.waitUntil(shell.put(path, answer.clone()));
  return answer;
}

async function file(event, path) {
  const shell = await caches.open(SHELL);
  const kept = await shell.match(path);
  const fresh = fetch(event.request);
  const answer = await soon(unlessAway(fresh));
  if (!answer) return kept ?? fresh;
  const date = "last-modified";
  if (answer.ok && answer.headers.get(date) !== kept?.headers.get(date)) event.waitUntil(shell.put(path, answer.clone()));
  return answer;
}

// One after the other: what is kept must never be half of one person and half of another.
let last = Promise.resolve();
const inTurn = (act) => (last = last.then(act, act));
/// How often somebody has signed out. What was asked for before that is not kept after it.
let sessions = 0;
/// When somebody last sent something.
let changed = 0;

/// Keeps an answer for whom it is. Whoever is there now, what others left goes first.
const remember = (address, answer, asked) =>
  inTurn(async () => {
    const owner = answer.headers.get("scribble-owner");
    if (!owner || asked !== sessions) return;
    await forgetAllBut(owner);
    // If the connection breaks off now, another time.
    await speak(answer.headers.get("content-language")).catch(() => {});
    const [path] = address.split("?");
    if (owner === NOBODY) {
      if (answer.ok && OPEN_SCREENS.includes(address)) await (await caches.open(SHELL)).put(address, answer);
      return;
    }
    if (address !== "/create" && ![OWN_SCREEN, OWN_FILE, OWN_DATA].some((own) => own.test(path))) return;
    const own = await caches.open(OWN + owner);
    if (GONE.includes(answer.status)) await own.delete(address);
    if (!answer.ok) return;
    // A sentence about what went wrong is said once.
    if (!address.includes("problem=")) await own.put(address, answer);
    const all = await own.keys();
    for (const oldest of all.slice(0, Math.max(0, all.length - MOST_OWN))) await own.delete(oldest);
  });

async function forgetAllBut(owner) {
  for (const name of await caches.keys()) if (name.startsWith(OWN) && name !== OWN + owner) await caches.delete(name);
}

async function known(address) {
  await last.catch(() => {});
  for (const name of await caches.keys()) {
    const kept = name.startsWith(OWN) && (await (await caches.open(name)).match(address));
    if (kept) return kept;
  }
  return (await caches.open(SHELL)).match(address);
}

/// What is about to change is not shown as it was.
function changes(event, path) {
  changed = Date.now();
  if (ENDS_A_SESSION.includes(path)) {
    sessions += 1;
    event.waitUntil(inTurn(() => forgetAllBut(NOBODY)));
    // The photo of somebody who left is nobody else's.
    if (!path.startsWith("/api")) indexedDB.deleteDatabase("scribble");
    return;
  }
  if (path === "/do/gallery/delete") event.waitUntil(inTurn(() => forgetAllBut(NOBODY)));
  if (OWN_DATA.test(path)) {
    const body = event.request.clone().text();
    event.waitUntil(body.then((text) => inTurn(() => forgetThings(text.match(ID) ?? []))));
  } else if (/\/(pages|books)\//.test(path)) {
    event.waitUntil(inTurn(() => forgetThings(path.match(ID) ?? [])));
  }
}

/// Forgets every screen, file and read of these pages and books.
async function forgetThings(ids) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(OWN)) continue;
    const own = await caches.open(name);
    for (const kept of await own.keys()) if (ids.some((id) => kept.url.includes(id))) await own.delete(kept);
  }
}

/// Photos from the system's share sheet. They go where photos wait that are not kept yet, and nowhere else. What waits
/// there already stays, and the studio asks (components/studio/shared_photos.rs): any site can send a form that looks like a share.
async function takeShared(request) {
  const files = (await request.formData()).getAll("file").filter((file) => file instanceof File);
  const photos = await Promise.all(files.map(bytesOf));
  if (photos.length && (await somethingWaits())) {
    await put("shared", { photos });
    return Response.redirect("/create?shared=1", 303);
  }
  if (photos.length > 1) {
    await put("book", { photos });
    return Response.redirect("/create?several=1", 303);
  }
  if (photos.length) await put("draft", { photo: photos[0], handed: true });
  return Response.redirect("/create", 303);
}

async function somethingWaits() {
  const waiting = [await inStore((store) => store.get("draft")), await inStore((store) => store.get("book"))];
  return waiting.some((kept) => kept && !kept.handed && Date.now() - kept.at < LIFE);
}

// The format of the records is described in app/src/browser/draft.rs.
const put = (key, waiting) => inStore((store) => store.put({ ...waiting, at: Date.now() }, key));

const bytesOf = async (file) => ({ name: file.name, type: file.type, bytes: await file.arrayBuffer() });

/// As app/src/browser/database.rs does.
function inStore(ask) {
  return new Promise((done, failed) => {
    const opening = indexedDB.open("scribble", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("draft");
    opening.onerror = failed;
    opening.onsuccess = () => {
      const work = opening.result.transaction("draft", "readwrite");
      const asked = ask(work.objectStore("draft"));
      work.onabort = failed;
      work.oncomplete = () => {
        opening.result.close();
        done(asked.result);
      };
    };
  });
}
