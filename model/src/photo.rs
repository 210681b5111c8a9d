//! A photo on its way up: how large it may be, and what it is once stored.

use lineart::DecodeError;
use serde::{Deserialize, Serialize};

use crate::{AssetId, Problem};

/// The largest file taken: 10 MB.
pub const MAX_BYTES: u64 = 10 * 1024 * 1024;
/// The browser sends no photo with a longer side than this, in pixels.
pub const MAX_EDGE: u32 = 4096;

impl From<DecodeError> for Problem {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Empty => Self::photo_empty(),
            DecodeError::NotAnImage => Self::photo_not_an_image(),
            DecodeError::Svg => Self::photo_svg(),
            DecodeError::Animated => Self::photo_animated(),
            DecodeError::Heic => Self::photo_heic(),
            DecodeError::UnsupportedFormat => Self::photo_unsupported(),
            DecodeError::TooManyPixels { .. } => Self::photo_too_many_pixels(),
            DecodeError::CutOff => Self::photo_cut_off(),
            DecodeError::Broken => Self::photo_broken(),
        }
    }
}

/// What a stored file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AssetKind {
    /// A photo as it was uploaded, upright and without metadata.
    Original,
    /// What a step leaves for the next.
    Intermediate,
    /// A drawing.
    Artifact,
    /// A small picture of a drawing.
    Preview,
}

impl AssetKind {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Intermediate => "intermediate",
            Self::Artifact => "artifact",
            Self::Preview => "preview",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Original, Self::Intermediate, Self::Artifact, Self::Preview]
            .into_iter()
            .find(|kind| kind.as_str() == text)
    }
}

/// A stored file as its owner sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Asset {
    pub id: AssetId,
    /// Its key in the store.
    pub path: String,
    pub kind: AssetKind,
    pub content_type: String,
    pub bytes: i64,
    pub width: i64,
    pub height: i64,
    /// RFC 3339, UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}

/// A photo that nobody signed in for: whoever shows the claim may have it moved to an account.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ClaimedLater {
    #[serde(flatten)]
    pub asset: Asset,
    pub claim: String,
}

/// Where a photo may be sent by PUT, with this content type and length; its id is good for a page from then on.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UploadTicket {
    pub id: AssetId,
    /// Its key in the store until it was read.
    pub path: String,
    pub upload_url: String,
    pub content_type: String,
    pub bytes: i64,
    /// RFC 3339, UTC: until when it has to be used.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    pub expires_at: String,
}
