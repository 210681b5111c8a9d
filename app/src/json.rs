//! JSON by the reader that server functions use. A second reader would double the code that decodes
//! the types of the application, which every browser downloads.

use serde::de::DeserializeOwned;

/// # Errors
/// If `json` is no JSON or does not describe a `T`.
pub fn parse<T: DeserializeOwned>(json: &str) -> Result<T, serde_json::Error> {
    serde_json::from_slice(json.as_bytes())
}
