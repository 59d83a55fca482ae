#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| tillit_fuzz::worker_frames(data));
