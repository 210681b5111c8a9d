// What was shared with the studio while a photo waited there: it is opened when somebody says so, and the one that waits
// stays when they say that.
import { forget, see } from "/studio/store.js";

const KEY = "shared";
const form = document.querySelector(".studio");
const question = form.querySelector(".shared");

/// The dialog that asks for a code comes with the photo that waits; it leaves with it.
function open(photos) {
  document.querySelector(".keep-dialog").close();
  const files = new DataTransfer();
  for (const photo of photos) files.items.add(photo);
  const field = form.querySelector(".picker [type=file]");
  field.files = files.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

export async function ask() {
  const kept = await see(KEY).catch(() => {});
  if (!kept) return;
  question.hidden = false;
  question.addEventListener("click", async ({ target }) => {
    if (target.type !== "button") return;
    question.hidden = true;
    history.replaceState(null, "", "/create");
    await forget(KEY);
    if ("take" in target.dataset) open(kept.photos);
  });
}
