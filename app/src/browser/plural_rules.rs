//! Plural categories of the document's language, by `Intl.PluralRules`.

use js_sys::{Array, Intl::PluralRules, Object};

use super::document;

thread_local! {
    static RULES: PluralRules = PluralRules::new(&Array::of1(&document::language().into()), &Object::new());
}

/// The CLDR plural category of a whole number.
pub fn category(number: i64) -> &'static str {
    let category = RULES.with(|rules| String::from(rules.select(number as f64)));
    ["zero", "one", "two", "few", "many"].into_iter().find(|known| *known == category).unwrap_or("other")
}
