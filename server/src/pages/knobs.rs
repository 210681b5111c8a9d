//! A style as a form sends it: a text for each knob.

use model::{Problem, Style};

/// Sets a style's knob as it was chosen. A number that was left empty stays as it is; a name that is no knob's is nothing.
pub(crate) fn turn(style: &mut Style, knob: &str, text: &str) -> Result<(), Problem> {
    let refused = |_| Problem::style_out_of_range();
    let number = || text.parse::<f32>().map(Some).map_err(|_| Problem::style_out_of_range());
    match knob {
        "preset" => style.preset = text.parse().map_err(refused)?,
        "detail" if !text.is_empty() => style.detail = number()?,
        "line_mm" if !text.is_empty() => style.line_mm = number()?,
        "background" => style.background = text.parse().map_err(refused)?,
        "smoothing" if !text.is_empty() => style.smoothing = number()?,
        "frame" => style.frame = matches!(text, "on" | "true"),
        _ => {}
    }
    Ok(())
}

/// # Errors
/// `style_out_of_range`, also without a preset.
pub fn style_of(sent: &[(String, String)]) -> Result<Style, Problem> {
    if !sent.iter().any(|(name, _)| name == "preset") {
        return Err(Problem::style_out_of_range());
    }
    let mut style = Style::default();
    for (name, text) in sent {
        turn(&mut style, name, text)?;
    }
    Ok(style)
}
