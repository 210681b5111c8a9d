//! `/manifest.webmanifest`: the web app manifest, translated to the language of the request.

use std::{fs, path::Path};

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::from_fn,
    routing::get,
};
use serde_json::Value;

use super::language::negotiate_language;
use crate::{
    AppState, Error,
    i18n::{self, tr},
};

pub const FILE_NAME: &str = "manifest.webmanifest";

/// The route of the manifest, or no route if `folder` does not have the file.
pub fn manifest_route(folder: &Path) -> Result<Router<AppState>, Error> {
    let Ok(file) = fs::read_to_string(folder.join(FILE_NAME)) else { return Ok(Router::new()) };
    let manifest: Value =
        serde_json::from_str(&file).map_err(|error| Error::config(format!("{FILE_NAME}: {error}")))?;
    let content_type = (header::CONTENT_TYPE, HeaderValue::from_static("application/manifest+json"));
    let handler = async move || ([content_type], localize_manifest(manifest.clone()).to_string());
    Ok(Router::new().route(&format!("/{FILE_NAME}"), get(handler).layer(from_fn(negotiate_language))))
}

/// Translates the texts of the manifest, whose file is in English.
fn localize_manifest(mut manifest: Value) -> Value {
    manifest["lang"] = i18n::current_language().as_str().into();
    manifest["dir"] = i18n::current_language().direction().into();
    manifest["name"] = tr("product").into();
    manifest["description"] = tr("site-description").into();
    // Texts in the order of the items in the file.
    let lists = [
        ("shortcuts", "name", vec![tr("make-page"), tr("your-pages")]),
        ("screenshots", "label", vec![tr("install-phone"), tr("install-home"), tr("install-desk")]),
    ];
    for (list, field, texts) in lists {
        for (item, text) in manifest[list].as_array_mut().into_iter().flatten().zip(texts) {
            item[field] = text.into();
        }
    }
    manifest
}

#[cfg(test)]
mod tests {
    use model::Language;

    use super::*;
    use crate::i18n::{Locale, with_locale};

    fn manifest_file() -> Value {
        serde_json::from_str(include_str!("../../../public/manifest.webmanifest")).expect("JSON")
    }

    async fn manifest_in(language: Language) -> Value {
        with_locale(Locale { language, chosen_by_user: false }, async { localize_manifest(manifest_file()) }).await
    }

    #[tokio::test]
    async fn english_manifest_equals_the_file() {
        let mut expected = manifest_file();
        expected["dir"] = "ltr".into();
        assert_eq!(manifest_in(Language::En).await, expected);
    }

    #[tokio::test]
    async fn arabic_manifest_translates_every_text() {
        let (arabic, english) = (manifest_in(Language::Ar).await, manifest_file());
        assert_eq!((&arabic["lang"], &arabic["dir"]), (&"ar".into(), &"rtl".into()));
        assert_ne!(arabic["description"], english["description"]);
        for (list, field, count) in [("shortcuts", "name", 2), ("screenshots", "label", 3)] {
            let items = |manifest: &Value| manifest[list].as_array().cloned().expect("a list");
            assert_eq!(items(&arabic).len(), count, "{list}");
            for (translated, original) in items(&arabic).iter().zip(items(&english)) {
                assert_ne!(translated[field], original[field]);
                assert_eq!((&translated["src"], &translated["url"]), (&original["src"], &original["url"]));
            }
        }
    }
}
