//! Catalogs for the browser: the messages of the site, compiled from Fluent to the patterns of
//! [`model::catalog`], as JSON at a path that changes with the contents.

use std::sync::LazyLock;

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, Variant, VariantKey},
    parser,
    unicode::unescape_unicode_to_string,
};
use model::{Catalog, Language};
use sha2::{Digest, Sha256};

use super::fluent::site_ftl_files;

/// A catalog as the browser downloads it.
pub struct CatalogFile {
    /// The path of its URL, such as `/i18n/de.0123456789abcdef.json`.
    pub path: String,
    pub json: String,
}

static CATALOG_FILES: LazyLock<[CatalogFile; 6]> = LazyLock::new(|| Language::ALL.map(build_catalog_file));

/// The catalogs of all languages.
pub fn catalog_files() -> &'static [CatalogFile] {
    &*CATALOG_FILES
}

/// The URL path of a language's catalog.
pub fn catalog_path(language: Language) -> &'static str {
    &CATALOG_FILES[language as usize].path
}

fn build_catalog_file(language: Language) -> CatalogFile {
    // Strings by strings cannot fail to serialize.
    let json = serde_json::to_string(&compile_catalog(language)).unwrap_or_default();
    let hash = hex::encode(&Sha256::digest(&json)[..8]);
    CatalogFile { path: format!("/i18n/{}.{hash}.json", language.as_str()), json }
}

fn compile_catalog(language: Language) -> Catalog {
    let mut patterns = Vec::new();
    for file in site_ftl_files(language) {
        // Tests ensure that every file is valid; of a damaged one the valid messages are used.
        let resource = parser::parse_runtime(file).unwrap_or_else(|(rest, _)| rest);
        for entry in resource.body {
            let Entry::Message(message) = entry else { continue };
            let name = message.id.name;
            let own = message.value.map(|pattern| (name.to_owned(), pattern));
            let attributes = message
                .attributes
                .into_iter()
                .map(|attribute| (format!("{name}.{}", attribute.id.name), attribute.value));
            patterns.extend(own.into_iter().chain(attributes));
        }
    }
    // Tests ensure that no message is left out.
    patterns.into_iter().filter_map(|(name, pattern)| Some((name, compile_pattern(&pattern)?))).collect()
}

/// The pattern in the catalog's syntax, or `None` if it has references or function calls.
fn compile_pattern(pattern: &Pattern<&str>) -> Option<String> {
    pattern
        .elements
        .iter()
        .map(|element| match element {
            PatternElement::TextElement { value } => Some(quote(value)),
            PatternElement::Placeable { expression } => compile_expression(expression),
        })
        .collect()
}

fn compile_expression(expression: &Expression<&str>) -> Option<String> {
    match expression {
        Expression::Inline(InlineExpression::VariableReference { id }) => Some(format!("{{{}}}", id.name)),
        Expression::Inline(InlineExpression::StringLiteral { value }) => {
            Some(quote(&unescape_unicode_to_string(value)))
        }
        Expression::Inline(InlineExpression::Placeable { expression }) => compile_expression(expression),
        Expression::Select { selector: InlineExpression::VariableReference { id }, variants } => {
            compile_select(id.name, variants)
        }
        _ => None,
    }
}

/// The default variant comes last, as `other`.
fn compile_select(argument: &str, variants: &[Variant<&str>]) -> Option<String> {
    let is_plural = variants.iter().all(|variant| match variant.key {
        VariantKey::NumberLiteral { .. } => true,
        VariantKey::Identifier { name } => ["zero", "one", "two", "few", "many", "other"].contains(&name),
    });
    let (defaults, others): (Vec<_>, Vec<_>) = variants.iter().partition(|variant| variant.default);
    let mut output = format!("{{{argument},{},", if is_plural { "plural" } else { "select" });
    for variant in others.into_iter().chain(defaults) {
        let text = compile_pattern(&variant.value)?;
        output += &match variant.key {
            _ if variant.default => format!("other{{{text}}}"),
            VariantKey::NumberLiteral { value } => format!("={value}{{{text}}}"),
            VariantKey::Identifier { name } => format!("{name}{{{text}}}"),
        };
    }
    Some(output + "}")
}

/// Quotes the braces of a text, and the apostrophes that would quote something.
fn quote(text: &str) -> String {
    let mut output = String::new();
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '{' | '}' => output.extend(['\'', character, '\'']),
            // The end of a text may be followed by a brace.
            '\'' if characters.peek().is_none_or(|next| ['\'', '{', '}'].contains(next)) => output += "''",
            _ => output.push(character),
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compile(ftl: &str) -> Option<String> {
        let resource = parser::parse_runtime(ftl).expect("valid Fluent");
        let Some(Entry::Message(message)) = resource.body.into_iter().next() else { panic!("no message") };
        compile_pattern(&message.value.expect("a value"))
    }

    #[test]
    fn default_variant_is_the_last_as_other() {
        let ftl = "pages = Has { $count ->\n    *[2] a pair\n    [one] { $count } page\n}.";
        assert_eq!(compile(ftl).as_deref(), Some("Has {count,plural,one{{count} page}other{a pair}}."));
        let ftl = "day = { $day ->\n    [today] Today\n    *[later] { $day }\n}";
        assert_eq!(compile(ftl).as_deref(), Some("{day,select,today{Today}other{{day}}}"));
    }

    #[test]
    fn characters_of_the_syntax_are_quoted() {
        assert_eq!(compile(r#"a = it's { "{" }'{ $b }''c"#).as_deref(), Some("it's '{'''{b}'''c"));
    }

    #[test]
    fn references_are_not_supported() {
        for ftl in ["a = { b }", "a = { -b }", "a = { NUMBER($b) }", "a = { -b.c ->\n    *[d] e\n}"] {
            assert_eq!(compile(ftl), None, "{ftl}");
        }
    }
}
