//! Whether a style hides what it is for.

/// Whether an inline style hides its element.
#[must_use]
pub fn hides(style: &str) -> bool {
    let style: String = style.chars().filter(|c| !c.is_whitespace()).take(2_000).flat_map(char::to_lowercase).collect();
    style.split(';').any(|rule| {
        let (name, value) = rule.split_once(':').unwrap_or((rule, ""));
        let value = value.trim_end_matches("!important");
        match name {
            "display" => value == "none",
            "visibility" => matches!(value, "hidden" | "collapse"),
            "opacity" => value.parse::<f32>().is_ok_and(|opacity| opacity < 0.1),
            "font-size" => size(value).is_some_and(|size| size < 2.0),
            "max-height" | "height" | "max-width" | "width" => {
                matches!(size(value), Some(size) if size == 0.0) && style.contains("overflow:hidden")
            }
            "mso-hide" => value == "all",
            "text-indent" => size(value).is_some_and(|size| size < -200.0),
            _ => false,
        }
    })
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
    use super::hides;

    #[test]
    fn hidden_is_hidden_however_it_is_written() {
        for style in [
            "display:none",
            "DISPLAY : none !important",
            "color:red; font-size:0",
            "font-size: 1px",
            "opacity:0.0",
            "visibility:hidden",
            "max-height:0;overflow:hidden",
            "font-size:0.01em",
            "mso-hide:all",
        ] {
            assert!(hides(style), "{style}");
        }
        for style in [
            "",
            "display:block",
            "font-size:12px",
            "opacity:1",
            "max-height:0",
            "height:10px;overflow:hidden",
            "font-size:90%",
            "font-size:smaller",
        ] {
            assert!(!hides(style), "{style}");
        }
    }
}
