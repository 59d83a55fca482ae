//! Runs a target over its seeds and some thousand mutations of them, the same ones every time. Plain Rust on the
//! stable compiler: each crate takes this file into its tests, so that what fuzzing once found stays found.

use std::path::Path;

/// Largest input that is made.
const LARGEST: usize = 16 << 10;

/// Runs `target` over the files of `fuzz/seeds/NAME`, and `mutations` inputs made from them.
pub fn replay(name: &str, mutations: u32, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(name);
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let seeds: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    assert!(!seeds.is_empty(), "{} has no seeds", folder.display());
    for (file, seed) in files.iter().zip(&seeds) {
        run(&file.display().to_string(), seed, target);
    }
    let mut random = Random(0x7111_1173);
    for number in 0..mutations {
        let input = mutated(&seeds, &mut random);
        run(&format!("mutation {number}"), &input, target);
    }
}

fn run(what: &str, input: &[u8], target: fn(&[u8])) {
    /// Shows the input when the target panics.
    struct Shown<'a>(&'a str, &'a [u8]);
    impl Drop for Shown<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("{}: b\"{}\"", self.0, self.1.escape_ascii());
            }
        }
    }
    let _shown = Shown(what, input);
    target(input);
}

/// One to eight changes to a seed: what fuzzers do, without what they learn.
fn mutated(seeds: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    const INTERESTING: [&[u8]; 16] = [
        b"\0",
        b"\xff",
        b"\r\n",
        b"%00",
        b"%",
        b"&",
        b"=",
        b"\"",
        b"{",
        b"}",
        b"../",
        b"@",
        b"\xe2\x80\xae",
        b"-1",
        b"99999999999999999999",
        b"\\",
    ];
    let pick = |random: &mut Random| seeds[random.below(seeds.len())].clone();
    let mut input = pick(random);
    for _ in 0..=random.below(8) {
        let at = random.below(input.len() + 1);
        let end = (at + random.below(16)).min(input.len());
        match random.below(6) {
            0 if at < input.len() => input[at] ^= 1 << random.below(8),
            1 if at < input.len() => input[at] = random.byte(),
            2 => drop(input.drain(at..end)),
            3 => drop(input.splice(at..at, INTERESTING[random.below(INTERESTING.len())].iter().copied())),
            4 => {
                let repeated: Vec<u8> = input[at..end].repeat(1 + random.below(40));
                drop(input.splice(at..at, repeated));
            }
            _ => {
                let other = pick(random);
                let from = random.below(other.len() + 1);
                input.truncate(at);
                input.extend_from_slice(&other[from..]);
            }
        }
        input.truncate(LARGEST);
    }
    input
}

/// xorshift64: enough to spread changes, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() >> 33).unwrap() % bound
    }
    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[5]
    }
}
