"""Generator of JPEG files of all kinds for `compare_jpegs.py`: by cjpeg, whose headers are then edited.

The same seed gives the same files.
"""

import io
import random
import struct
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

# Sampling factors of Y, Cb and Cr, in the order of cjpeg's -sample.
USUAL_SAMPLING = ["2x2", "2x2", "2x2", "2x1", "1x1", "1x2"]
UNUSUAL_SAMPLING = [
    "4x1", "1x4", "4x2", "2x4", "3x1", "1x3", "3x2", "1x1,2x2,1x1", "1x1,2x1,2x1", "2x2,2x1,1x2", "2x2,1x2,2x1",
    "2x1,1x2,1x1", "2x2,2x2,1x1", "4x1,2x1,1x1", "3x1,2x1,1x1", "1x4,1x2,1x1", "4x2,1x1,1x1", "2x2,2x2,2x2",
]
SCANS = ["0;\n1;\n2;\n", "0;\n1,2;\n", "0,1;\n2;\n", "0,2;\n1;\n", "2;\n1;\n0;\n"]
PROGRESSIVE_SCANS = [
    "0,1,2: 0-0, 0, 0;\n0: 1-63, 0, 0;\n1: 1-63, 0, 0;\n2: 1-63, 0, 0;\n",
    "0: 0-0, 0, 0;\n1,2: 0-0, 0, 0;\n0: 1-5, 0, 2;\n2: 1-63, 0, 1;\n1: 1-63, 0, 1;\n0: 6-63, 0, 2;\n0: 1-63, 2, 1;\n"
    "2: 1-63, 1, 0;\n1: 1-63, 1, 0;\n0: 1-63, 1, 0;\n",
    "0,1,2: 0-0, 0, 3;\n0,1,2: 0-0, 3, 2;\n0,1,2: 0-0, 2, 1;\n0: 1-63, 0, 0;\n1: 1-9, 0, 0;\n1: 10-63, 0, 0;\n"
    "2: 1-63, 0, 0;\n0,1,2: 0-0, 1, 0;\n",
    "1: 0-0, 0, 1;\n0: 0-0, 0, 1;\n2: 0-0, 0, 1;\n0: 1-1, 0, 4;\n0: 2-63, 0, 1;\n0: 1-1, 4, 3;\n0: 1-1, 3, 2;\n"
    "0: 1-1, 2, 1;\n2: 1-63, 0, 0;\n1: 1-63, 0, 0;\n0: 1-63, 1, 0;\n1: 0-0, 1, 0;\n0: 0-0, 1, 0;\n2: 0-0, 1, 0;\n",
]


@dataclass
class Jpeg:
    """A generated file, what is special about it, and whether all its pixels can be decoded."""

    kinds: list[str]
    data: bytes
    is_complete: bool = True
    # The file before it was cut off.
    whole: bytes = b""


def picture(rng: random.Random, photos: list[Image.Image]) -> Image.Image:
    """A part of a photo, or colour ramps; every third is large enough for a reduced scale."""
    photo = rng.choice(photos)
    if rng.random() < 0.33:
        long, short = rng.randint(2048, 4300), rng.randint(24, 330)
    else:
        long, short = rng.randint(1, 400), rng.randint(1, 300)
    size = (long, short) if rng.random() < 0.5 else (short, long)
    if rng.random() < 0.2:
        x, y = np.meshgrid(np.linspace(0, 6, size[0]), np.linspace(0, 5, size[1]))
        waves = np.stack([np.sin(x), np.cos(y + x), np.sin(x - 2 * y)], axis=2)
        return Image.fromarray(np.uint8(waves * 100 + 128))
    # A piece of the photo with the shape of the picture, enlarged.
    scale = max(1.0, max(size[0] / photo.width, size[1] / photo.height))
    part = (max(1, int(size[0] / scale)), max(1, int(size[1] / scale)))
    x, y = rng.randint(0, photo.width - part[0]), rng.randint(0, photo.height - part[1])
    return photo.crop((x, y, x + part[0], y + part[1])).resize(size, Image.Resampling.BICUBIC)


def compress(image: Image.Image, arguments: list[str], scans: str | None) -> bytes:
    source = io.BytesIO()
    image.save(source, "PPM")
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as script:
        if scans:
            script.write(scans)
            script.flush()
            arguments = [*arguments, "-scans", script.name]
        process = subprocess.run(["cjpeg", *arguments], input=source.getvalue(), capture_output=True)
    return process.stdout if process.returncode == 0 else b""


def segments(data: bytes) -> list[tuple[int, int, int]]:
    """Code, start and end of each marker segment up to the first scan header."""
    found, at = [], 2
    while at < len(data):
        end = at + 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
        found.append((data[at + 1], at, end))
        if data[at + 1] == 0xDA:
            break
        at = end
    return found


def without_jfif(data: bytes) -> bytes:
    for code, start, end in segments(data):
        if code in (0xE0, 0xEE):
            return without_jfif(data[:start] + data[end:])
    return data


def with_adobe(data: bytes, transform: int) -> bytes:
    return data[:2] + b"\xff\xee\x00\x0eAdobe\x00\x64\x00\x00\x00\x00" + bytes([transform]) + data[2:]


def with_ids(data: bytes, ids: bytes) -> bytes:
    """Changes the component ids in the frame header and all scan headers."""
    edited, new_ids, at = bytearray(data), {}, 2
    while at < len(data) - 4:
        if data[at] != 0xFF or data[at + 1] in (0, 0xFF) or 0xD0 <= data[at + 1] <= 0xD9:
            at += 1
            continue
        if data[at + 1] in (0xC0, 0xC1, 0xC2, 0xC9, 0xCA):
            for i in range(data[at + 9]):
                new_ids[data[at + 10 + 3 * i]] = ids[i]
                edited[at + 10 + 3 * i] = ids[i]
        if data[at + 1] == 0xDA:
            for i in range(data[at + 4]):
                edited[at + 5 + 2 * i] = new_ids[data[at + 5 + 2 * i]]
        at += 2 + struct.unpack(">H", data[at + 2 : at + 4])[0]
    return bytes(edited)


def edit(rng: random.Random, jpeg: Jpeg, is_colour: bool) -> None:
    """Edits the headers in ways that leave the pixels alone, or only their colour space."""
    kind = rng.choice(
        ["no JFIF", "Adobe 0", "Adobe 1", "Adobe 2", "ids", "RGB ids", "fill bytes", "trailing data", "comment",
         "no end", "half an end", "cut off", "12 bits", "lossless", "hierarchical", "lines counted later", "garbage"]
    )
    data = jpeg.data
    frame = next((start for code, start, _ in segments(data) if 0xC0 <= code <= 0xCF and code not in (0xC4, 0xCC)), 0)
    match kind:
        case "no JFIF":
            data = without_jfif(data)
        case "Adobe 0" | "Adobe 1" | "Adobe 2":
            data = with_adobe(without_jfif(data) if rng.random() < 0.7 else data, int(kind[-1]))
        case "ids" if is_colour:
            data = with_ids(without_jfif(data), rng.choice([b"\x00\x01\x02", b"\x01\x22\x23", b"\x07\xc8\x09", b"rgb"]))
        case "RGB ids" if is_colour:
            data = with_ids(without_jfif(data) if rng.random() < 0.7 else data, b"RGB")
        case "fill bytes":
            data = b"".join(b"\xff" * rng.randint(0, 3) + data[start:end] for _, start, end in segments(data)).join(
                [data[:2], data[segments(data)[-1][2] :]]
            )
            if data.endswith(b"\xff\xd9"):
                data = data[:-2] + b"\xff\xff\xff\xd9"
        case "trailing data":
            data += rng.randbytes(rng.randint(1, 300))
        case "comment":
            data = data[:2] + b"\xff\xfe\x00\x0a\xff\xda\xff\xc0\x00\x11\xff\xd9" + data[2:]
        case "garbage":
            data = data[:frame] + bytes(rng.randint(1, 20)) + data[frame:]
        case "no end":
            data = data[:-2]
        case "half an end":
            data = data[:-1]
        case "cut off":
            jpeg.whole = data
            header = segments(data)[-1][2]
            data = data[: header + int((len(data) - header) * rng.uniform(0.02, 0.6))] + rng.choice([b"", b"\xff\xd9"])
            jpeg.is_complete = False
        case "12 bits":
            data = data[: frame + 4] + b"\x0c" + data[frame + 5 :]
            jpeg.is_complete = False
        case "lossless":
            data = data[: frame + 1] + b"\xc3" + data[frame + 2 :]
            jpeg.is_complete = False
        case "hierarchical":
            data = data[:frame] + b"\xff\xde" + data[frame + 2 : segments(data)[-1][2]] + data[frame:]
            jpeg.is_complete = False
        case "lines counted later":
            data = data[: frame + 5] + b"\0\0" + data[frame + 7 :]
            jpeg.is_complete = False
        case _:
            return
    jpeg.kinds.append(kind)
    jpeg.data = data


def generate(rng: random.Random, photos: list[Image.Image]) -> Jpeg:
    """One random JPEG. cjpeg refuses some combinations; then another is tried."""
    while True:
        image = picture(rng, photos)
        quality = rng.choice([1, 3, 10, 30, 50, 75, 85, 92, 97, 100])
        colour = rng.choices(["YCbCr", "grey", "RGB", "CMYK"], [75, 10, 7, 8])[0]
        if colour == "CMYK":
            data = io.BytesIO()
            is_progressive = rng.random() < 0.4
            image.convert("CMYK").save(data, "JPEG", quality=quality, progressive=is_progressive)
            jpeg = Jpeg(["CMYK", "progressive" if is_progressive else "baseline"], data.getvalue())
        else:
            kinds, arguments, scans = [colour], ["-quality", str(quality)], None
            coding = rng.choices(["baseline", "optimized", "progressive", "arithmetic"], [35, 20, 38, 7])[0]
            kinds.append(coding)
            if coding != "baseline":
                arguments.append(f"-{coding.removesuffix('d')}")
            if coding == "arithmetic" and rng.random() < 0.4:
                arguments.append("-progressive")
            if rng.random() < 0.3:
                arguments.append("-baseline")
            if colour != "YCbCr":
                image = image.convert("L") if colour == "grey" else image
                arguments.append("-grayscale" if colour == "grey" else "-rgb")
            else:
                sampling = rng.choice(USUAL_SAMPLING if rng.random() < 0.6 else UNUSUAL_SAMPLING)
                arguments += ["-sample", sampling]
                kinds.append(sampling)
            if rng.random() < 0.35:
                arguments += ["-restart", rng.choice(["1", "2", "1B", "3B", "7B", "50B"])]
                kinds.append("restarts")
            if colour != "grey" and rng.random() < 0.35:
                scans = rng.choice(PROGRESSIVE_SCANS if coding == "progressive" else SCANS)
                kinds.append("scans")
            jpeg = Jpeg(kinds, compress(image, arguments, scans))
        if jpeg.data:
            break
    if rng.random() < 0.35:
        edit(rng, jpeg, colour in ("YCbCr", "RGB"))
    return jpeg
