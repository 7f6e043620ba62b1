//! Numbers that look random and are the same in every run, and words drawn by them.

/// xorshift* (Vigna 2016).
pub(crate) struct Numbers(u64);

impl Numbers {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// Numbers of one thing, whichever else are drawn before.
    pub(crate) fn of(what: &str, number: usize) -> Self {
        // FNV-1a; the first numbers of neighbours are alike otherwise.
        let bytes = what.bytes().chain(number.to_le_bytes());
        let seed = bytes.fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self(seed | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    pub(crate) fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound.max(1)
    }

    /// From 0 to 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}

/// Where the frequency of words begins to fall faster: between the words that everyone uses and those of a subject.
const TURN: f64 = 3000.0;

/// Draws ranks as often as words of that rank stand in texts: by 1 / (rank + 2.7) (Mandelbrot 1953), and from some thousands on
/// by the square of the rank (Ferrer i Cancho and Solé 2001).
pub(crate) struct Ranks {
    sums: Vec<f64>,
}

impl Ranks {
    pub(crate) fn new(count: usize) -> Self {
        let mut sum = 0.0;
        let sums = (0..count)
            .map(|rank| {
                let rank = rank as f64;
                sum += 1.0 / ((rank + 2.7) * (1.0 + rank / TURN));
                sum
            })
            .collect();
        Self { sums }
    }

    pub(crate) fn draw(&self, numbers: &mut Numbers) -> usize {
        let at = numbers.share() * self.sums.last().copied().unwrap_or(0.0);
        self.sums
            .partition_point(|sum| *sum < at)
            .min(self.sums.len().saturating_sub(1))
    }
}
