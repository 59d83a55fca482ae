//! The room's face.

pub mod views;
