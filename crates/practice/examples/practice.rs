//! Serves the demo world until it is ended: `practice --port PORT [--base-url URL] [--portal URL] [--certificate FILE.pem]`.
//!
//! `--base-url` is for a proxy in front (MSAL wants https); `--certificate` registers a client certificate of the
//! application "Tillit". Prints `ready PORT` when it listens.

use std::sync::Arc;

use base64::Engine as _;
use tillit_practice::Practice;
use tillit_store::{SystemClock, SystemRandom};

fn option(name: &str) -> Option<String> {
    std::env::args().skip_while(|word| word != name).nth(1)
}

#[tokio::main]
#[expect(clippy::print_stdout, reason = "whoever started it waits for this line")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let port: u16 = option("--port").as_deref().unwrap_or("8401").parse()?;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    let port = listener.local_addr()?.port();
    let base_url = option("--base-url").unwrap_or_else(|| format!("http://127.0.0.1:{port}"));
    let portal = option("--portal").unwrap_or_else(|| "http://localhost:8400".into());
    let practice = Practice::demo(&base_url, &portal, Arc::new(SystemClock), Arc::new(SystemRandom::default()));
    if let Some(file) = option("--certificate") {
        let text = std::fs::read_to_string(file)?;
        let body: String = text.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = base64::engine::general_purpose::STANDARD.decode(body)?;
        let mut world = practice.world();
        let app = world.apps().first().map(|app| app.client_id).unwrap_or_default();
        world.add_certificate(app, &der)?;
    }
    println!("ready {port}");
    axum::serve(listener, practice.router()).await?;
    Ok(())
}
