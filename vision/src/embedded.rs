//! The weights as part of the program: for programs that draw, and for the server that gives them
//! to browsers.

use std::sync::LazyLock;

use lineart::{Hints, Photo, Sketch};

use crate::{FaceFinder, HINTS_VERSION, PersonSegmenter};

/// A weight file in two encodings.
#[derive(Clone, Copy, Debug)]
pub struct WeightFile {
    /// Such as `faces`.
    pub name: &'static str,
    pub bytes: &'static [u8],
    /// The same, compressed with Brotli (RFC 7932).
    pub brotli: &'static [u8],
}

/// Weights of [`FaceFinder`].
pub const FACES: WeightFile = WeightFile {
    name: "faces",
    bytes: include_bytes!("../weights/faces.bin"),
    brotli: include_bytes!("../weights/faces.bin.br"),
};

/// Weights of [`PersonSegmenter`].
pub const PERSON: WeightFile = WeightFile {
    name: "person",
    bytes: include_bytes!("../weights/person.bin"),
    brotli: include_bytes!("../weights/person.bin.br"),
};

static FACE_FINDER: LazyLock<FaceFinder> =
    LazyLock::new(|| FaceFinder::read(FACES.bytes).expect("the weights belong to this program"));
static PERSON_SEGMENTER: LazyLock<PersonSegmenter> =
    LazyLock::new(|| PersonSegmenter::read(PERSON.bytes).expect("the weights belong to this program"));

/// What the nets see in a photo of the working size.
pub fn find_hints(photo: &Photo) -> Hints {
    Hints { faces: FACE_FINDER.find(photo), person: PERSON_SEGMENTER.segment(photo) }
}

/// The sketch of a photo with the hints of a version: [`HINTS_VERSION`], or 0 for none. `None` for
/// a version that this program does not know.
///
/// The hints are those of the working size, so that the sketch is the same wherever it is drawn.
pub fn sketch(photo: Photo, hints_version: u32) -> Option<Sketch> {
    let photo = photo.into_working_size();
    match hints_version {
        0 => Some(Sketch::new(&photo)),
        HINTS_VERSION => Some(Sketch::with_hints(&photo, &find_hints(&photo))),
        _ => None,
    }
}
