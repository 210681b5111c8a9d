// Colours a page in, on this device: a tap fills an area up to its lines. The areas are found once, when it is opened.
// What is coloured is kept in this browser, and there again when the page is.
import { put, see } from "/studio/store.js";

const LONG_EDGE = 1600;
/// Darker than this is a line.
const LINE = 150;
/// So far paint goes under a line, in pixels: no white shows beside it.
const UNDER = 3;
/// Smaller areas are not stopped at by the arrow keys; a finger that meets a line looks so far for the nearest area.
const SMALL = 200;
const REACH = 14;
const WHITE = 0xffffffff;

let sheet;

export async function open(dialog) {
  sheet ??= await prepare(dialog);
  dialog.showModal();
  sheet.canvas.focus();
}

async function prepare(dialog) {
  const canvas = dialog.querySelector("canvas");
  const drawing = new Image();
  drawing.src = dialog.dataset.picture;
  await drawing.decode();
  const scale = LONG_EDGE / Math.max(drawing.naturalWidth, drawing.naturalHeight);
  canvas.width = Math.round(drawing.naturalWidth * scale);
  canvas.height = Math.round(drawing.naturalHeight * scale);
  const brush = canvas.getContext("2d", { willReadFrequently: true });
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(drawing, 0, 0, canvas.width, canvas.height);
  const lines = await createImageBitmap(canvas);
  const { data } = brush.getImageData(0, 0, canvas.width, canvas.height);
  const made = { dialog, canvas, brush, lines, ...areasOf(data, canvas.width, canvas.height) };
  made.layer = new ImageData(canvas.width, canvas.height);
  made.paint = new Uint32Array(made.layer.data.buffer).fill(WHITE);
  // The areas worth a stop, in the order in which one reads.
  made.stops = made.areas.filter(({ size }) => size >= SMALL).sort((a, b) => a.y - b.y || a.x - b.x);
  made.done = [];
  made.undone = [];
  await restore(made);
  listen(made);
  return made;
}

/// By the areas' sizes a drawing is known again: another one of the same page begins white.
const sizes = ({ areas }) => areas.map(({ size }) => size).join();

async function restore(sheet) {
  // Some browsers keep nothing for a site.
  const kept = await see(location.pathname).catch(() => {});
  if (kept?.sizes !== sizes(sheet)) return;
  for (const [number, colour] of kept.colours) fill(sheet, sheet.areas[number - 1], colour);
}

function keep(sheet) {
  const colours = sheet.areas.filter(({ colour }) => colour !== WHITE).map(({ number, colour }) => [number, colour]);
  put(location.pathname, { sizes: sizes(sheet), colours }).catch(() => {});
}

/// Which area each pixel belongs to (0: to none), and where each area lies.
function areasOf(data, width, height) {
  const of = new Int32Array(width * height);
  const isLine = (at) => data[at * 4] < LINE;
  const areas = [];
  const stack = [];
  for (let start = 0; start < of.length; start += 1) {
    if (of[start] || isLine(start)) continue;
    const number = areas.length + 1;
    const area = { number, size: 0, left: width, right: 0, top: height, bottom: 0, run: 0, x: 0, y: 0, colour: WHITE };
    areas.push(area);
    stack.push(start);
    while (stack.length) {
      const seed = stack.pop();
      if (of[seed]) continue;
      const y = Math.floor(seed / width);
      let [from, to] = [seed, seed];
      while (from % width > 0 && !of[from - 1] && !isLine(from - 1)) from -= 1;
      while (to % width < width - 1 && !of[to + 1] && !isLine(to + 1)) to += 1;
      for (let at = from; at <= to; at += 1) {
        of[at] = number;
        for (const other of [at - width, at + width]) {
          // The first of each run of neighbours is enough: it finds the others.
          const known = other < 0 || other >= of.length || of[other] || isLine(other);
          if (!known && (at === from || of[other - 1] || isLine(other - 1))) stack.push(other);
        }
      }
      const run = to - from + 1;
      area.size += run;
      area.left = Math.min(area.left, from % width);
      area.right = Math.max(area.right, to % width);
      area.top = Math.min(area.top, y);
      area.bottom = Math.max(area.bottom, y);
      // Where a mark lies well inside.
      if (run > area.run) Object.assign(area, { run, x: (from % width) + Math.floor(run / 2), y });
    }
  }
  for (let pass = 0; pass < UNDER; pass += 1) {
    const gained = [];
    for (let at = 0; at < of.length; at += 1) {
      if (of[at]) continue;
      const beside = (at % width && of[at - 1]) || (at % width < width - 1 && of[at + 1]) || of[at - width] || of[at + width];
      if (beside) gained.push(at, beside);
    }
    for (let i = 0; i < gained.length; i += 2) of[gained[i]] = gained[i + 1];
  }
  return { of, areas };
}

function listen(sheet) {
  const { dialog, canvas, stops } = sheet;
  const button = (what) => dialog.querySelector(`[data-do=${what}]`);
  const status = dialog.querySelector("[role=status]");
  const here = dialog.querySelector(".colouring-here");
  const chosen = () => dialog.querySelector("[name=paint]:checked");
  for (const paint of dialog.querySelectorAll(".paint")) paint.style.setProperty("--paint", paint.firstElementChild.value);
  const changed = () => {
    button("undo").disabled = !sheet.done.length;
    button("redo").disabled = !sheet.undone.length;
    keep(sheet);
  };

  const apply = (area) => {
    const colour = colourOf(chosen().value);
    if (!area || area.colour === colour) return;
    sheet.done.push({ area, from: area.colour, to: colour });
    sheet.undone.length = 0;
    fill(sheet, area, colour);
    changed();
    status.textContent = dialog.dataset.done.replace("{paint}", chosen().parentElement.textContent.trim());
  };
  const step = (from, to, side) => {
    const change = from.pop();
    if (!change) return;
    to.push(change);
    fill(sheet, change.area, change[side]);
    changed();
  };
  const undo = () => step(sheet.done, sheet.undone, "from");
  const redo = () => step(sheet.undone, sheet.done, "to");

  canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    here.hidden = true;
    const scale = canvas.width / canvas.clientWidth;
    apply(nearest(sheet, Math.floor(offsetX * scale), Math.floor(offsetY * scale)));
  });
  let stop = -1;
  const go = (by) => {
    stop = (stop + by + stops.length) % stops.length;
    here.hidden = false;
    here.style.setProperty("--x", `${(stops[stop].x / canvas.width) * 100}%`);
    here.style.setProperty("--y", `${(stops[stop].y / canvas.height) * 100}%`);
    const { area } = dialog.dataset;
    status.textContent = area.replace("{number}", stop + 1).replace("{count}", stops.length);
  };
  canvas.addEventListener("keydown", (event) => {
    const keys = { ArrowRight: () => go(1), ArrowDown: () => go(1), ArrowLeft: () => go(-1), ArrowUp: () => go(-1) };
    keys.Enter = keys[" "] = () => apply(stops[stop]);
    if (!(event.key in keys) || !stops.length) return;
    event.preventDefault();
    if (stop < 0 && event.key.startsWith("Arrow")) stop = event.key === "ArrowRight" || event.key === "ArrowDown" ? -1 : 0;
    keys[event.key]();
  });
  dialog.addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
    event.preventDefault();
    if (event.shiftKey) redo();
    else undo();
  });
  button("undo").addEventListener("click", undo);
  button("redo").addEventListener("click", redo);
  button("close").addEventListener("click", () => dialog.close());
  button("save").addEventListener("click", async () => {
    const blob = await new Promise((done) => canvas.toBlob(done, "image/png"));
    const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: `${dialog.dataset.title}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  });
}

/// `#rrggbb` as the four bytes of a pixel.
function colourOf(text) {
  const [red, green, blue] = [1, 3, 5].map((at) => parseInt(text.slice(at, at + 2), 16));
  return ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

function nearest({ of, areas, canvas }, x, y) {
  for (let reach = 0; reach <= REACH; reach += 1) {
    for (let dy = -reach; dy <= reach; dy += 1) {
      for (let dx = -reach; dx <= reach; dx += Math.abs(dy) === reach ? 1 : Math.max(1, 2 * reach)) {
        const [px, py] = [x + dx, y + dy];
        const inside = px >= 0 && py >= 0 && px < canvas.width && py < canvas.height;
        if (inside && of[py * canvas.width + px]) return areas[of[py * canvas.width + px] - 1];
      }
    }
  }
}

function fill({ canvas, brush, lines, layer, paint, of }, area, colour) {
  area.colour = colour;
  const left = Math.max(0, area.left - UNDER);
  const top = Math.max(0, area.top - UNDER);
  const width = Math.min(canvas.width, area.right + UNDER + 1) - left;
  const height = Math.min(canvas.height, area.bottom + UNDER + 1) - top;
  for (let y = top; y < top + height; y += 1) {
    for (let at = y * canvas.width + left; at < y * canvas.width + left + width; at += 1) {
      if (of[at] === area.number) paint[at] = colour;
    }
  }
  brush.putImageData(layer, 0, 0, left, top, width, height);
  brush.globalCompositeOperation = "multiply";
  brush.drawImage(lines, left, top, width, height, left, top, width, height);
  brush.globalCompositeOperation = "source-over";
}
