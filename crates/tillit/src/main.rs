//! Tillit: the program.
#![forbid(unsafe_code)]

mod cli;
mod config;

fn main() {
    let _ = config::schema();
    let _ = config::Config::load(None, std::env::vars());
}
