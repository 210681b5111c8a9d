// The parts of the studio that nobody needs before the first drawing: each is fetched when it is first wanted.
const form = document.querySelector(".studio");
const keeping = () => form.dataset.stage === "keeping";

// Several photos at once become a book. One alone is the studio's.
for (const field of form.querySelectorAll("[type=file]:not([capture])")) field.multiple = true;
addEventListener("change", (event) => several(event, event.target.files), true);
addEventListener("drop", (event) => several(event, event.dataTransfer.files), true);
addEventListener("paste", (event) => several(event, event.clipboardData.files), true);

function several(event, files) {
  if (!files || files.length < 2 || keeping()) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  makeBook([...files]);
  // The same photos can be chosen again.
  if (event.type === "change") event.target.value = "";
}

async function makeBook(photos, wishes) {
  import("/studio/language.js");
  const { begin } = await import("/studio/book.js");
  await begin(photos, wishes);
}

// Back from signing in, or handed over by another screen.
if (new URLSearchParams(location.search).has("several")) {
  const { take } = await import("/studio/store.js");
  const kept = await take("book");
  if (kept) makeBook(kept.photos, kept);
}

if (new URLSearchParams(location.search).has("shared")) (await import("/studio/shared.js")).ask();

form.querySelector("[data-crop]").addEventListener("click", async () => {
  if (!keeping()) (await import("/studio/crop.js")).begin();
});

form.querySelector("[data-touch-up]").addEventListener("click", async () => {
  if (!keeping()) (await import("/studio/retouch.js")).toggle();
});

for (const button of form.querySelectorAll("[data-zoom]")) {
  button.addEventListener("click", async () => (await import("/studio/zoom.js")).step(button.dataset.zoom));
}

// Not in the way of the first drawing, and ready before a second finger comes.
const drawn = new MutationObserver(() => {
  if (form.dataset.stage !== "drawn") return;
  drawn.disconnect();
  // What was pressed is gone.
  if (document.activeElement === document.body) form.querySelector(".sheet-compare").focus({ preventScroll: true });
  const closer = () => void import("/studio/zoom.js");
  for (const name of ["pointerover", "focusin"]) form.querySelector(".studio-sheet").addEventListener(name, closer, { once: true });
  setTimeout(() => import("/studio/language.js").then(closer), 1000);
});
drawn.observe(form, { attributeFilter: ["data-stage"] });
