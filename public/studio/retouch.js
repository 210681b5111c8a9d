// Touching up the drawing: a stroke that is touched goes, a line that is drawn joins a gap, and both can be taken back.
// The studio draws with these changes, and the server does the same at print size: they name strokes by the engine's own
// numbers, and lines in units of the page.
const SVG = "http://www.w3.org/2000/svg";
/// How far from a stroke a touch still means it, in CSS pixels; and how far from its end a line is led there.
const REACH = [0, 4, 8, 12];
const SNAP = 22;
/// Between two points of a line, in units of the page.
const APART = 14;
const MOST = { erased: 1000, added: 100, points: 600, line: 60 };

const form = document.querySelector(".studio");
const frame = form.querySelector(".sheet");
const field = form.elements.edits;
const opener = form.querySelector("[data-touch-up]");
const tools = form.querySelector(".touch-tools");
const told = tools.querySelector("[role=status]");
const [undo, redo] = ["undo", "redo"].map((name) => tools.querySelector(`[data-${name}]`));

const layer = document.createElementNS(SVG, "svg");
layer.setAttribute("class", "strokes");
layer.setAttribute("tabindex", "0");
layer.setAttribute("role", "application");
layer.setAttribute("aria-label", tools.dataset.layer);
const fresh = document.createElementNS(SVG, "path");
fresh.setAttribute("class", "fresh");

// Each is one change: a number that was erased, or the points of a line.
let changes = [];
let undone = [];
let page = [0, 0];
let strokes = [];
let chosen;
/// Where the chosen one stands among them, or stood before it went.
let place = 0;

export function toggle() {
  if (frame.hasAttribute("data-touching")) end();
  else begin();
}

function begin() {
  if (field.value && !changes.length) {
    const { erased, added } = JSON.parse(field.value);
    changes = [...erased, ...added];
  }
  frame.setAttribute("data-touching", "");
  frame.append(layer);
  opener.setAttribute("aria-pressed", "true");
  tools.hidden = false;
  const compare = frame.querySelector(".sheet-compare");
  compare.value = 0;
  compare.dispatchEvent(new Event("input", { bubbles: true }));
  field.toggleAttribute("data-touches", true);
  tell();
}

function end() {
  frame.removeAttribute("data-touching");
  layer.remove();
  opener.setAttribute("aria-pressed", "false");
  opener.focus();
  tools.hidden = true;
  field.removeAttribute("data-touches");
}

/// Tells the studio, which draws anew and hands over the strokes that are left.
function tell() {
  const erased = changes.filter((change) => !Array.isArray(change));
  const added = changes.filter(Array.isArray);
  field.value = changes.length ? JSON.stringify({ erased, added }) : "";
  undo.disabled = changes.length === 0;
  redo.disabled = undone.length === 0;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function change(...more) {
  const next = [...changes, ...more];
  const added = next.filter(Array.isArray);
  const tooMany = next.length - added.length > MOST.erased || added.length > MOST.added || added.flat().length > MOST.points;
  told.textContent = tooMany ? tools.dataset.most : "";
  if (tooMany) return callOff();
  changes = next;
  undone = [];
  tell();
}

function takeBack() {
  if (changes.length) undone.push(changes.pop());
  tell();
}

function bringBack() {
  if (undone.length) changes.push(undone.pop());
  tell();
}

// ---- The strokes as they are drawn

function take() {
  const [size, ...lines] = field.dataset.strokes.trimEnd().split("\n");
  page = size.split(" ").map(Number);
  layer.setAttribute("viewBox", `0 0 ${size}`);
  strokes = lines.map((line) => {
    const [number, ...path] = line.split(" ");
    const stroke = document.createElementNS(SVG, "path");
    stroke.setAttribute("d", path.join(" "));
    stroke.dataset.number = number;
    return stroke;
  });
  // The sheet is drawn anew while somebody chooses: what they mean is the stroke of that number.
  chosen = chosen && strokes.find((stroke) => stroke.dataset.number === chosen.dataset.number);
  if (chosen) point();
  layer.replaceChildren(...strokes, fresh);
}

/// The stroke nearest to a place on the screen, if one is within reach.
function strokeAt(x, y) {
  for (const reach of REACH) {
    for (let turn = 0; turn < (reach ? 12 : 1); turn += 1) {
      const angle = (turn * Math.PI) / 6;
      const found = document
        .elementsFromPoint(x + reach * Math.cos(angle), y + reach * Math.sin(angle))
        .find((element) => element.parentNode === layer && element.dataset.number);
      if (found) return found;
    }
  }
}

const ends = (stroke) => [0, stroke.getTotalLength()].map((at) => stroke.getPointAtLength(at)).map(({ x, y }) => [x, y]);
const apart = ([ax, ay], [bx, by]) => Math.hypot(ax - bx, ay - by);
const nearest = (point, points) => points.reduce((best, other) => (apart(point, other) < apart(point, best) ? other : best), [1e9, 1e9]);

// ---- By finger or mouse, on the frame: looking closer happens there too

let gesture;

const onPage = ({ clientX, clientY }) => {
  const { left, top, width, height } = layer.getBoundingClientRect();
  return [((clientX - left) / width) * page[0], ((clientY - top) / height) * page[1]];
};

function down(event) {
  if (!frame.hasAttribute("data-touching")) return;
  // With a second finger it was no touch but a pinch.
  if (gesture) return callOff();
  event.preventDefault();
  layer.focus({ preventScroll: true });
  gesture = { id: event.pointerId, erased: new Set(), line: [onPage(event)] };
  move(event);
}

function move(event) {
  if (gesture?.id !== event.pointerId) return;
  if (tools.querySelector("[value=erase]").checked) {
    const stroke = strokeAt(event.clientX, event.clientY);
    if (!stroke) return;
    gesture.erased.add(Number(stroke.dataset.number));
    stroke.classList.add("gone");
  } else {
    const point = onPage(event);
    if (apart(point, gesture.line.at(-1)) >= APART) gesture.line.push(point);
    fresh.setAttribute("d", `M${[...gesture.line, point].join("L")}`);
    gesture.to = point;
  }
}

function up(event) {
  if (gesture?.id !== event.pointerId) return;
  const { erased, line, to } = gesture;
  gesture = undefined;
  fresh.removeAttribute("d");
  if (erased.size) change(...erased);
  else if (to && apart(line[0], to) + line.length > 4) change(led(thinned([...line, to])));
}

/// A long line with fewer points, as evenly apart as before: it bends where the hand did.
function thinned(line) {
  const step = Math.ceil((line.length - 1) / (MOST.line - 1));
  return line.filter((_, at) => at % step === 0 || at === line.length - 1);
}

function callOff() {
  gesture = undefined;
  fresh.removeAttribute("d");
  for (const stroke of strokes) stroke.classList.remove("gone");
}

/// A line that begins or ends near the end of a stroke begins or ends there.
function led(line) {
  const reach = (SNAP * page[0]) / layer.getBoundingClientRect().width;
  const loose = strokes.flatMap(ends);
  for (const at of [0, line.length - 1]) {
    const end = nearest(line[at], loose);
    if (apart(end, line[at]) < reach) line[at] = end;
  }
  const within = (value, most) => Math.round(Math.min(most, Math.max(0, value)) * 10) / 10;
  return line.map(([x, y]) => [within(x, page[0]), within(y, page[1])]);
}

frame.addEventListener("pointerdown", down);
frame.addEventListener("pointermove", move);
frame.addEventListener("pointerup", up);
frame.addEventListener("pointercancel", callOff);

// ---- By keyboard: from stroke to stroke, and what to do with the one that is chosen

function choose(step) {
  if (!strokes.length) return;
  chosen?.classList.remove("chosen");
  // After one that went comes the one that stands in its place.
  const at = chosen || step < 0 ? place + step : place;
  chosen = strokes.at(at % strokes.length);
  point();
}

function point() {
  place = strokes.indexOf(chosen);
  chosen.classList.add("chosen");
  told.textContent = tools.dataset.stroke.replace("{number}", place + 1).replace("{count}", strokes.length);
}

/// From the end of the chosen stroke that has the nearest neighbour to that neighbour.
function join() {
  const others = strokes.filter((stroke) => stroke !== chosen).flatMap(ends);
  const pairs = ends(chosen).map((end) => [end, nearest(end, others.filter((other) => apart(end, other) > 1))]);
  const [from, to] = pairs.reduce((best, pair) => (apart(...pair) < apart(...best) ? pair : best));
  if (others.length) change(led([from, to]));
}

layer.addEventListener("keydown", (event) => {
  if (event.shiftKey && event.key.startsWith("Arrow")) return;
  const keys = {
    ArrowRight: () => choose(1),
    ArrowDown: () => choose(1),
    ArrowLeft: () => choose(-1),
    ArrowUp: () => choose(-1),
    Delete: () => chosen && change(Number(chosen.dataset.number)),
    Backspace: () => chosen && change(Number(chosen.dataset.number)),
    j: () => chosen && join(),
    Escape: end,
  };
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

form.addEventListener("keydown", (event) => {
  if (tools.hidden || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z" || event.target.name === "title") return;
  event.preventDefault();
  if (event.shiftKey) bringBack();
  else takeBack();
});

undo.addEventListener("click", takeBack);
redo.addEventListener("click", bringBack);
tools.querySelector("[data-done]").addEventListener("click", end);
new MutationObserver(take).observe(field, { attributeFilter: ["data-strokes"] });
// Another photo: nothing of it was changed.
new MutationObserver(() => {
  changes = [];
  undone = [];
  if (!tools.hidden) end();
}).observe(frame.querySelector(".sheet-photo"), { attributeFilter: ["src"] });
