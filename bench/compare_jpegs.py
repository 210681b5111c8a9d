"""Differential test of the JPEG decoder: generated files, decoded by us, by libjpeg-turbo and by FFmpeg.

Usage: compare_jpegs.py DECODER [FILES] [SEED]. DECODER is the example decode_reduced. Needs pillow, opencv-python-headless,
av and cjpeg. Each file must be drawn like the reference or be refused by name; fails if one differs without a word.
"""

import io
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import av
import cv2
import numpy as np
from generate_jpegs import Jpeg, generate
from PIL import Image, ImageFile

ROOT = Path(__file__).parent.parent
# Long edge in pixels at which pictures are compared: the engine's working size.
WORKING_EDGE = 1024
# Largest mean difference of luma, and of the mean colour of any 16 x 16 pixels. Decoders differ in how they
# enlarge the chroma planes: ours has half the chroma resolution of libjpeg-turbo at a reduced scale.
MAX_MEAN, MAX_LOCAL = 3.0, 12.0

av.logging.set_level(av.logging.PANIC)


def decode_with_pillow(data: bytes, reduction: int) -> np.ndarray | None:
    try:
        image = Image.open(io.BytesIO(data))
        if reduction > 1:
            image.draft(None, (image.width // reduction, image.height // reduction))
        if image.mode == "CMYK":
            inks = np.asarray(image).astype(np.uint16)
            return ((255 - inks[..., :3]) * (255 - inks[..., 3:]) // 255).astype(np.uint8)
        return np.asarray(image.convert("RGB"))
    except (OSError, SyntaxError, ValueError):
        return None


def decode_with_opencv(data: bytes, reduction: int) -> np.ndarray | None:
    flags = {1: cv2.IMREAD_COLOR, 2: cv2.IMREAD_REDUCED_COLOR_2, 4: cv2.IMREAD_REDUCED_COLOR_4}
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), flags[reduction])
    return None if picture is None else picture[..., ::-1]


def decode_with_ffmpeg(data: bytes) -> np.ndarray | None:
    try:
        codec = av.CodecContext.create("mjpeg", "r")
        frames = codec.decode(av.Packet(data)) + codec.decode(None)
        return frames[0].to_ndarray(format="rgb24") if frames else None
    except (av.FFmpegError, ValueError, IndexError):
        return None


def difference(ours: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """Mean difference of luma and largest local difference of colour at the working size."""
    height, width = reference.shape[:2]
    scale = min(1.0, WORKING_EDGE / max(width, height))
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    both = [cv2.resize(p, size, interpolation=cv2.INTER_AREA).astype(np.float32) for p in (ours, reference)]
    delta = both[0] - both[1]
    luma = delta @ np.float32([0.299, 0.587, 0.114])
    return float(np.abs(luma).mean()), float(np.abs(cv2.blur(delta, (16, 16))).max())


def is_near(ours: np.ndarray, reference: np.ndarray) -> bool:
    mean, local = difference(ours, reference)
    return mean <= MAX_MEAN and local <= MAX_LOCAL


def judge(jpeg: Jpeg, answer: str, path: Path) -> str:
    """The outcome of one file; those that begin with a capital letter are failures."""
    # Not all references accept a file whose end marker is missing.
    data = (jpeg.whole or jpeg.data) + b"\xff\xd9"
    reduction = 1
    if answer[0].isdigit():
        reduction = round(max(Image.open(io.BytesIO(data)).size) / max(map(int, answer.split())))
    pillow = decode_with_pillow(data, reduction)
    others = [pillow, decode_with_opencv(data, reduction), decode_with_ffmpeg(data)]
    if not answer[0].isdigit():
        if answer == "UnsupportedJpeg":
            return "refused by name"
        if not jpeg.is_complete:
            return f"refused, incomplete: {answer}"
        return "refused, like the references" if pillow is None else f"REFUSED, {answer}"
    width, height = map(int, answer.split())
    ours = np.frombuffer(Path(f"{path}.rgb").read_bytes(), np.uint8).reshape(height, width, 3)
    if not jpeg.is_complete and not jpeg.whole:
        return "DRAWN, but of a kind that is refused"
    votes = [is_near(ours, other) for other in others if other is not None]
    if all(votes) and len(votes) >= 2:
        return f"drawn like {len(votes)} references"
    if sum(votes) >= 2:
        return "drawn like 2 of 3 references"
    mean, local = difference(ours, others[0]) if others[0] is not None else (-1.0, -1.0)
    return f"DIFFERENT, mean {mean:.1f}, local {local:.0f}, votes {votes}"


def main() -> None:
    decoder, count = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    rng = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    ImageFile.LOAD_TRUNCATED_IMAGES = True
    photos = [Image.open(path).convert("RGB") for path in sorted((ROOT / "lineart/tests/photos").glob("*.png"))]
    outcomes, kinds, refused, failures = Counter(), Counter(), Counter(), 0
    with tempfile.TemporaryDirectory() as folder:
        process = subprocess.Popen([decoder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        path = Path(folder) / "photo.jpg"
        for i in range(count):
            jpeg = generate(rng, photos)
            path.write_bytes(jpeg.data)
            process.stdin.write(f"{path}\n")
            process.stdin.flush()
            answer = process.stdout.readline().strip()
            outcome = judge(jpeg, answer, path)
            if outcome[0].isupper():
                failures += 1
                kept = Path(tempfile.gettempdir()) / f"compare-jpegs-{i}.jpg"
                kept.write_bytes(jpeg.data)
                print(f"{outcome}: {', '.join(jpeg.kinds)}: {kept}", flush=True)
            outcomes[outcome.split(", mean")[0]] += 1
            kinds.update(jpeg.kinds)
            if outcome == "refused by name":
                refused.update(jpeg.kinds)
        process.stdin.close()
    for outcome, times in outcomes.most_common():
        print(f"{times:6} {outcome}")
    print("always refused by name:", ", ".join(sorted(kind for kind in kinds if refused[kind] == kinds[kind])))
    print(f"{count} files, {failures} differences without a word")
    sys.exit(failures > 0)


main()
