//! Does an index outlive whatever happens to it? Kills, full disks, changing folders and many readers. These take longer than the
//! other tests, so they are a target of their own: `cargo test --test durability`.

#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod crash;
mod disk;
mod model;
mod readers;
#[cfg(feature = "serve")]
mod serve;
#[cfg(feature = "serve")]
#[path = "../integration/server.rs"]
#[allow(dead_code, unreachable_pub)]
mod server;
#[path = "../integration/support.rs"]
#[allow(dead_code, unreachable_pub)]
mod support;

/// Numbers that look random and are the same in every run (xorshift*, Vigna 2016).
struct Numbers(u64);

impl Numbers {
    fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % bound
    }
}
