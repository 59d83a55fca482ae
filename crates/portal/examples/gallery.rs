//! Serves every page as a sample, without rooms or a database: `/gallery/{name}?lang=nb&theme=dark`.
//!
//! For looking at pages while they are designed, and for the accessibility tests in e2e/:
//! `cargo run -p tillit-portal --example gallery -- 127.0.0.1:8499`

use axum::extract::{Path, Query};
use axum::http::{HeaderName, StatusCode};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use tillit_portal::frame::Theme;
use tillit_portal::pages;
use tillit_portal::words::{Language, Words};

#[derive(serde::Deserialize)]
struct Look {
    lang: Option<String>,
    theme: Option<String>,
}

async fn sample(Path(name): Path<String>, Query(look): Query<Look>) -> Response {
    let language = look.lang.as_deref().and_then(Language::from_tag).unwrap_or_default();
    let theme = look.theme.as_deref().and_then(Theme::from_key).unwrap_or_default();
    let words = Words::new(language, Words::zone_of(Some("Europe/Oslo")));
    let csp = (
        HeaderName::from_static("content-security-policy"),
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    match pages::render_sample(&name, &pages::sample_frame(words, theme)) {
        Some(html) => ([csp], Html(html)).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn picture(Path(path): Path<String>) -> Response {
    match tillit_guides::picture(&path) {
        Some(picture) => ([(HeaderName::from_static("content-type"), "image/png")], picture.bytes.into_owned()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let address = std::env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8499".to_owned());
    let app = axum::Router::new()
        .route("/gallery", get(|| async { axum::Json(pages::names()) }))
        .route("/gallery/{name}", get(sample))
        .route("/guides/pictures/{*path}", get(picture))
        .route("/assets/{*path}", get(tillit_portal::assets::serve));
    axum::serve(tokio::net::TcpListener::bind(address).await?, app).await
}
