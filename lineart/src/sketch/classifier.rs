//! Boundary classifier: a multilayer perceptron with two hidden layers of rectified linear units.
//!
//! It maps the boundary features of a line to the log odds that the line is an outline.
//! `training/fit.py` fits it to synthetic scenes. Weights are quantised to -127 to 127 with one
//! scale per layer.

/// Number of inputs; `boundary_features.rs` computes them in this order.
pub(super) const FEATURE_COUNT: usize = 41;

/// Bound on the magnitude of the log odds, so that one short part cannot outvote a long boundary.
const MAX_LOG_ODDS: f32 = 8.0;

/// Units of the hidden layers.
const HIDDEN_UNITS: [usize; 2] = [24, 12];

/// Little-endian: f32 means and inverse standard deviations of the features; then for each layer an
/// f32 scale and i8 weights, one row of outputs per input, the bias last.
static WEIGHTS: &[u8] = include_bytes!("classifier.weights");

pub(super) struct Classifier {
    mean: [f32; FEATURE_COUNT],
    inverse_deviation: [f32; FEATURE_COUNT],
    hidden_1: [[f32; HIDDEN_UNITS[0]]; FEATURE_COUNT + 1],
    hidden_2: [[f32; HIDDEN_UNITS[1]]; HIDDEN_UNITS[0] + 1],
    output: [[f32; 1]; HIDDEN_UNITS[1] + 1],
}

impl Classifier {
    /// Reads the embedded weights.
    pub fn new() -> Classifier {
        let mut bytes = WEIGHTS;
        Classifier {
            mean: std::array::from_fn(|_| read_f32(&mut bytes)),
            inverse_deviation: std::array::from_fn(|_| read_f32(&mut bytes)),
            hidden_1: read_layer(&mut bytes),
            hidden_2: read_layer(&mut bytes),
            output: read_layer(&mut bytes),
        }
    }

    /// Log odds that a line with these features is an outline, -8 to 8.
    pub fn log_odds(&self, features: &[f32; FEATURE_COUNT]) -> f32 {
        let normalised =
            std::array::from_fn::<f32, FEATURE_COUNT, _>(|i| (features[i] - self.mean[i]) * self.inverse_deviation[i]);
        let hidden_1 = apply_dense_layer(&normalised, &self.hidden_1).map(|sum| sum.max(0.0));
        let hidden_2 = apply_dense_layer(&hidden_1, &self.hidden_2).map(|sum| sum.max(0.0));
        apply_dense_layer(&hidden_2, &self.output)[0].clamp(-MAX_LOG_ODDS, MAX_LOG_ODDS)
    }
}

/// Takes a little-endian number from the front of `bytes`; 0 at the end.
fn read_f32(bytes: &mut &[u8]) -> f32 {
    match bytes.split_first_chunk() {
        Some((number, rest)) => {
            *bytes = rest;
            f32::from_le_bytes(*number)
        }
        None => 0.0,
    }
}

/// Takes the scale and the weights of a layer from the front of `bytes`.
fn read_layer<const ROWS: usize, const OUT: usize>(bytes: &mut &[u8]) -> [[f32; OUT]; ROWS] {
    let scale = read_f32(bytes);
    let mut rows = [[0.0; OUT]; ROWS];
    let (weights, rest) = bytes.split_at((ROWS * OUT).min(bytes.len()));
    *bytes = rest;
    for (value, &weight) in rows.as_flattened_mut().iter_mut().zip(weights) {
        *value = f32::from(weight as i8) * scale;
    }
    rows
}

/// Fully connected layer: `inputs` times their rows of weights, plus the last row as the bias.
fn apply_dense_layer<const OUT: usize>(inputs: &[f32], rows: &[[f32; OUT]]) -> [f32; OUT] {
    let mut sums = rows[inputs.len()];
    for (input, row) in inputs.iter().zip(rows) {
        for (sum, weight) in sums.iter_mut().zip(row) {
            *sum += input * weight;
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_fill_the_network_to_the_last_byte() {
        let [first, second] = HIDDEN_UNITS;
        let weights = (FEATURE_COUNT + 1) * first + (first + 1) * second + second + 1;
        assert_eq!(WEIGHTS.len(), FEATURE_COUNT * 8 + 3 * 4 + weights);
    }

    #[test]
    fn dense_layer_adds_its_bias_to_weighted_inputs() {
        assert_eq!(apply_dense_layer(&[2.0, 3.0], &[[1.0, 0.0], [0.0, 10.0], [0.5, -0.5]]), [2.5, 29.5]);
    }
}
