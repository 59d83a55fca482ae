//! Style sheet, fonts, script and pictures: built into the program, served under names that carry
//! a hash of the content, so that browsers may keep them for ever.

use std::collections::HashMap;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::{HeaderValue, StatusCode, header};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

struct Asset {
    body: Bytes,
    content_type: &'static str,
}

struct Assets {
    /// By the path below `/assets/`, hash and all.
    by_path: HashMap<String, Asset>,
    /// Plain name to path.
    paths: HashMap<String, String>,
}

static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut assets = Assets { by_path: HashMap::new(), paths: HashMap::new() };
    let (sheets, others): (Vec<_>, Vec<_>) = Files::iter().filter(|name| !name.ends_with(".txt")).partition(|name| name.ends_with(".css"));
    for name in others {
        if let Some(file) = Files::get(&name) {
            assets.add(&name, Bytes::from(file.data.into_owned()));
        }
    }
    // A style sheet names fonts and pictures; their hashed paths are part of its content.
    for name in sheets {
        if let Some(file) = Files::get(&name) {
            let mut text = String::from_utf8_lossy(&file.data).into_owned();
            for (plain, path) in &assets.paths {
                text = text.replace(&format!("url(\"{plain}\")"), &format!("url(\"/assets/{path}\")"));
            }
            assets.add(&name, Bytes::from(text));
        }
    }
    assets
});

impl Assets {
    fn add(&mut self, name: &str, body: Bytes) {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, &body);
        let hash: String = digest.as_ref().iter().take(6).map(|byte| format!("{byte:02x}")).collect();
        let file = name.rsplit('/').next().unwrap_or(name);
        let (stem, extension) = file.rsplit_once('.').unwrap_or((file, ""));
        let path = format!("{stem}.{hash}.{extension}");
        let content_type = match extension {
            "css" => "text/css; charset=utf-8",
            "js" => "text/javascript; charset=utf-8",
            "svg" => "image/svg+xml",
            "woff2" => "font/woff2",
            _ => "application/octet-stream",
        };
        self.by_path.insert(path.clone(), Asset { body, content_type });
        self.paths.insert(name.to_owned(), path);
    }
}

/// URL of the asset `name` (`tillit.css`). An unknown name gives a URL that answers 404; a test
/// asks for every name that templates use.
pub fn url(name: &str) -> String {
    ASSETS.paths.get(name).map_or_else(|| format!("/assets/missing/{name}"), |path| format!("/assets/{path}"))
}

/// `GET /assets/{path}`.
pub async fn serve(Path(path): Path<String>) -> Response {
    let Some(asset) = ASSETS.by_path.get(&path) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let mut response = Response::new(asset.body.clone().into());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.content_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_names_hashed_fonts_only() {
        let path = url("tillit.css");
        let sheet = &ASSETS.by_path[path.strip_prefix("/assets/").unwrap()];
        let text = String::from_utf8(sheet.body.to_vec()).unwrap();
        assert!(text.contains("/assets/inter-latin."));
        assert!(!text.contains("url(\"fonts/"), "a font kept its plain name and would be answered with 404");
        assert!(!text.contains("http"), "nothing comes from elsewhere");
    }
}
