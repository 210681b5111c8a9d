//! Photo uploads: limits, decoding errors as problems, and stored files.

use lineart::DecodeError;
use serde::{Deserialize, Serialize};

use crate::{AssetId, Problem};

/// Largest size of an uploaded file in bytes (10 MiB).
pub const MAX_UPLOAD_BYTES: u64 = 10 * 1024 * 1024;
/// Largest long edge of a stored photo in pixels; larger ones are scaled down to it.
pub const MAX_PHOTO_EDGE: u32 = 4096;

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Empty => Self::photo_empty(),
            DecodeError::NotAnImage => Self::photo_not_an_image(),
            DecodeError::Svg => Self::photo_svg(),
            DecodeError::Animated => Self::photo_animated(),
            DecodeError::Heic => Self::photo_heic(),
            DecodeError::UnsupportedFormat => Self::photo_unsupported(),
            DecodeError::UnsupportedJpeg => Self::photo_unsupported_jpeg(),
            DecodeError::TooManyPixels { .. } => Self::photo_too_many_pixels(),
            DecodeError::CutOff => Self::photo_cut_off(),
            DecodeError::Broken => Self::photo_broken(),
        }
    }
}

/// Purpose of a stored file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AssetKind {
    /// An uploaded photo, rotated upright and without metadata.
    Original,
    /// The result of one step of a generator, input of the next.
    Intermediate,
    /// A drawing.
    Artifact,
    /// A thumbnail of a drawing.
    Preview,
}

impl AssetKind {
    /// The name in JSON and in the database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Intermediate => "intermediate",
            Self::Artifact => "artifact",
            Self::Preview => "preview",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Original, Self::Intermediate, Self::Artifact, Self::Preview]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// A stored file, as shown to its owner.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Asset {
    pub id: AssetId,
    /// Key in the object store.
    pub path: String,
    pub kind: AssetKind,
    pub content_type: String,
    /// Size of the file.
    pub bytes: i64,
    pub width: i64,
    pub height: i64,
    /// RFC 3339 in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}

/// A photo that was uploaded without an account, and the token that moves it to one.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UnclaimedAsset {
    #[serde(flatten)]
    pub asset: Asset,
    /// Bearer token: its holder can move the photo to their account.
    pub claim: String,
}

/// A presigned upload: the photo is sent by PUT with this content type and length. After that its
/// id can be used for a page.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadTicket {
    pub id: AssetId,
    /// Key in the object store until the photo is processed.
    pub path: String,
    pub upload_url: String,
    pub content_type: String,
    pub bytes: i64,
    /// When the URL becomes invalid; RFC 3339 in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}
