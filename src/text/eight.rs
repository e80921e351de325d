//! Eight bytes of a text at once: the fast path of the cutter, for words of ASCII letters and digits.

use super::words::{Shape, Upto2};

/// Eight bytes of a text at once.
pub(super) struct Eight {
    /// How many of them, from the first on, are ASCII letters and digits.
    pub word_bytes: usize,
    /// Those in lower case; zero behind them.
    pub folded: u64,
    /// The highest bit of each byte of the word that is a letter.
    pub letters: u64,
    /// Likewise of each that is a small letter.
    pub small: u64,
}

impl Eight {
    #[inline]
    pub(super) fn load(bytes: &[u8]) -> Self {
        const HIGH: u64 = 0x8080_8080_8080_8080;
        const fn each(byte: u8) -> u64 {
            byte as u64 * 0x0101_0101_0101_0101
        }
        let chunk = match bytes.first_chunk::<8>() {
            Some(eight) => u64::from_le_bytes(*eight),
            None => bytes.iter().rev().fold(0, |chunk, &byte| chunk << 8 | u64::from(byte)),
        };
        // Adding to seven bits sets the highest bit of each byte that is at least as large, without carrying over.
        let low = chunk & !HIGH;
        let lower = low | each(0x20);
        let letters = (lower + each(0x80 - b'a')) & !(lower + each(0x7F - b'z')) & !chunk & HIGH;
        let digits = (low + each(0x80 - b'0')) & !(low + each(0x7F - b'9')) & !chunk & HIGH;
        let others = !(letters | digits) & HIGH;
        let word_bytes = others.trailing_zeros() as usize / 8;
        let kept = if word_bytes == 8 { u64::MAX } else { (1 << (word_bytes * 8)) - 1 };
        let letters = letters & kept;
        Self { word_bytes, folded: (chunk | letters >> 2) & kept, letters, small: letters & chunk << 2 }
    }

    #[inline]
    pub(super) fn shape(&self) -> Shape {
        let upto2 = |bits: u64| match (bits, bits & bits.wrapping_sub(1)) {
            (0, _) => Upto2::None,
            (_, 0) => Upto2::One,
            _ => Upto2::More,
        };
        Shape { letters: upto2(self.letters), capitals: upto2(self.letters & !self.small), small: self.small != 0 }
    }
}
