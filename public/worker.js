// Opens photos and draws them away from the page, as told by app/src/browser/engine.rs.
import { initSync, inspect_photo, load_photo, draw_photo, set_edits, photo_pixels, photo_width } from "/pkg/scribble.js";

// The engine scales further by itself, and better; less than this would cost it detail, more only time.
const LONG_EDGE = 2048;
const MAX_PIXELS = 50e6;
// What each preset makes of the photo is shown this large, once nobody has wished for anything for so many milliseconds.
const PRESETS = ["toddler", "simple", "standard", "detailed"];
const SAMPLE_ACROSS = 240;
const REST = 120;
const WARM_ACROSS = 1024;
const WARM_DOWN = 96;
const WARM_RUNS = 8;
// The browser may know how to open these although the engine does not.
const WORTH_A_TRY = ["photo_heic", "photo_unsupported"];

/// What the browser makes of the photo, upright: a bitmap, or a frame that its JPEG decoder gave in fewer pixels.
async function decode(photo, bytes, { width, height }) {
  if (width && self.ImageDecoder) {
    try {
      const decoder = new ImageDecoder({ data: bytes, type: "image/jpeg", desiredWidth: width, desiredHeight: height });
      const { image } = await decoder.decode();
      decoder.close();
      return image;
    } catch {
      // The other decoder may know better; if not, it says so.
    }
  }
  return createImageBitmap(photo, { imageOrientation: "from-image" });
}

async function pixelsOf(picture, across, down) {
  // Straight from the decoder where nothing has to be turned or scaled.
  if (picture.rotation === 0 && !picture.flip && picture.codedWidth === across && picture.codedHeight === down) {
    const rgba = new Uint8Array(across * down * 4);
    await picture.copyTo(rgba, { format: "RGBA" });
    return rgba;
  }
  const brush = new OffscreenCanvas(across, down).getContext("2d", { willReadFrequently: true });
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, across, down);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(picture, 0, 0, across, down);
  return new Uint8Array(brush.getImageData(0, 0, across, down).data.buffer);
}

async function open(photo) {
  const bytes = new Uint8Array(await photo.arrayBuffer());
  const look = inspect_photo(bytes);
  const { problem } = look;
  if (problem && !WORTH_A_TRY.includes(problem)) return { problem };
  let picture;
  try {
    picture = await decode(photo, bytes, look);
  } catch {
    return { problem: problem ?? "photo_broken" };
  }
  const width = picture.displayWidth ?? picture.width;
  const height = picture.displayHeight ?? picture.height;
  if (width * height > MAX_PIXELS) return { problem: "photo_too_many_pixels" };
  const scale = Math.min(1, LONG_EDGE / Math.max(width, height));
  const across = Math.max(1, Math.round(width * scale));
  const down = Math.max(1, Math.round(height * scale));
  const rgba = await pixelsOf(picture, across, down);
  picture.close();
  taken += 1;
  changes = "";
  return load_photo(across, down, rgba) ? { width, height } : { problem: "photo_broken" };
}

let canvas;
// Nothing was drawn on it.
let blank = false;

// What was changed by hand in the drawing of this photo, as the page tells it.
let changes = "";

function takeChanges(told) {
  if (told === changes) return;
  changes = told;
  const { erased, added } = told ? JSON.parse(told) : { erased: [], added: [] };
  set_edits(new Uint32Array(erased), new Float32Array(added.flat(2)), new Uint32Array(added.map((line) => line.length)));
}

/// Paints on the canvas; the strokes, if somebody asks to touch them.
function paint({ preset, detail, lineMm, background, smoothing, frame, touched, width, height }) {
  const picture = draw_photo(preset, detail, lineMm, background, smoothing, frame);
  height ??= Math.max(1, Math.round((width * picture.height) / picture.width));
  if (canvas?.width !== width || canvas?.height !== height) canvas = new OffscreenCanvas(width, height);
  const brush = canvas.getContext("2d", { alpha: false });
  brush.setTransform(1, 0, 0, 1, 0, 0);
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, width, height);
  brush.scale(width / picture.width, height / picture.height);
  brush.lineWidth = picture.line_width;
  brush.lineCap = brush.lineJoin = "round";
  const { path } = picture;
  brush.stroke(new Path2D(path));
  blank = path === "";
  const strokes = touched && `${picture.width} ${picture.height}\n${picture.strokes()}`;
  picture.free();
  return strokes;
}

// One at a time, so that a slider waits for one at most.
async function showSamples({ background, smoothing, frame }) {
  const wish = [taken, background, smoothing, frame].join();
  if (samples.wish !== wish) samples = { wish, left: [...PRESETS] };
  const preset = samples.left.shift();
  if (!preset) return;
  paint({ preset, background, smoothing, frame, width: SAMPLE_ACROSS });
  URL.revokeObjectURL(shown[preset]);
  shown[preset] = URL.createObjectURL(await canvas.convertToBlob());
  postMessage({ preset, sample: shown[preset] });
}

let samples = {};
const shown = {};
// How many photos were taken in.
let taken = 0;

// Without loss, so that the server draws what is on the screen. PNG is what a canvas writes unasked.
async function save() {
  const picture = new ImageData(new Uint8ClampedArray(photo_pixels().buffer), photo_width());
  const sheet = new OffscreenCanvas(picture.width, picture.height);
  sheet.getContext("2d", { willReadFrequently: true }).putImageData(picture, 0, 0);
  return { png: await sheet.convertToBlob() };
}

// A browser compiles quickly at first, and well only what has run for a while: twice as fast in the end. A strip of noise
// keeps every part of the engine busy until then, in pieces, so that a photo that comes meanwhile does not wait.
async function warmUp() {
  const noise = Uint8Array.from({ length: WARM_ACROSS * WARM_DOWN * 4 }, (_, i) => Math.imul(i * i, 0x9e3779b1) >>> 24);
  for (let run = 0; run < WARM_RUNS && !photoCame; run += 1) {
    load_photo(WARM_ACROSS, WARM_DOWN, noise);
    draw_photo("detailed")?.free();
    await new Promise((rested) => setTimeout(rested));
  }
  // Forgets the noise.
  if (!photoCame) load_photo(0, 0, new Uint8Array());
}

function answer(wish) {
  if (wish.module) {
    initSync({ module: wish.module });
    void warmUp();
    return;
  }
  if (wish.photo) return open(wish.photo);
  if (wish.save) return save();
  takeChanges(wish.edits ?? "");
  const strokes = paint(wish);
  if (wish.samples) rest(wish);
  return { drawing: canvas.transferToImageBitmap(), strokes, blank };
}

function rest(wish) {
  resting = setTimeout(() => enqueue(() => showSamples(wish).then(() => samples.left.length && rest(wish))), REST);
}

// One at a time, in the order they came.
let last = Promise.resolve();
let photoCame = false;
let resting;
onmessage = ({ data }) => {
  photoCame ||= Boolean(data.photo);
  clearTimeout(resting);
  enqueue(() => answer(data));
};

function enqueue(work) {
  last = last.then(async () => {
    try {
      const reply = await work();
      if (reply) postMessage(reply, reply.drawing ? [reply.drawing] : []);
    } catch (error) {
      // Whatever it was, the engine may be left in the middle of something: the page starts another worker.
      console.error(error);
      postMessage({ broken: true });
    }
  });
}
