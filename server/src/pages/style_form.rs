//! Parses a drawing style from form fields.

use model::{Problem, Style};

/// Sets one field of the style from a form value. An empty number leaves the field unchanged;
/// unknown names are ignored.
///
/// # Errors
/// `style_out_of_range` for a value that cannot be parsed.
pub(crate) fn set_style_field(style: &mut Style, field: &str, text: &str) -> Result<(), Problem> {
    let out_of_range = |_| Problem::style_out_of_range();
    let number = || text.parse::<f32>().map(Some).map_err(|_| Problem::style_out_of_range());
    let is_checked = matches!(text, "on" | "true");
    match field {
        "preset" => style.preset = text.parse().map_err(out_of_range)?,
        "detail" if !text.is_empty() => style.detail = number()?,
        "line_mm" if !text.is_empty() => style.line_mm = number()?,
        "background" => style.background = text.parse().map_err(out_of_range)?,
        "smoothing" if !text.is_empty() => style.smoothing = number()?,
        "frame" => style.frame = is_checked,
        "without_people" => style.without_people = is_checked,
        _ => {}
    }
    Ok(())
}

/// Parses a style from the fields of a form.
///
/// # Errors
/// `style_out_of_range`, also without a preset.
pub fn parse_style(fields: &[(String, String)]) -> Result<Style, Problem> {
    if !fields.iter().any(|(name, _)| name == "preset") {
        return Err(Problem::style_out_of_range());
    }
    let mut style = Style::default();
    for (name, text) in fields {
        set_style_field(&mut style, name, text)?;
    }
    Ok(style)
}
