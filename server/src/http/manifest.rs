//! `/manifest.webmanifest`: what the installed app is called and offers, in the reader's language.

use std::{fs, path::Path};

use axum::{
    Router,
    http::{HeaderValue, header},
    middleware::from_fn,
    routing::get,
};
use serde_json::Value;

use super::language;
use crate::{
    AppState, Error,
    i18n::{self, tr},
};

pub const NAME: &str = "manifest.webmanifest";

/// The route, if the site has the file.
pub fn route(folder: &Path) -> Result<Router<AppState>, Error> {
    let Ok(file) = fs::read_to_string(folder.join(NAME)) else { return Ok(Router::new()) };
    let manifest: Value = serde_json::from_str(&file).map_err(|error| Error::config(format!("{NAME}: {error}")))?;
    let kind = (header::CONTENT_TYPE, HeaderValue::from_static("application/manifest+json"));
    let answer = async move || ([kind], in_words(manifest.clone()).to_string());
    Ok(Router::new().route(&format!("/{NAME}"), get(answer).layer(from_fn(language::speak))))
}

/// The file is in English; what people read of it is said anew, in its order.
fn in_words(mut manifest: Value) -> Value {
    manifest["lang"] = i18n::current_language().as_str().into();
    manifest["dir"] = i18n::current_language().direction().into();
    manifest["name"] = tr("product").into();
    manifest["description"] = tr("site-description").into();
    let lists = [
        ("shortcuts", "name", vec![tr("make-page"), tr("your-pages")]),
        ("screenshots", "label", vec![tr("install-phone"), tr("install-home"), tr("install-desk")]),
    ];
    for (list, field, words) in lists {
        for (item, words) in manifest[list].as_array_mut().into_iter().flatten().zip(words) {
            item[field] = words.into();
        }
    }
    manifest
}

#[cfg(test)]
mod tests {
    use model::Language;

    use super::*;
    use crate::i18n::{Locale, with_locale};

    fn file() -> Value {
        serde_json::from_str(include_str!("../../../public/manifest.webmanifest")).expect("JSON")
    }

    #[tokio::test]
    async fn in_english_it_says_what_the_file_says() {
        let english = Locale { language: Language::En, chosen_by_user: false };
        let mut expected = file();
        expected["dir"] = "ltr".into();
        assert_eq!(with_locale(english, async { in_words(file()) }).await, expected);
    }

    #[tokio::test]
    async fn in_another_language_nothing_is_left_in_english() {
        let arabic = Locale { language: Language::Ar, chosen_by_user: false };
        let (said, english) = (with_locale(arabic, async { in_words(file()) }).await, file());
        assert_eq!((&said["lang"], &said["dir"]), (&"ar".into(), &"rtl".into()));
        assert_ne!(said["description"], english["description"]);
        for (list, field) in [("shortcuts", "name"), ("screenshots", "label")] {
            let all = |manifest: &Value| manifest[list].as_array().cloned().expect("a list");
            for (ours, theirs) in all(&said).iter().zip(all(&english)) {
                assert_ne!(ours[field], theirs[field]);
                assert_eq!((&ours["src"], &ours["url"]), (&theirs["src"], &theirs["url"]));
            }
        }
    }
}
