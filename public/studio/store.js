// What waits in this browser from one screen to the next, in the same place as the studio's own draft: a photo handed
// over (`draft`), the photos of a book (`book`), or what was shared meanwhile (`shared`). It is good for a day. What was
// coloured in, under the address of its page, stays until somebody signs out.
const LIFE = 24 * 60 * 60 * 1000;

const done = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function inStore(ask) {
  const opening = indexedDB.open("scribble", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("draft");
  const database = await done(opening);
  const answer = await done(ask(database.transaction("draft", "readwrite").objectStore("draft")));
  database.close();
  return answer;
}

export const put = (key, kept) => inStore((store) => store.put({ ...kept, at: Date.now() }, key));
export const see = (key) => inStore((store) => store.get(key));
export const forget = (key) => inStore((store) => store.delete(key));

/// Takes what waits under a key; it waits no longer.
export async function take(key) {
  const kept = await see(key);
  await forget(key);
  return kept && Date.now() - kept.at < LIFE ? kept : undefined;
}

/// Hands photos over to the studio; the address that opens them.
export async function hand(photos) {
  if (photos.length > 1) {
    await put("book", { photos });
    return "/create?several=1";
  }
  await put("draft", { photo: photos[0], handed: true });
  return "/create";
}
