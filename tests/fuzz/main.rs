//! Input that is broken, damaged or made to do harm: what holds of every reading of it.
#![allow(clippy::unwrap_used, unreachable_pub)]

mod found;
mod hostile;
mod invariants;
mod mutation;
mod random;
mod spans;
