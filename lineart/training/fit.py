#!/usr/bin/env python3
"""Fits the boundary classifier, a multilayer perceptron, to synthetic scenes and writes its weights.

  scenes.py SCENES 46; scenes.py SCENES 58 90
  cargo run --release -p lineart --features training --example arc_features -- \
      SCENES/features SCENES/photo/*.jpg
  fit.py SCENES ../src/sketch/classifier.weights

An arc is a positive if most of it lies within 6 px of a drawn line, or within 6 px of an edge of
paint without a line nearby, as in photos, where nobody drew lines. Edges of paint beside a line are
ambiguous and have weight 0. Prints the area under the ROC curve on a tenth of the scenes that is
held out. Needs: pillow, numpy, scipy.
"""
import pathlib, sys
import numpy as np
from PIL import Image
from scipy import ndimage as nd

HIDDEN_UNITS = (24, 12)
EPOCHS, BATCH_SIZE, LEARNING_RATE, WEIGHT_DECAY = 4, 2048, 4e-3, 1e-4
ADAM_BETA_1, ADAM_BETA_2, ADAM_EPSILON = .9, .999, 1e-8

# Weight of a positive that is an edge of paint without a line, relative to a drawn line.
EDGE_WEIGHT = .5


def load_arcs(folder, name):
    """Features, labels and sample weights of the arcs of one scene."""
    raw, at = np.fromfile(folder / "features" / f"{name}.bin", "<f4"), 0
    truth = np.asarray(Image.open(folder / "truth" / f"{name}.png"))
    to_line = nd.distance_transform_edt(truth >= 64)
    to_edge = nd.distance_transform_edt((truth < 64) | (truth > 200))
    features, labels, weights = [], [], []
    while at < len(raw):
        points, count = int(raw[at]), int(raw[at + 1])
        polyline, at = raw[at + 2:at + 2 + 2 * points].reshape(-1, 2), at + 2 + 2 * points
        features.append(raw[at:at + count])
        at += count
        skip = min(3, (points - 1) // 2)
        x, y = np.clip((polyline[skip:points - skip] + .5).astype(int), 0, np.array(truth.shape[::-1]) - 1).T
        share_on_line, share_near_line = (to_line[y, x] <= 6).mean(), (to_line[y, x] <= 11).mean()
        is_line = share_on_line > .5
        is_edge = not is_line and (to_edge[y, x] <= 6).mean() > .5
        is_lone_edge = is_edge and (to_line[y, x] <= 30).mean() < .3
        is_ambiguous = (not is_line and share_near_line > .3) or (is_edge and not is_lone_edge)
        labels.append(is_line or is_lone_edge)
        weights.append(0 if is_ambiguous else points * (EDGE_WEIGHT if is_lone_edge else 1))
    return np.array(features, np.float32), np.array(labels, np.float32), np.array(weights, np.float32)


def forward(layers, inputs):
    """Activations of every layer, the inputs first and the log odds last."""
    activations = [inputs]
    for i, (weights, bias) in enumerate(layers):
        sums = activations[-1] @ weights + bias
        activations.append(sums if i == len(layers) - 1 else np.maximum(sums, 0))
    return activations


def fit(features, labels, sample_weights):
    """Minimises the weighted logistic loss with Adam and a cosine learning rate schedule."""
    rng = np.random.default_rng(1)
    sizes = (features.shape[1], *HIDDEN_UNITS, 1)
    layers = [[rng.normal(0, np.sqrt(2 / a), (a, b)).astype(np.float32), np.zeros(b, np.float32)] for a, b in zip(sizes, sizes[1:])]
    first_moments = [[np.zeros_like(p) for p in layer] for layer in layers]
    second_moments = [[np.zeros_like(p) for p in layer] for layer in layers]
    sample_weights = sample_weights / sample_weights.mean()
    batches = len(features) // BATCH_SIZE
    steps, step = EPOCHS * batches, 0
    for _ in range(EPOCHS):
        order = rng.permutation(len(features))
        for batch in np.split(order[:batches * BATCH_SIZE], batches):
            step += 1
            rate = LEARNING_RATE * .5 * (1 + np.cos(np.pi * step / steps))
            activations = forward(layers, features[batch])
            probability = 1 / (1 + np.exp(-activations[-1][:, 0]))
            delta = ((probability - labels[batch]) * sample_weights[batch] / BATCH_SIZE)[:, None]
            for i in reversed(range(len(layers))):
                gradients = activations[i].T @ delta + WEIGHT_DECAY * layers[i][0], delta.sum(0)
                if i:
                    delta = (delta @ layers[i][0].T) * (activations[i] > 0)
                for value, gradient, mean, square in zip(layers[i], gradients, first_moments[i], second_moments[i]):
                    mean += (1 - ADAM_BETA_1) * (gradient - mean)
                    square += (1 - ADAM_BETA_2) * (gradient ** 2 - square)
                    deviation = np.sqrt(square / (1 - ADAM_BETA_2 ** step)) + ADAM_EPSILON
                    value -= rate * mean / (1 - ADAM_BETA_1 ** step) / deviation
    return layers


def area_under_roc(log_odds, labels, weights):
    """Probability that a positive has higher log odds than a negative, both weighted."""
    order = np.argsort(log_odds)
    positive, negative = (weights * labels)[order], (weights * (1 - labels))[order]
    return (positive * (np.cumsum(negative) - negative / 2)).sum() / (positive.sum() * negative.sum())


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    folder, target = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    names = sorted(path.stem for path in (folder / "features").glob("*.bin"))
    scenes = [load_arcs(folder, name) for name in names]
    groups = scenes[::10], [scene for i, scene in enumerate(scenes) if i % 10]
    held_out, training = [[np.concatenate(part) for part in zip(*group)] for group in groups]
    mean, deviation = training[0].mean(0), training[0].std(0) + 1e-6
    clear = training[2] > 0
    layers = fit(((training[0] - mean) / deviation)[clear], training[1][clear], training[2][clear])
    # The format is described at WEIGHTS in classifier.rs.
    data, quantised_layers = mean.astype("<f4").tobytes() + (1 / deviation).astype("<f4").tobytes(), []
    for weights, bias in layers:
        rows = np.vstack([weights, bias])
        scale = np.float32(np.abs(rows).max() / 127)
        quantised = np.round(rows / scale).astype(np.int8)
        data += scale.astype("<f4").tobytes() + quantised.tobytes()
        quantised_layers.append((quantised[:-1] * scale, quantised[-1] * scale))
    target.write_bytes(data)
    log_odds = forward(quantised_layers, (held_out[0] - mean) / deviation)[-1][:, 0]
    area = area_under_roc(log_odds, held_out[1], held_out[2])
    print(f"{len(names)} scenes, {len(training[0])} training arcs, held-out area under ROC {area:.4f}, {len(data)} bytes")


if __name__ == "__main__":
    main()
