"""Benchmark of `scribble draw` against OpenCV: median times on a large photo, peak memory on photos of 50 and 200 megapixels.

Usage: compare_opencv.py SCRIBBLE PHOTO [RUNS]. Needs opencv-python-headless. Each time is that of a whole process or call. The
contestants run in turns, so that noise of the machine affects all of them.
"""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

# Short side in pixels to which the photo is scaled before edge detection in OpenCV: A4 at 300 dpi.
PRINT_SHORT_SIDE = 2480


def upscale_with_noise(path: Path, megapixels: float) -> np.ndarray:
    """The photo scaled up, with sensor noise, so that it compresses like a camera's JPEG."""
    picture = cv2.imread(str(path))
    scale = (megapixels * 1e6 / (picture.shape[0] * picture.shape[1])) ** 0.5
    large = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC).astype(np.int16)
    generator = np.random.default_rng(1)
    # Row by row: noise for the whole picture would take gigabytes.
    for row in large:
        row += np.rint(generator.normal(0, 4, row.shape)).astype(np.int16)
    return np.clip(large, 0, 255).astype(np.uint8)


def measure_seconds(work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def detect_edges(path: Path) -> None:
    """Edges of the photo by bilateral filter and Canny detector."""
    picture = cv2.imread(str(path))
    scale = PRINT_SHORT_SIDE / min(picture.shape[:2])
    picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    cv2.Canny(cv2.bilateralFilter(picture, 9, 75, 75), 50, 150)


def compare_times(scribble: str, photo: Path, folder: Path, runs: int) -> None:
    """Prints the median time of each contestant and its ratio to `scribble draw`, for both kinds of JPEG."""
    picture = upscale_with_noise(photo, 18)
    for kind, is_progressive in {"baseline": 0, "progressive": 1}.items():
        large = folder / f"{kind}.jpg"
        cv2.imwrite(str(large), picture, [cv2.IMWRITE_JPEG_QUALITY, 90, cv2.IMWRITE_JPEG_PROGRESSIVE, is_progressive])
        compare_times_of_file(scribble, kind, large, folder / "page.pdf", runs)


def compare_times_of_file(scribble: str, kind: str, large: Path, page: Path, runs: int) -> None:
    """Prints the median time of each contestant on one file and its ratio to `scribble draw`."""
    contestants = {
        "scribble draw, JPEG to A4 PDF": lambda: subprocess.run([scribble, "draw", large, "-o", page], check=True),
        "OpenCV imread": lambda: cv2.imread(str(large)),
        "OpenCV imread, bilateral, Canny": lambda: detect_edges(large),
    }
    times = {name: [] for name in contestants}
    for _ in range(runs):
        for name, work in contestants.items():
            times[name].append(measure_seconds(work))
    print(f"18 MP {kind} JPEG of {large.stat().st_size / 1e6:.1f} MB, medians of {runs} runs in turns")
    ours = statistics.median(next(iter(times.values())))
    for name, seconds in times.items():
        median = statistics.median(seconds)
        print(f"{name:34} {median * 1000:7.0f} ms   scribble / this = {ours / median:.2f}")
    print(f"PDF {page.stat().st_size / 1000:.0f} kB")


def peak_resident_bytes(pid: int) -> int:
    """Peak resident memory of a running process. ru_maxrss of wait4 includes the parent's memory at the fork."""
    status = Path(f"/proc/{pid}/status").read_text()
    lines = [line for line in status.splitlines() if line.startswith("VmHWM")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


def measure_memory(scribble: str, photo: Path, folder: Path) -> None:
    """Prints the peak memory of `scribble draw` for each file format."""
    picture = upscale_with_noise(photo, 49.9)
    deep = cv2.cvtColor(picture, cv2.COLOR_BGR2BGRA).astype(np.uint16) * 257
    # 200 MP, the limit of JPEG.
    huge = cv2.resize(picture, (16320, 12240), interpolation=cv2.INTER_LINEAR)
    files = {
        "baseline.jpg": (picture, [cv2.IMWRITE_JPEG_QUALITY, 85]),
        "progressive.jpg": (picture, [cv2.IMWRITE_JPEG_QUALITY, 85, cv2.IMWRITE_JPEG_PROGRESSIVE, 1]),
        "plain.png": (picture, [cv2.IMWRITE_PNG_COMPRESSION, 1]),
        "16-bits-and-alpha.png": (deep, [cv2.IMWRITE_PNG_COMPRESSION, 1]),
        "lossy.webp": (picture, [cv2.IMWRITE_WEBP_QUALITY, 80]),
        "baseline-200-mp.jpg": (huge, [cv2.IMWRITE_JPEG_QUALITY, 75]),
        "progressive-200-mp.jpg": (huge, [cv2.IMWRITE_JPEG_QUALITY, 75, cv2.IMWRITE_JPEG_PROGRESSIVE, 1]),
    }
    print("50 MP unless named otherwise, peak resident memory, and its ratio to the size of the decoded pixels")
    for name, (pixels, options) in files.items():
        path = folder / name
        cv2.imwrite(str(path), pixels, options)
        process = subprocess.Popen([scribble, "draw", path, "-o", folder / "page.svg"])
        peak = 0
        while process.poll() is None:
            peak = max(peak, peak_resident_bytes(process.pid))
            time.sleep(0.002)
        failed = "" if process.returncode == 0 else "FAILED"
        print(f"{name:34} {peak / 1e6:7.0f} MB   {peak / pixels.nbytes:.2f}   {failed}")


def main() -> None:
    scribble, photo = sys.argv[1], Path(sys.argv[2])
    runs = int(sys.argv[3]) if len(sys.argv) > 3 else 20
    with tempfile.TemporaryDirectory() as folder:
        compare_times(scribble, photo, Path(folder), runs)
        measure_memory(scribble, photo, Path(folder))


main()
