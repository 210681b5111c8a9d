// The order of a book's pages, by drag and by the buttons, without leaving the screen. Without it the buttons send their form.
const list = document.querySelector(".book-pages");
const status = list.parentElement.querySelector("[role=status]");
const entries = () => [...list.children];
let kept = entries();
let saving = Promise.resolve();

/// Says where the page is now, and has the server keep the order; if it does not, all stands as it did.
function save(entry) {
  const order = entries();
  const button = (item, name) => item.querySelector(`[name=${name}]`);
  for (const [at, item] of order.entries()) {
    button(item, "up").disabled = at === 0;
    button(item, "down").disabled = at === order.length - 1;
  }
  if (order.every((item, at) => item === kept[at])) return;
  const number = order.indexOf(entry) + 1;
  status.textContent = list.dataset.moved.replace("{number}", number).replace("{count}", order.length);
  const body = JSON.stringify({ page_ids: order.map(({ dataset }) => dataset.page) });
  saving = saving.then(async () => {
    const headers = { "content-type": "application/json" };
    const answer = await fetch(`/api/v1/books/${list.dataset.book}`, { method: "PATCH", headers, body }).catch(() => null);
    if (answer?.ok) kept = order;
    else location.reload();
  });
}

list.addEventListener("click", (event) => {
  const button = event.target.closest("[name=up], [name=down]");
  if (!button) return;
  event.preventDefault();
  const entry = button.closest("li");
  if (button.name === "up") entry.previousElementSibling?.before(entry);
  else entry.nextElementSibling?.after(entry);
  save(entry);
  // Where the keyboard was; at the end of the list that button is off.
  if (button.disabled) entry.querySelector("[name=up]:enabled, [name=down]:enabled")?.focus();
  else button.focus();
});

for (const handle of list.querySelectorAll(".handle")) {
  const entry = handle.closest("li");
  handle.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    handle.setPointerCapture(event.pointerId);
    entry.classList.add("dragged");
  });
  handle.addEventListener("pointermove", ({ clientY }) => {
    if (!entry.classList.contains("dragged")) return;
    const middle = (item) => item.getBoundingClientRect().top + item.offsetHeight / 2;
    const [before, after] = [entry.previousElementSibling, entry.nextElementSibling];
    // The neighbour moves: an entry that is taken out of the list for a moment lets go of the pointer.
    if (before && clientY < middle(before)) entry.after(before);
    else if (after && clientY > middle(after)) entry.before(after);
  });
  for (const end of ["pointerup", "pointercancel"]) {
    handle.addEventListener(end, () => {
      if (!entry.classList.contains("dragged")) return;
      entry.classList.remove("dragged");
      save(entry);
    });
  }
}
