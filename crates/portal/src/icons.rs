//! Small set of line icons, drawn on a 20 × 20 grid, as inline SVG. Decoration only: the word is
//! always beside them, so they are hidden from screen readers.

/// The icon `name` as SVG. An unknown name gives an empty drawing (a test asks for every name).
pub fn svg(name: &str) -> String {
    format!(
        "<svg class=\"icon\" viewBox=\"0 0 20 20\" fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.6\" stroke-linecap=\"round\" stroke-linejoin=\"round\" aria-hidden=\"true\" focusable=\"false\">{}</svg>",
        paths(name).unwrap_or_default()
    )
}

/// What to draw.
pub(crate) fn paths(name: &str) -> Option<&'static str> {
    Some(match name {
        "overview" => r#"<path d="M3 9.2 10 3.5l7 5.7V16a1 1 0 0 1-1 1h-3.5v-4.5h-5V17H4a1 1 0 0 1-1-1z"/>"#,
        "people" => {
            r#"<circle cx="7.5" cy="6.8" r="2.8"/><path d="M2.5 16.5c.4-3 2.3-4.5 5-4.5s4.6 1.5 5 4.5M13 4.3a2.6 2.6 0 0 1 0 5M15 12.3c1.5.6 2.3 2 2.5 4.2"/>"#
        }
        "simulations" => {
            r#"<path d="M11 3v8.5a4 4 0 1 1-8 0V10l2.5 2"/><circle cx="11" cy="3" r="0.8"/><path d="M14.5 8.5c1.5 0 2.5 1 2.5 2.2s-1 2.3-2.5 2.3"/>"#
        }
        "reports" => r#"<path d="M3 17h14M5 13.5V10M10 13.5V4M15 13.5V7.5"/>"#,
        "guides" => r#"<path d="M10 5.5C8.5 4.2 6 3.8 3 4v11.5c3-.2 5.5.2 7 1.5 1.5-1.3 4-1.7 7-1.5V4c-3-.2-5.5.2-7 1.5zM10 5.5V17"/>"#,
        "settings" => r#"<path d="M3 6h7M14 6h3M3 14h3M10 14h7"/><circle cx="12" cy="6" r="2"/><circle cx="8" cy="14" r="2"/>"#,
        "search" => r#"<circle cx="9" cy="9" r="5.2"/><path d="m13 13 4 4"/>"#,
        "menu" => r#"<path d="M3 5.5h14M3 10h14M3 14.5h14"/>"#,
        "check" => r#"<path d="m4.5 10.5 3.7 3.7 7.3-8"/>"#,
        "ok" => r#"<circle cx="10" cy="10" r="7"/><path d="m6.8 10.2 2.3 2.3 4.2-4.7"/>"#,
        "warn" => r#"<path d="M10 3.2 17.5 16.5h-15zM10 8.2v3.8M10 14.2v.1"/>"#,
        "bad" => r#"<path d="M7 3h6l4 4v6l-4 4H7l-4-4V7zM10 6.5v4.3M10 13.5v.1"/>"#,
        "info" => r#"<circle cx="10" cy="10" r="7"/><path d="M10 9.3v4.2M10 6.5v.1"/>"#,
        "neutral" => r#"<circle cx="10" cy="10" r="6.5"/>"#,
        "clock" => r#"<circle cx="10" cy="10" r="7"/><path d="M10 6v4.2l2.7 1.8"/>"#,
        "shield" => r#"<path d="M10 2.8 16 5v4.5c0 3.8-2.4 6.4-6 7.7-3.6-1.3-6-3.9-6-7.7V5z"/>"#,
        "key" => r#"<circle cx="6.5" cy="13.5" r="3.5"/><path d="m9 11 7.5-7.5M13.5 6.5l2 2"/>"#,
        "lock" => r#"<rect x="4" y="9" width="12" height="8" rx="2"/><path d="M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"/>"#,
        "copy" => r#"<rect x="7" y="7" width="10" height="10" rx="2"/><path d="M13 7V5a2 2 0 0 0-2-2H5a2 2 0 0 0-2 2v6a2 2 0 0 0 2 2h2"/>"#,
        "download" => r#"<path d="M10 3v9.5M6.2 9l3.8 3.8L13.8 9M3.5 16.5h13"/>"#,
        "print" => r#"<path d="M6 7V3h8v4M6 14H4a1 1 0 0 1-1-1V8a1 1 0 0 1 1-1h12a1 1 0 0 1 1 1v5a1 1 0 0 1-1 1h-2M6 11.5h8V17H6z"/>"#,
        "external" => r#"<path d="M11.5 3.5h5v5M16.5 3.5l-7.5 7.5M15 12v3.5a1 1 0 0 1-1 1H4.5a1 1 0 0 1-1-1V6a1 1 0 0 1 1-1H8"/>"#,
        "next" => r#"<path d="M4 10h12M11.5 5.5 16 10l-4.5 4.5"/>"#,
        "back" => r#"<path d="M16 10H4M8.5 5.5 4 10l4.5 4.5"/>"#,
        "up" => r#"<path d="M10 16V4M5.5 8.5 10 4l4.5 4.5"/>"#,
        "down" => r#"<path d="M10 4v12M5.5 11.5 10 16l4.5-4.5"/>"#,
        "person" => r#"<circle cx="10" cy="6.8" r="3"/><path d="M4 17c.5-3.3 2.7-5 6-5s5.5 1.7 6 5"/>"#,
        "leave" => r#"<path d="M8 3.5H4.5a1 1 0 0 0-1 1v11a1 1 0 0 0 1 1H8M12.5 6.5 16 10l-3.5 3.5M16 10H8"/>"#,
        "sun" => {
            r#"<circle cx="10" cy="10" r="3.2"/><path d="M10 2.5v1.5M10 16v1.5M2.5 10H4M16 10h1.5M4.7 4.7l1 1M14.3 14.3l1 1M4.7 15.3l1-1M14.3 5.7l1-1"/>"#
        }
        "moon" => r#"<path d="M16.5 11.8A7 7 0 0 1 8.2 3.5a7 7 0 1 0 8.3 8.3z"/>"#,
        "system" => r#"<rect x="2.5" y="4" width="15" height="9.5" rx="1.5"/><path d="M7 17h6M10 13.5V17"/>"#,
        "building" => r#"<path d="M4 17V4.5a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1V17M12 8h3a1 1 0 0 1 1 1v8M2.5 17h15M7 7h2M7 10h2M7 13h2"/>"#,
        "mail" => r#"<rect x="2.5" y="4.5" width="15" height="11" rx="1.5"/><path d="m3 6 7 5 7-5"/>"#,
        "link" => {
            r#"<path d="M8.5 11.5a3 3 0 0 0 4.2 0l2.8-2.8a3 3 0 0 0-4.2-4.2l-.8.8M11.5 8.5a3 3 0 0 0-4.2 0l-2.8 2.8a3 3 0 0 0 4.2 4.2l.8-.8"/>"#
        }
        "device" => r#"<rect x="2.5" y="4" width="15" height="9" rx="1.5"/><path d="M1.5 16h17"/>"#,
        "list" => r#"<path d="M7 5.5h10M7 10h10M7 14.5h10M3.5 5.5h.1M3.5 10h.1M3.5 14.5h.1"/>"#,
        "tools" => {
            r#"<path d="M12.5 3a4 4 0 0 0-3.7 5.5L3.5 13.8a1.9 1.9 0 0 0 2.7 2.7l5.3-5.3A4 4 0 0 0 16.8 6.5l-2.3 2.3-2.3-.6-.6-2.3z"/>"#
        }
        "close" => r#"<path d="m5 5 10 10M15 5 5 15"/>"#,
        _ => return None,
    })
}
