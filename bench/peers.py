"""Draws one large photo with `scribble draw` and with OpenCV, in turns, and prints medians and their ratios.

Usage: peers.py SCRIBBLE PHOTO [RUNS]. Needs opencv-python-headless. Each figure is a whole process or call, the
machine's noise is shared by taking the contestants in turns.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

# What the photo is scaled to before OpenCV looks for edges: A4 at 300 dots an inch, short side.
PRINT_EDGE = 2480


def photo_of(path: Path, target: Path, megapixels: float) -> None:
    """Writes the photo at this size with the grain of a sensor, so that it costs what a camera's JPEG costs."""
    picture = cv2.imread(str(path))
    scale = (megapixels * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5
    large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    grain = np.random.default_rng(1).normal(0, 4, large.shape)
    cv2.imwrite(str(target), np.clip(large + grain, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 90])


def seconds(work) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def edges(path: Path) -> None:
    picture = cv2.imread(str(path))
    scale = PRINT_EDGE / min(picture.shape[:2])
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cv2.Canny(cv2.bilateralFilter(picture, 9, 75, 75), 50, 150)


def main() -> None:
    scribble, photo = sys.argv[1], Path(sys.argv[2])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    with tempfile.TemporaryDirectory() as folder:
        large = Path(folder) / "large.jpg"
        photo_of(photo, large, 18)
        page = Path(folder) / "page.pdf"
        contestants = {
            "scribble draw, JPEG to A4 PDF": lambda: subprocess.run([scribble, "draw", large, "-o", page], check=True),
            "OpenCV imread": lambda: cv2.imread(str(large)),
            "OpenCV imread, bilateral, Canny": lambda: edges(large),
        }
        times = {name: [] for name in contestants}
        for _ in range(runs):
            for name, work in contestants.items():
                times[name].append(seconds(work))
        print(f"18 MP JPEG of {large.stat().st_size / 1e6:.1f} MB, medians of {runs} runs in turns")
        ours = statistics.median(next(iter(times.values())))
        for name, taken in times.items():
            median = statistics.median(taken)
            print(f"{name:34} {median * 1000:7.0f} ms   scribble / this = {ours / median:.2f}")
        print(f"PDF {page.stat().st_size / 1000:.0f} kB")


main()
