//! A style as a form sends it: a text for each knob.

use model::{Problem, Style};

/// Sets a style's knob as it was chosen. An empty text leaves it as it is, and so does a name that is no knob's.
pub(crate) fn turn(style: &mut Style, knob: &str, text: &str) -> Result<(), Problem> {
    let refused = |_| Problem::style_out_of_range();
    let number = || text.parse::<f32>().map(Some).map_err(|_| Problem::style_out_of_range());
    match knob {
        _ if text.is_empty() => {}
        "preset" => style.preset = text.parse().map_err(refused)?,
        "detail" => style.detail = number()?,
        "line_mm" => style.line_mm = number()?,
        "background" => style.background = text.parse().map_err(refused)?,
        "smoothing" => style.smoothing = number()?,
        "frame" => style.frame = matches!(text, "on" | "true"),
        _ => {}
    }
    Ok(())
}

/// # Errors
/// `style_out_of_range`, also without a preset.
pub fn style_of(sent: &[(String, String)]) -> Result<Style, Problem> {
    if !sent.iter().any(|(name, text)| name == "preset" && !text.is_empty()) {
        return Err(Problem::style_out_of_range());
    }
    let mut style = Style::default();
    for (name, text) in sent {
        turn(&mut style, name, text)?;
    }
    Ok(style)
}
