#!/usr/bin/env python3
"""Fits the judge's network to scenes whose outlines are known, and writes its weights.

  scenes.py SCENES 46; scenes.py SCENES 58 90
  cargo run --release -p lineart --features training --example measures -- SCENES/measures SCENES/photo/*.jpg
  fit.py SCENES ../src/sketch/judge.weights

An arc is to be drawn if most of it lies within 6 px of a drawn line, or on an edge of paint that no line runs
beside, as in photos, where nobody drew lines; edges of paint beside a line count neither way. Prints the area under
the receiver operating characteristic on a tenth of the scenes that was not learned from. Needs: pillow, numpy, scipy.
"""
import pathlib, sys
import numpy as np
from PIL import Image
from scipy import ndimage as nd

HIDDEN = (24, 12)
EPOCHS, BATCH, RATE, DECAY = 4, 2048, 4e-3, 1e-4


def arcs(scene, name):
    """Measures, answers and weights of the arcs of one scene."""
    raw, at = np.fromfile(scene / "measures" / f"{name}.bin", "<f4"), 0
    truth = np.asarray(Image.open(scene / "truth" / f"{name}.png"))
    line, edge = nd.distance_transform_edt(truth >= 64), nd.distance_transform_edt((truth < 64) | (truth > 200))
    rows, wanted, weights = [], [], []
    while at < len(raw):
        points, count = int(raw[at]), int(raw[at + 1])
        chain, at = raw[at + 2:at + 2 + 2 * points].reshape(-1, 2), at + 2 + 2 * points
        rows.append(raw[at:at + count])
        at += count
        skip = min(3, (points - 1) // 2)
        x, y = np.clip((chain[skip:points - skip] + .5).astype(int), 0, np.array(truth.shape[::-1]) - 1).T
        on_line, near_line = (line[y, x] <= 6).mean(), (line[y, x] <= 11).mean()
        hit = on_line > .5
        on_edge = not hit and (edge[y, x] <= 6).mean() > .5
        alone = on_edge and (line[y, x] <= 30).mean() < .3
        unclear = (not hit and near_line > .3) or (on_edge and not alone)
        wanted.append(hit or alone)
        weights.append(0 if unclear else points * (.5 if alone else 1))
    return np.array(rows, np.float32), np.array(wanted, np.float32), np.array(weights, np.float32)


def forward(layers, rows):
    """Activations of every layer, the log odds last."""
    out = [rows]
    for i, (weights, bias) in enumerate(layers):
        sums = out[-1] @ weights + bias
        out.append(sums if i == len(layers) - 1 else np.maximum(sums, 0))
    return out


def fit(rows, wanted, weights):
    """Adam on the weighted logistic loss, the rate falling as a cosine."""
    rng = np.random.default_rng(1)
    sizes = (rows.shape[1], *HIDDEN, 1)
    layers = [[rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32), np.zeros(b, np.float32)] for a, b in zip(sizes, sizes[1:])]
    first = [[np.zeros_like(p) for p in layer] for layer in layers]
    second = [[np.zeros_like(p) for p in layer] for layer in layers]
    weights = weights / weights.mean()
    steps, step = EPOCHS * (len(rows) // BATCH), 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(rows))
        for batch in np.split(order[:len(rows) // BATCH * BATCH], len(rows) // BATCH):
            step += 1
            rate = RATE * .5 * (1 + np.cos(np.pi * step / steps))
            out = forward(layers, rows[batch])
            back = ((1 / (1 + np.exp(-out[-1][:, 0])) - wanted[batch]) * weights[batch] / BATCH)[:, None]
            for i in reversed(range(len(layers))):
                slopes = out[i].T @ back + DECAY * layers[i][0], back.sum(0)
                if i:
                    back = (back @ layers[i][0].T) * (out[i] > 0)
                for value, slope, mean, square in zip(layers[i], slopes, first[i], second[i]):
                    mean += .1 * (slope - mean)
                    square += .001 * (slope ** 2 - square)
                    value -= rate * mean / (1 - .9 ** step) / (np.sqrt(square / (1 - .999 ** step)) + 1e-8)
    return layers


def area(odds, wanted, weights):
    """Chance that a wanted arc has the higher odds, arcs weighted by length."""
    order = np.argsort(odds)
    good, bad = (weights * wanted)[order], (weights * (1 - wanted))[order]
    return (good * (np.cumsum(bad) - bad / 2)).sum() / (good.sum() * bad.sum())


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    scene, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    names = sorted(path.stem for path in (scene / "measures").glob("*.bin"))
    scenes = [arcs(scene, name) for name in names]
    held, seen = [[np.concatenate(part) for part in zip(*group)] for group in (scenes[::10], [s for i, s in enumerate(scenes) if i % 10])]
    mean, deviation = seen[0].mean(0), seen[0].std(0) + 1e-6
    clear = seen[2] > 0
    layers = fit(((seen[0] - mean) / deviation)[clear], seen[1][clear], seen[2][clear])
    data, rounded = mean.astype("<f4").tobytes() + (1 / deviation).astype("<f4").tobytes(), []
    for weights, bias in layers:
        rows = np.vstack([weights, bias])
        scale = np.float32(np.abs(rows).max() / 127)
        whole = np.round(rows / scale).astype(np.int8)
        data += scale.astype("<f4").tobytes() + whole.tobytes()
        rounded.append((whole[:-1] * scale, whole[-1] * scale))
    target.write_bytes(data)
    odds = forward(rounded, (held[0] - mean) / deviation)[-1][:, 0]
    print(f"{len(names)} scenes, {len(seen[0])} arcs learned from, area on the held tenth {area(odds, held[1], held[2]):.4f}, {len(data)} bytes")


if __name__ == "__main__":
    main()
