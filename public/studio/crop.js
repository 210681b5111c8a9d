// Cropping and turning the photo at hand, by finger, mouse and arrow keys. What comes out is opened like a photo that
// was chosen, so that the drawing, and what is sent, is made of these pixels alone.
const form = document.querySelector(".studio");
const photo = form.querySelector(".sheet-photo");
const dialog = document.getElementById("crop").content.firstElementChild;
const sheet = document.createElement("canvas");
sheet.ariaHidden = "true";
dialog.querySelector(".crop-sheet").prepend(sheet);
const area = dialog.querySelector(".crop-area");
const size = dialog.querySelector(".crop-size");

/// Long sides in pixels: of the picture in the dialog, and of what is drawn from. The engine itself takes 1024.
const SHOWN = 1200;
const MADE = 2048;
/// The smallest side of a crop, in parts of the photo's, and a step of an arrow key.
const LEAST = 0.05;
const STEP = 0.01;
const WHOLE = { left: 0, top: 0, right: 1, bottom: 1 };

// What was cut remembers what it was cut from: to crop again is to start from the whole photo.
let picture;
let made;
let turns = 0;
let crop = WHOLE;
/// As the photo at hand was made, which a crop that is called off does not change.
let used = { turns, crop };

export async function begin() {
  if (photo.src !== made) {
    used = { turns: 0, crop: WHOLE };
    made = undefined;
    picture = new Image();
    picture.src = photo.src;
    // Not `decode()`, which decodes every pixel: painted smaller, a JPEG is decoded smaller.
    await new Promise((loaded, failed) => Object.assign(picture, { onload: loaded, onerror: failed }));
  }
  ({ turns, crop } = used);
  document.body.append(dialog);
  dialog.showModal();
  show();
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

/// Width and height of the photo once it is turned.
const turned = () => {
  const { naturalWidth: width, naturalHeight: height } = picture;
  return turns % 2 ? [height, width] : [width, height];
};

/// Paints a part of the turned photo so large that it fills a canvas.
function paint(canvas, { left, top }, scale) {
  const [width, height] = turned();
  const brush = canvas.getContext("2d");
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.imageSmoothingQuality = "high";
  brush.scale(scale, scale);
  brush.translate(width / 2 - left * width, height / 2 - top * height);
  brush.rotate((turns * Math.PI) / 2);
  brush.drawImage(picture, -picture.naturalWidth / 2, -picture.naturalHeight / 2);
}

function show() {
  const [width, height] = turned();
  const scale = Math.min(1, SHOWN / Math.max(width, height));
  sheet.width = Math.max(1, Math.round(width * scale));
  sheet.height = Math.max(1, Math.round(height * scale));
  sheet.parentElement.style.setProperty("--across", width);
  sheet.parentElement.style.setProperty("--down", height);
  paint(sheet, WHOLE, scale);
  outline();
}

function outline() {
  for (const [side, value] of Object.entries({ ...crop, right: 1 - crop.right, bottom: 1 - crop.bottom })) {
    area.style.setProperty(side, `${value * 100}%`);
  }
  const [width, height] = turned();
  const pixels = [(crop.right - crop.left) * width, (crop.bottom - crop.top) * height];
  size.textContent = pixels.map(Math.round).join(" × ");
}

/// Moves the sides that a handle holds; the middle holds all four.
function shift(handle, dx, dy) {
  const next = { ...crop };
  if (handle === "middle") {
    dx = clamp(dx, -crop.left, 1 - crop.right);
    dy = clamp(dy, -crop.top, 1 - crop.bottom);
    next.left += dx;
    next.right += dx;
    next.top += dy;
    next.bottom += dy;
  } else {
    const [down, across] = handle.split("-");
    if (across === "left") next.left = clamp(crop.left + dx, 0, crop.right - LEAST);
    else next.right = clamp(crop.right + dx, crop.left + LEAST, 1);
    if (down === "top") next.top = clamp(crop.top + dy, 0, crop.bottom - LEAST);
    else next.bottom = clamp(crop.bottom + dy, crop.top + LEAST, 1);
  }
  crop = next;
  outline();
}

for (const handle of area.querySelectorAll("[data-handle]")) {
  let before;
  handle.addEventListener("pointerdown", (event) => {
    handle.setPointerCapture(event.pointerId);
    before = event;
  });
  handle.addEventListener("pointermove", (event) => {
    if (!handle.hasPointerCapture(event.pointerId)) return;
    const { width, height } = sheet.getBoundingClientRect();
    shift(handle.dataset.handle, (event.clientX - before.clientX) / width, (event.clientY - before.clientY) / height);
    before = event;
  });
  handle.addEventListener("keydown", (event) => {
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    const way = ways[event.key];
    if (!way) return;
    event.preventDefault();
    const step = event.shiftKey ? STEP * 5 : STEP;
    shift(handle.dataset.handle, way[0] * step, way[1] * step);
  });
}

for (const button of dialog.querySelectorAll("[data-turn]")) {
  button.addEventListener("click", () => {
    const { left, top, right, bottom } = crop;
    const clockwise = button.dataset.turn === "right";
    turns = (turns + (clockwise ? 1 : 3)) % 4;
    crop = clockwise
      ? { left: 1 - bottom, top: left, right: 1 - top, bottom: right }
      : { left: top, top: 1 - right, right: bottom, bottom: 1 - left };
    show();
  });
}

dialog.querySelector("[data-whole]").addEventListener("click", () => {
  crop = WHOLE;
  outline();
});
for (const button of dialog.querySelectorAll("[data-close]")) button.addEventListener("click", () => dialog.close());
dialog.addEventListener("close", () => {
  dialog.remove();
  form.querySelector("[data-crop]").focus();
});

dialog.querySelector("[data-use]").addEventListener("click", async () => {
  // The same part again is no other photo: what was touched up stays.
  if (isUsed()) return dialog.close();
  const cut = await take();
  const next = { turns, crop };
  const wasTouched = form.elements.edits.value !== "";
  const opened = new MutationObserver(() => {
    made = photo.src;
    used = next;
    opened.disconnect();
    if (wasTouched) say(dialog.dataset.untouched);
  });
  opened.observe(photo, { attributeFilter: ["src"] });
  dialog.close();
  const field = form.querySelector("[type=file]");
  const files = new DataTransfer();
  files.items.add(new File([cut], "photo", { type: cut.type }));
  field.files = files.files;
  field.dispatchEvent(new Event("change", { bubbles: true }));
});

const isUsed = () => turns === used.turns && Object.keys(WHOLE).every((side) => crop[side] === used.crop[side]);

function say(text) {
  const notice = form.querySelector("[role=alert]");
  notice.querySelector("span").textContent = text;
  notice.toggleAttribute("data-said", true);
  notice.focus();
}

function take() {
  const [width, height] = turned();
  const across = (crop.right - crop.left) * width;
  const down = (crop.bottom - crop.top) * height;
  const scale = Math.min(1, MADE / Math.max(across, down));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(across * scale));
  canvas.height = Math.max(1, Math.round(down * scale));
  paint(canvas, crop, scale);
  // Without loss: a second JPEG would cost fine lines.
  return new Promise((done) => canvas.toBlob(done));
}
