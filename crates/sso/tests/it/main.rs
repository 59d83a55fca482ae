//! The room against the practice tenant: honest sign-ins, and a provider that misbehaves.

mod attacks;
mod happy;
mod stage;
