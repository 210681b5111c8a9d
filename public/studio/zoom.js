// Looking closer at photo and drawing: wheel, pinch, buttons and keys. The sheet grows inside its frame, so that the
// studio draws it as sharp as it is shown; where it lies is told to the style sheet as --zoom, --x and --y.
import { sidewaysOnly } from "/slide.js";

const MOST = 6;
const STEP = 1.5;
/// How near the divider a finger takes hold of it, in CSS pixels.
const HOLD = 28;

const form = document.querySelector(".studio");
const frame = form.querySelector(".sheet");
const compare = frame.querySelector(".sheet-compare");
const shown = form.querySelector(".zoom-shown");
const buttons = Object.fromEntries(["in", "out"].map((way) => [way, form.querySelector(`[data-zoom=${way}]`)]));

// Left and top in parts of the frame: 0, or less once the sheet is larger.
let view = { zoom: 1, x: 0, y: 0 };
let sharpening;

function look(zoom, x, y) {
  zoom = Math.min(MOST, Math.max(1, zoom));
  const within = (at) => Math.min(0, Math.max(1 - zoom, at));
  const closer = zoom !== view.zoom;
  view = { zoom, x: within(x), y: within(y) };
  frame.style.setProperty("--zoom", zoom);
  frame.style.setProperty("--x", `${view.x * 100}%`);
  frame.style.setProperty("--y", `${view.y * 100}%`);
  frame.toggleAttribute("data-zoomed", zoom > 1);
  shown.textContent = `${Math.round(zoom * 100)} %`;
  buttons.out.disabled = zoom === 1;
  buttons.in.disabled = zoom === MOST;
  if (!closer) return;
  clearTimeout(sharpening);
  // The studio draws anew, in as many pixels as the sheet now has.
  sharpening = setTimeout(() => dispatchEvent(new Event("resize")), 120);
}

/// So much closer, with this point of the frame staying where it is.
function zoomAt(factor, [px, py]) {
  const zoom = Math.min(MOST, Math.max(1, view.zoom * factor));
  const grown = zoom / view.zoom;
  look(zoom, px - (px - view.x) * grown, py - (py - view.y) * grown);
}

const MIDDLE = [0.5, 0.5];
const move = (dx, dy) => look(view.zoom, view.x + dx, view.y + dy);

function at({ clientX, clientY }) {
  const { left, top, width, height } = frame.getBoundingClientRect();
  return [(clientX - left) / width, (clientY - top) / height];
}

export const step = (way) => zoomAt(way === "in" ? STEP : 1 / STEP, MIDDLE);

frame.addEventListener("keydown", (event) => {
  const keys = {
    "+": () => zoomAt(STEP, MIDDLE),
    "=": () => zoomAt(STEP, MIDDLE),
    "-": () => zoomAt(1 / STEP, MIDDLE),
    0: () => look(1, 0, 0),
  };
  const ways = { ArrowLeft: [0.1, 0], ArrowRight: [-0.1, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] };
  const way = event.shiftKey && view.zoom > 1 && ways[event.key];
  if (!way && !keys[event.key]) return;
  event.preventDefault();
  if (way) move(...way);
  else keys[event.key]();
});

frame.addEventListener(
  "wheel",
  (event) => {
    // Away from a sheet that is seen whole, the wheel scrolls the page as anywhere else.
    if (view.zoom === 1 && event.deltaY > 0) return;
    event.preventDefault();
    const lines = event.deltaMode ? 30 : 1;
    zoomAt(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0025)), at(event));
  },
  { passive: false },
);

// Fingers on the frame. One moves the sheet, or the divider; two pinch it.
const fingers = new Map();
let splitBefore;
let onDivider = false;

function takeHold(event) {
  if (fingers.size === 0) {
    splitBefore = compare.value;
    onDivider = Math.abs(at(event)[0] * frame.clientWidth - (compare.value / 100) * frame.clientWidth) < HOLD;
  }
  fingers.set(event.pointerId, at(event));
  if (view.zoom > 1) frame.setPointerCapture(event.pointerId);
  // The first finger has moved the divider on its way here.
  if (fingers.size === 2) split(splitBefore);
}

function split(value) {
  compare.value = value;
  compare.dispatchEvent(new CustomEvent("input", { bubbles: true }));
}

const spread = ([[ax, ay], [bx, by]]) => ({
  middle: [(ax + bx) / 2, (ay + by) / 2],
  apart: Math.hypot((ax - bx) * frame.clientWidth, (ay - by) * frame.clientHeight),
});

function drag(event) {
  const before = fingers.get(event.pointerId);
  if (!before) return;
  const now = at(event);
  if (fingers.size === 2) {
    const was = spread([...fingers.values()]);
    fingers.set(event.pointerId, now);
    const is = spread([...fingers.values()]);
    move(is.middle[0] - was.middle[0], is.middle[1] - was.middle[1]);
    if (was.apart > 0) zoomAt(is.apart / was.apart, is.middle);
    return;
  }
  fingers.set(event.pointerId, now);
  // One finger that touches the drawing up is another's.
  if (view.zoom === 1 || frame.hasAttribute("data-touching")) return;
  if (onDivider) split(Math.min(100, Math.max(0, now[0] * 100)));
  else move(now[0] - before[0], now[1] - before[1]);
}

frame.addEventListener("pointerdown", takeHold);
frame.addEventListener("pointermove", drag);
for (const end of ["pointerup", "pointercancel"]) addEventListener(end, ({ pointerId }) => fingers.delete(pointerId));
// A pinch is no comparing, and no scrolling of the page.
compare.addEventListener("input", (event) => {
  if (event.isTrusted && fingers.size > 1) {
    compare.value = splitBefore;
    event.stopImmediatePropagation();
  }
}, true);
for (const name of ["touchstart", "touchmove"]) {
  frame.addEventListener(name, (event) => event.touches.length > 1 && event.preventDefault(), { passive: false });
}

for (const slider of form.querySelectorAll("[type=range]")) sidewaysOnly(slider);

// Another photo is seen whole at first.
new MutationObserver(() => look(1, 0, 0)).observe(frame.querySelector(".sheet-photo"), { attributeFilter: ["src"] });
look(1, 0, 0);
