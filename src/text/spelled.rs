//! What is known of spellings: a word, or its first bytes, leads to a row. It knows nothing of what the rows mean.

use serde::{Deserialize, Serialize};

use super::rows::{Key, Row, Rows, Table, row};
use super::words::{LONGEST, Word};

/// A spelling of at most 16 bytes, which nearly all are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Short(u64, u64);

row!(Short { 0: u64, 1: u64 });

/// So many bits tell which spellings are there: 32 KB, which stay near, and a bit in ten is set.
const FILTER_BITS: u32 = 18;

impl Key for Short {
    #[inline]
    fn mixed(self) -> u64 {
        // Any odd number with bits all over; one round of mixing is enough behind it.
        (self.0 ^ self.1.wrapping_mul(0xD6E8_FEB8_6659_FD93)).mixed()
    }
}

impl Short {
    /// The first `len` bytes of a word.
    #[inline]
    fn of(word: &Word, len: usize) -> Self {
        if len <= 8 { Self(word.chunks[0] & first_bytes(len), 0) } else { Self(word.chunks[0], word.chunks[1] & first_bytes(len - 8)) }
    }

    /// Its bit among those.
    #[inline]
    fn bit(self) -> usize {
        (self.mixed() >> (64 - FILTER_BITS)) as usize
    }
}

/// What is kept of a longer spelling.
#[derive(Debug, Clone, Copy, Default)]
struct Long<T> {
    /// Where its chunks are.
    first: u32,
    chunks: u8,
    row: T,
}

impl<T: Row> Row for Long<T> {
    const BYTES: usize = u32::BYTES + u8::BYTES + T::BYTES;
    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let (first, rest) = bytes.split_at(u32::BYTES);
        let (chunks, row) = rest.split_at(u8::BYTES);
        Self { first: u32::read(first), chunks: u8::read(chunks), row: T::read(row) }
    }
    #[inline]
    fn write(self, bytes: &mut [u8]) {
        let (first, rest) = bytes.split_at_mut(u32::BYTES);
        let (chunks, row) = rest.split_at_mut(u8::BYTES);
        self.first.write(first);
        self.chunks.write(chunks);
        self.row.write(row);
    }
}

/// What is known of spellings.
#[derive(Debug, Serialize, Deserialize)]
#[serde(bound(serialize = "", deserialize = "'de: 'static"))]
pub(super) struct Spelled<T> {
    short: Table<Short, T>,
    /// A look at one bit tells that a word is not among the short ones, which most are not.
    may_be_short: Rows<u64>,
    /// By what their chunks are mixed to; of two that are mixed to the same, one is under the next number.
    long: Table<u64, Long<T>>,
    /// The chunks of the long ones.
    chunks: Rows<u64>,
}

impl<T: Row + Default> Spelled<T> {
    pub(super) fn new() -> Self {
        let mut may_be_short = Rows::default();
        may_be_short.grow_to(1 << (FILTER_BITS - 6));
        Self { short: Table::default(), may_be_short, long: Table::default(), chunks: Rows::default() }
    }

    /// Changes what is known of a word; its row is zero all over if nothing was.
    pub(super) fn change<R>(&mut self, word: &Word, change: impl FnOnce(&mut T) -> R) -> R {
        if word.len <= 16 {
            let short = Short::of(word, word.len);
            let bit = short.bit();
            self.may_be_short.change(bit >> 6, |bits| *bits |= 1 << (bit & 63));
            return self.short.change(short, change);
        }
        let mut buffer = [0; LONGEST / 8];
        let chunks = long(word, word.len, &mut buffer);
        let (key, known) = self.long_one(chunks);
        if known.is_none() {
            let first = self.chunks.len() as u32;
            chunks.iter().for_each(|chunk| self.chunks.push(*chunk));
            self.long.change(key, |long| (long.first, long.chunks) = (first, chunks.len() as u8));
        }
        self.long.change(key, |long| change(&mut long.row))
    }

    /// What is known of the first `len` bytes of a word.
    #[inline]
    pub(super) fn get(&self, word: &Word, len: usize) -> Option<T> {
        if len <= 16 {
            let short = Short::of(word, len);
            let bit = short.bit();
            if self.may_be_short.at(bit >> 6) >> (bit & 63) & 1 == 0 { None } else { self.short.get(short) }
        } else {
            self.get_long(word, len)
        }
    }

    #[inline(never)]
    fn get_long(&self, word: &Word, len: usize) -> Option<T> {
        self.long_one(long(word, len, &mut [0; LONGEST / 8])).1.map(|long| long.row)
    }

    /// The key under which a long spelling is, or would be, and what is there.
    fn long_one(&self, chunks: &[u64]) -> (u64, Option<Long<T>>) {
        let mixed = chunks.iter().fold(0, |mixed: u64, chunk| (mixed ^ chunk).mixed());
        let mut key = mixed.max(1);
        loop {
            match self.long.get(key) {
                Some(long) if self.chunks_of(long).eq(chunks.iter().copied()) => return (key, Some(long)),
                Some(_) => key = key.wrapping_add(1).max(1),
                None => return (key, None),
            }
        }
    }

    fn chunks_of(&self, long: Long<T>) -> impl Iterator<Item = u64> {
        (0..usize::from(long.chunks)).map(move |nth| self.chunks.at(long.first as usize + nth))
    }

    /// All of them, as words.
    pub(super) fn words(&self) -> Vec<Word> {
        let short = self.short.keys().map(|key| Word::from_chunks(&[key.0, key.1]));
        let long = self.long.keys().filter_map(|key| self.long.get(key));
        short.chain(long.map(|long| Word::from_chunks(&self.chunks_of(long).collect::<Vec<_>>()))).collect()
    }
}

/// The first `len` bytes, more than 16, in whole chunks.
fn long<'b>(word: &Word, len: usize, buffer: &'b mut [u64; LONGEST / 8]) -> &'b [u64] {
    let chunks = len.div_ceil(8);
    buffer[..chunks].copy_from_slice(&word.chunks[..chunks]);
    buffer[chunks - 1] &= first_bytes(len - (chunks - 1) * 8);
    &buffer[..chunks]
}

/// A mask for the first `len` bytes of a chunk, 0 to 8.
fn first_bytes(len: usize) -> u64 {
    u64::MAX.checked_shr(64 - len as u32 * 8).unwrap_or(0)
}
