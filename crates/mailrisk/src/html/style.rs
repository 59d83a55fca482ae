//! Whether a style hides what it is for.

/// What an inline style does to the sight of its element.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// Nothing of it is shown, whatever is inside says.
    pub gone: bool,
    /// Its text is too small to be seen; `Some(false)` when it has a size that can be.
    pub tiny: Option<bool>,
    /// It only keeps its place; `Some(false)` when it is shown again.
    pub invisible: Option<bool>,
    /// It says outright that it is shown, whatever a style sheet says.
    pub shows: bool,
}

/// Reads an inline style. Of two that say the same, the later counts.
#[must_use]
pub fn style(text: &str) -> Style {
    let text: String = text.chars().filter(|c| !c.is_whitespace()).take(2_000).flat_map(char::to_lowercase).collect();
    let (mut out, mut display, mut faint, mut indented, mut flat) = (Style::default(), None, false, false, false);
    for rule in text.split(';') {
        let (name, value) = rule.split_once(':').unwrap_or((rule, ""));
        let value = value.trim_end_matches("!important");
        match name {
            "display" => display = Some(value == "none"),
            "visibility" => out.invisible = Some(matches!(value, "hidden" | "collapse")),
            "opacity" => faint = value.trim_end_matches('%').parse::<f32>().is_ok_and(|opacity| opacity < 0.1),
            // A size in parts of the one around stays nothing where that is nothing.
            "font-size" => {
                let relative = value.ends_with('%') || value.ends_with("em") && !value.ends_with("rem");
                out.tiny = match size(value) {
                    Some(size) if size < 2.0 => Some(true),
                    _ if relative || matches!(value, "inherit" | "smaller" | "larger") => out.tiny,
                    _ => Some(false),
                };
            }
            "max-height" | "height" | "max-width" | "width" => flat |= matches!(size(value), Some(size) if size == 0.0),
            "text-indent" => indented = size(value).is_some_and(|size| size < -200.0),
            _ => {}
        }
    }
    out.gone = display == Some(true) || faint || indented || flat && text.contains("overflow:hidden");
    out.shows = !out.gone && (display == Some(false) || out.invisible == Some(false) || out.tiny == Some(false));
    out
}

/// Whether a style hides its element.
#[must_use]
pub fn hides(text: &str) -> bool {
    let style = style(text);
    style.gone || style.tiny == Some(true) || style.invisible == Some(true)
}

/// A length in pixels, nearly enough.
fn size(value: &str) -> Option<f32> {
    let number: String = value.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-')).collect();
    let amount: f32 = number.parse().ok()?;
    let unit = value.get(number.len()..)?;
    Some(match unit {
        "em" | "rem" => amount * 16.0,
        "%" => amount * 0.16,
        "pt" => amount * 1.33,
        _ => amount,
    })
}

#[cfg(test)]
mod tests {
    use super::{hides, style};

    #[test]
    fn hidden_is_hidden_however_it_is_written() {
        for style in [
            "display:none",
            "DISPLAY : none !important",
            "color:red; font-size:0",
            "font-size: 1px",
            "opacity:0.0",
            "opacity:0%",
            "visibility:hidden",
            "max-height:0;overflow:hidden",
            "font-size:0.01em",
            "display:block;display:none",
        ] {
            assert!(hides(style), "{style}");
        }
        for style in [
            "",
            "display:block",
            "display:none;display:block",
            "font-size:12px",
            "opacity:1",
            "max-height:0",
            "height:10px;overflow:hidden",
            "font-size:90%",
            "font-size:smaller",
            // Hidden in Outlook, and in no other program.
            "mso-hide:all",
        ] {
            assert!(!hides(style), "{style}");
        }
    }

    #[test]
    fn a_size_of_its_own_shows_text_again_and_a_part_of_nothing_does_not() {
        assert_eq!(style("font-size:13px").tiny, Some(false));
        assert_eq!(style("font-size:medium").tiny, Some(false));
        assert_eq!(style("font-size:100%").tiny, None);
        assert_eq!(style("font-size:1.2em").tiny, None);
    }
}
