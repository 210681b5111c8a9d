//! Runs the engine on noise until the browser has compiled it for speed.
//!
//! Browsers compile WebAssembly quickly at first, and well only what has run for a while: twice as
//! fast in the end. A strip of noise keeps every part of the engine busy until then.

use lineart::{Photo, Preset};
use model::Style;

use super::engine;

const WIDTH: u32 = 1024;
const HEIGHT: u32 = 96;
const RUNS: u32 = 8;

/// The runs that are left. One run is a piece of idle work.
pub(super) struct WarmUp {
    left: u32,
}

impl Default for WarmUp {
    fn default() -> Self {
        Self { left: RUNS }
    }
}

impl WarmUp {
    pub(super) fn is_needed(&self) -> bool {
        self.left > 0
    }

    /// Makes further runs unnecessary: the first photo is there.
    pub(super) fn end(&mut self) {
        self.left = 0;
    }

    /// Draws noise once, and leaves no photo loaded.
    pub(super) fn run(&mut self) {
        self.left -= 1;
        if let Ok(noise) = Photo::from_rgba(WIDTH, HEIGHT, &noise()) {
            engine::load(noise);
            engine::draw(&Style::from_preset(Preset::Detailed));
            engine::unload();
        }
    }
}

/// RGBA.
fn noise() -> Vec<u8> {
    (0..WIDTH * HEIGHT * 4).map(|i| (i.wrapping_mul(i).wrapping_mul(0x9e37_79b1) >> 24) as u8).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn warm_up_ends_after_its_runs() {
        let mut warm_up = WarmUp { left: 1 };
        warm_up.run();
        assert!(!warm_up.is_needed());
        assert!(engine::working_photo().is_none());
    }
}
