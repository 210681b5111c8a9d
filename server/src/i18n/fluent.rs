//! Fluent bundles: the messages of `locales/`, compiled in, and their formatting.

use std::sync::LazyLock;

use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use model::{Language, Value};

type Bundle = FluentBundle<FluentResource>;

macro_rules! ftl_files {
    ($($language:ident $folder:literal)*) => {
        /// Sources of the Fluent files with the messages of the site.
        pub fn site_ftl_files(language: Language) -> [&'static str; 7] {
            match language { $(Language::$language => [
                include_str!(concat!("../../../locales/", $folder, "/site.ftl")),
                include_str!(concat!("../../../locales/", $folder, "/home.ftl")),
                include_str!(concat!("../../../locales/", $folder, "/create.ftl")),
                include_str!(concat!("../../../locales/", $folder, "/account.ftl")),
                include_str!(concat!("../../../locales/", $folder, "/pages.ftl")),
                include_str!(concat!("../../../locales/", $folder, "/privacy.ftl")),
                include_str!(concat!("../../../locales/", $folder, "/problems.ftl")),
            ],)* }
        }

        /// Source of the Fluent file with the messages of mails.
        pub fn mail_ftl_file(language: Language) -> &'static str {
            match language { $(Language::$language =>
                include_str!(concat!("../../../locales/", $folder, "/mails.ftl")),
            )* }
        }
    };
}

ftl_files! { En "en" Es "es" Fr "fr" De "de" Ar "ar" Zh "zh" }

static BUNDLES: LazyLock<[Bundle; 6]> = LazyLock::new(|| Language::ALL.map(load_bundle));

/// Formats a language's own message, or returns `None` if it has none of this name.
pub fn format_message(language: Language, name: &str, arguments: &[(&'static str, Value)]) -> Option<String> {
    let bundle = &BUNDLES[language as usize];
    let (id, attribute) = name.split_once('.').map_or((name, None), |(id, attribute)| (id, Some(attribute)));
    let message = bundle.get_message(id)?;
    let pattern = match attribute {
        Some(attribute) => message.get_attribute(attribute)?.value(),
        None => message.value()?,
    };
    let arguments: FluentArgs = arguments.iter().map(|(name, value)| (*name, fluent_value(value))).collect();
    // Errors here are missing arguments, whose names then appear in the text.
    Some(bundle.format_pattern(pattern, Some(&arguments), &mut Vec::new()).into_owned())
}

fn fluent_value<'a>(value: &'a Value) -> FluentValue<'a> {
    match value {
        Value::Text(text) => (&**text).into(),
        Value::Number(number) => (*number).into(),
    }
}

fn load_bundle(language: Language) -> Bundle {
    let id = language.as_str().parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![id]);
    // No automatic bidi isolation, because codes are copied and must not contain control
    // characters. Messages isolate names and addresses themselves where needed (U+2068, U+2069).
    bundle.set_use_isolating(false);
    for file in site_ftl_files(language).into_iter().chain([mail_ftl_file(language)]) {
        // Tests ensure that every file is valid; of a damaged one the valid messages are used.
        let resource = FluentResource::try_new(file.to_owned()).unwrap_or_else(|(rest, _)| rest);
        bundle.add_resource_overriding(resource);
    }
    bundle
}
