//! Nothing is fetched: the crate has no way to. Whoever adds one has to pass here.

use std::path::Path;

fn sources(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push((path.display().to_string(), std::fs::read_to_string(&path).unwrap()));
        }
    }
}

#[test]
fn the_engine_names_neither_network_nor_clock_nor_files_nor_other_programs() {
    let mut all = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut all);
    assert!(all.len() > 30);
    for (file, text) in all {
        for word in [
            "std::net",
            "TcpStream",
            "UdpSocket",
            "ToSocketAddrs",
            "std::process",
            "std::fs",
            "std::env",
            "SystemTime",
            "Instant",
            "std::thread",
        ] {
            assert!(!text.contains(word), "{file} names {word}");
        }
    }
}

#[test]
fn the_engine_is_built_from_nothing_that_could_reach_out() {
    let output = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", "tillit-mailrisk", "--edges", "normal", "--prefix", "none", "--format", "{p}"])
        .output()
        .unwrap();
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.contains("mail-parser"), "{tree}");
    for name in ["tokio ", "reqwest ", "hyper ", "hickory", "socket2 ", "mio ", "rustls ", "ureq ", "curl "] {
        assert!(!tree.lines().any(|line| line.starts_with(name)), "the engine would be built with {name}");
    }
}
