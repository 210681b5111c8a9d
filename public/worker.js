// Opens photos and draws them away from the page: decoding, the engine and the painting of its strokes.
// The page hands over its compiled engine first; then a message is a photo to open or a style to draw in.
import { initSync, inspect, sketch, draw } from "/pkg/scribble.js";

// The engine scales further by itself; more than this would only cost time.
const LONG_EDGE = 2048;
const MAX_PIXELS = 50e6;
// The browser may know how to open these although the engine does not.
const WORTH_A_TRY = ["photo_heic", "photo_unsupported"];

async function open(photo) {
  const problem = inspect(new Uint8Array(await photo.arrayBuffer()));
  if (problem && !WORTH_A_TRY.includes(problem)) return { problem };
  let bitmap;
  try {
    bitmap = await createImageBitmap(photo, { imageOrientation: "from-image" });
  } catch {
    return { problem: problem ?? "photo_broken" };
  }
  const { width, height } = bitmap;
  if (width * height > MAX_PIXELS) return { problem: "photo_too_many_pixels" };
  const scale = Math.min(1, LONG_EDGE / Math.max(width, height));
  const across = Math.max(1, Math.round(width * scale));
  const down = Math.max(1, Math.round(height * scale));
  const brush = new OffscreenCanvas(across, down).getContext("2d", { willReadFrequently: true });
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, across, down);
  brush.imageSmoothingQuality = "high";
  brush.drawImage(bitmap, 0, 0, across, down);
  bitmap.close();
  const pixels = new Uint8Array(brush.getImageData(0, 0, across, down).data.buffer);
  return sketch(across, down, pixels) ? { width, height } : { problem: "photo_broken" };
}

let canvas;

function paint({ preset, detail, lineMm, width, height }) {
  const picture = draw(preset, detail, lineMm);
  if (canvas?.width !== width || canvas?.height !== height) canvas = new OffscreenCanvas(width, height);
  const brush = canvas.getContext("2d", { alpha: false });
  brush.setTransform(1, 0, 0, 1, 0, 0);
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, width, height);
  brush.scale(width / picture.width, height / picture.height);
  brush.lineWidth = picture.line_width;
  brush.lineCap = brush.lineJoin = "round";
  brush.stroke(new Path2D(picture.path));
  picture.free();
  return { drawing: canvas.transferToImageBitmap() };
}

// One at a time, in the order they came.
let last = Promise.resolve();
onmessage = ({ data }) => {
  last = last.then(async () => {
    try {
      if (data.module) return void initSync({ module: data.module });
      const reply = data.photo ? await open(data.photo) : paint(data);
      postMessage(reply, reply.drawing ? [reply.drawing] : []);
    } catch (error) {
      // Whatever it was, the engine may be left in the middle of something: the page starts another worker.
      console.error(error);
      postMessage({ broken: true });
    }
  });
};
