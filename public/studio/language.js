// Puts by what is at hand in the studio, so that another language finds it as it was.
const form = document.querySelector(".studio");
const languages = document.querySelector(".languages");
let isPutBy = false;

languages.addEventListener("submit", async (event) => {
  if (isPutBy || (form.dataset.stage !== "drawn" && !form.hidden)) return;
  event.preventDefault();
  // Some browsers keep nothing.
  await putBy().catch(() => {});
  isPutBy = true;
  languages.requestSubmit(event.submitter);
  isPutBy = false;
});

async function putBy() {
  // Never the address that keeps the page as soon as it is drawn.
  languages.elements.return_to.value = form.hidden ? "/create?several=1" : "/create";
  if (form.hidden) return (await import("/studio/book.js")).putBy();
  // The studio saves its own draft, and shows when it is done (app/src/studio/keep.rs).
  const saved = new Promise((done) => new MutationObserver(done).observe(form, { attributeFilter: ["data-put-by"] }));
  form.dispatchEvent(new Event("putby"));
  await saved;
}
