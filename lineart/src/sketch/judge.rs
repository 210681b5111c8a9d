//! The odds that a line is one to draw: a small network (41 measures, 24 and 12 hidden, rectified), trained by
//! `training/fit.py` on drawn scenes. Weights are whole numbers of -127 to 127 with one scale for each layer.

/// What the odds are made from: see [`super::witness`].
pub(super) const MEASURES: usize = 41;

/// No line is surer than this: one odd part may not outvote a long boundary.
const SUREST: f32 = 8.0;

const HIDDEN: [usize; 2] = [24, 12];

/// Means and inverse deviations of the measures, then for each layer its scale and its weights, input by input, the
/// bias last.
static WEIGHTS: &[u8] = include_bytes!("judge.weights");

pub(super) struct Judge {
    mean: [f32; MEASURES],
    inverse: [f32; MEASURES],
    first: [[f32; HIDDEN[0]]; MEASURES + 1],
    second: [[f32; HIDDEN[1]]; HIDDEN[0] + 1],
    last: [[f32; 1]; HIDDEN[1] + 1],
}

impl Judge {
    pub fn new() -> Judge {
        let mut bytes = WEIGHTS;
        Judge {
            mean: std::array::from_fn(|_| number(&mut bytes)),
            inverse: std::array::from_fn(|_| number(&mut bytes)),
            first: layer(&mut bytes),
            second: layer(&mut bytes),
            last: layer(&mut bytes),
        }
    }

    /// Log odds.
    pub fn odds(&self, measures: &[f32; MEASURES]) -> f32 {
        let even = std::array::from_fn::<f32, MEASURES, _>(|i| (measures[i] - self.mean[i]) * self.inverse[i]);
        let first = through(&even, &self.first).map(|sum| sum.max(0.0));
        let second = through(&first, &self.second).map(|sum| sum.max(0.0));
        through(&second, &self.last)[0].clamp(-SUREST, SUREST)
    }
}

fn number(bytes: &mut &[u8]) -> f32 {
    match bytes.split_first_chunk() {
        Some((number, rest)) => {
            *bytes = rest;
            f32::from_le_bytes(*number)
        }
        None => 0.0,
    }
}

fn layer<const ROWS: usize, const OUT: usize>(bytes: &mut &[u8]) -> [[f32; OUT]; ROWS] {
    let scale = number(bytes);
    let mut rows = [[0.0; OUT]; ROWS];
    let (weights, rest) = bytes.split_at((ROWS * OUT).min(bytes.len()));
    *bytes = rest;
    for (value, &weight) in rows.as_flattened_mut().iter_mut().zip(weights) {
        *value = f32::from(weight as i8) * scale;
    }
    rows
}

/// Sums of the inputs times their rows; the last row is added as it is.
fn through<const OUT: usize>(inputs: &[f32], rows: &[[f32; OUT]]) -> [f32; OUT] {
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
    fn the_weights_fill_the_network_to_the_last_byte() {
        let [first, second] = HIDDEN;
        let weights = (MEASURES + 1) * first + (first + 1) * second + second + 1;
        assert_eq!(WEIGHTS.len(), MEASURES * 8 + 3 * 4 + weights);
    }

    #[test]
    fn a_layer_adds_its_bias_to_weighted_inputs() {
        assert_eq!(through(&[2.0, 3.0], &[[1.0, 0.0], [0.0, 10.0], [0.5, -0.5]]), [2.5, 29.5]);
    }
}
