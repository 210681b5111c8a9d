//! Which files are not photos, told from their bytes before anything is decoded.

use lineart::decode::{DecodeError, check};
use model::ProblemCode;

/// Nothing if the file is a photo the engine reads.
pub fn refusal_of(file: &[u8]) -> Option<ProblemCode> {
    let code = match check(file).err()? {
        DecodeError::Empty => ProblemCode::PhotoEmpty,
        DecodeError::NotAnImage => ProblemCode::PhotoNotAnImage,
        DecodeError::Svg => ProblemCode::PhotoSvg,
        DecodeError::Animated => ProblemCode::PhotoAnimated,
        DecodeError::Heic => ProblemCode::PhotoHeic,
        DecodeError::UnsupportedFormat => ProblemCode::PhotoUnsupported,
        DecodeError::TooManyPixels { .. } => ProblemCode::PhotoTooManyPixels,
        DecodeError::CutOff => ProblemCode::PhotoCutOff,
        DecodeError::Broken => ProblemCode::PhotoBroken,
    };
    Some(code)
}
