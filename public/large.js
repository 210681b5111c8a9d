// The drawing of a page as large as the window, and larger: one looks around in it by scrolling.
const MOST = 6;
const STEP = 1.5;

const dialog = document.querySelector(".close-up");
const sheet = dialog.querySelector(".close-up-sheet");
const button = (name) => dialog.querySelector(`[data-look=${name}]`);
let zoom = 1;

/// What is in the middle stays there.
function look(closer) {
  const before = zoom;
  zoom = Math.min(MOST, Math.max(1, closer));
  const middle = (from, size) => ((from + size / 2) * zoom) / before - size / 2;
  const [left, top] = [middle(sheet.scrollLeft, sheet.clientWidth), middle(sheet.scrollTop, sheet.clientHeight)];
  sheet.style.setProperty("--zoom", zoom);
  sheet.scrollTo(left, top);
  button("out").disabled = zoom === 1;
  button("in").disabled = zoom === MOST;
}

button("in").addEventListener("click", () => look(zoom * STEP));
button("out").addEventListener("click", () => look(zoom / STEP));
button("close").addEventListener("click", () => dialog.close());
dialog.addEventListener("keydown", ({ key }) => {
  if (key === "+" || key === "=") look(zoom * STEP);
  if (key === "-") look(zoom / STEP);
});

export function open() {
  dialog.showModal();
  look(1);
  sheet.focus();
}
