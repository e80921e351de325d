//! Rows of numbers in one piece of memory, and tables over them.
//!
//! The build prepares them as bytes. A program reads the bytes where they lie, without decoding them first, and copies
//! them only when something is added. They know nothing of what their numbers mean.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::ops::Range;

use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A row: some numbers, one behind the other, in little-endian bytes.
pub(super) trait Row: Copy {
    /// How many bytes it takes.
    const BYTES: usize;
    /// Reads it from that many bytes.
    fn read(bytes: &[u8]) -> Self;
    /// Writes it into that many bytes.
    fn write(self, bytes: &mut [u8]);
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl Row for $number {
            const BYTES: usize = size_of::<$number>();
            #[inline]
            fn read(bytes: &[u8]) -> Self {
                bytes.first_chunk().map_or(0, |bytes| <$number>::from_le_bytes(*bytes))
            }
            #[inline]
            fn write(self, bytes: &mut [u8]) {
                bytes[..Self::BYTES].copy_from_slice(&self.to_le_bytes());
            }
        })+
    };
}

numbers!(u8, u16, u32, u64, i32);

impl Row for bool {
    const BYTES: usize = 1;
    #[inline]
    fn read(bytes: &[u8]) -> Self {
        u8::read(bytes) != 0
    }
    #[inline]
    fn write(self, bytes: &mut [u8]) {
        u8::from(self).write(bytes);
    }
}

/// The number of something, one more than it is; 0 is nothing.
impl Row for Option<u32> {
    const BYTES: usize = u32::BYTES;
    #[inline]
    fn read(bytes: &[u8]) -> Self {
        u32::read(bytes).checked_sub(1)
    }
    #[inline]
    fn write(self, bytes: &mut [u8]) {
        self.map_or(0, |number| number + 1).write(bytes);
    }
}

/// Makes a row of a struct: its fields, in this order.
macro_rules! row {
    ($name:ty { $($field:tt: $kind:ty),+ $(,)? }) => {
        impl $crate::text::rows::Row for $name {
            const BYTES: usize = 0 $(+ <$kind as $crate::text::rows::Row>::BYTES)+;
            #[inline]
            fn read(bytes: &[u8]) -> Self {
                let mut _rest = bytes;
                Self {
                    $($field: {
                        let (field, rest) = _rest.split_at(<$kind as $crate::text::rows::Row>::BYTES);
                        _rest = rest;
                        <$kind as $crate::text::rows::Row>::read(field)
                    }),+
                }
            }
            #[inline]
            fn write(self, bytes: &mut [u8]) {
                let mut _rest = bytes;
                $({
                    let (field, rest) = _rest.split_at_mut(<$kind as $crate::text::rows::Row>::BYTES);
                    <$kind as $crate::text::rows::Row>::write(self.$field, field);
                    _rest = rest;
                })+
            }
        }
    };
}
pub(super) use row;

/// Rows, by their numbers.
#[derive(Clone)]
pub(super) struct Rows<T> {
    bytes: Cow<'static, [u8]>,
    rows: PhantomData<T>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { bytes: Cow::Borrowed(&[]), rows: PhantomData }
    }
}

impl<T: Row> Rows<T> {
    pub(super) fn len(&self) -> usize {
        self.bytes.len() / T::BYTES
    }

    /// The row of this number, which is there.
    #[inline]
    pub(super) fn at(&self, number: usize) -> T {
        let from = number * T::BYTES;
        T::read(&self.bytes[from..from + T::BYTES])
    }

    /// The row of this number.
    #[inline]
    pub(super) fn get(&self, number: usize) -> Option<T> {
        let from = number * T::BYTES;
        self.bytes.get(from..from + T::BYTES).map(T::read)
    }

    /// So many rows, from this number on, which are all there.
    #[inline]
    pub(super) fn slice(&self, first: usize, count: usize) -> impl ExactSizeIterator<Item = T> {
        self.bytes[first * T::BYTES..(first + count) * T::BYTES].chunks_exact(T::BYTES).map(T::read)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = T> {
        self.bytes.chunks_exact(T::BYTES).map(T::read)
    }

    /// Changes the row of this number, which is there.
    pub(super) fn change<R>(&mut self, number: usize, change: impl FnOnce(&mut T) -> R) -> R {
        let mut row = self.at(number);
        let outcome = change(&mut row);
        let from = number * T::BYTES;
        row.write(&mut self.bytes.to_mut()[from..from + T::BYTES]);
        outcome
    }

    pub(super) fn push(&mut self, row: T) {
        let from = self.bytes.len();
        let bytes = self.bytes.to_mut();
        bytes.resize(from + T::BYTES, 0);
        row.write(&mut bytes[from..]);
    }

    /// Sees to it that there are at least so many; new ones are zero all over.
    pub(super) fn grow_to(&mut self, count: usize) {
        if self.len() < count {
            self.bytes.to_mut().resize(count * T::BYTES, 0);
        }
    }

    pub(super) fn clear(&mut self) {
        self.bytes = Cow::Borrowed(&[]);
    }
}

impl Rows<u8> {
    /// Adds the bytes of a text.
    pub(super) fn push_text(&mut self, text: &str) {
        self.bytes.to_mut().extend_from_slice(text.as_bytes());
    }

    /// The text that was added at these bytes.
    pub(super) fn text(&self, place: Range<usize>) -> &str {
        std::str::from_utf8(&self.bytes[place]).unwrap_or_default()
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes of rows", self.bytes.len())
    }
}

impl<T> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(&self.bytes)
    }
}

impl<'de: 'static, T> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WhereTheyLie;
        impl<'de: 'static> Visitor<'de> for WhereTheyLie {
            type Value = &'static [u8];
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("rows")
            }
            fn visit_borrowed_bytes<E: Error>(self, bytes: &'de [u8]) -> Result<&'static [u8], E> {
                Ok(bytes)
            }
        }
        let bytes = deserializer.deserialize_bytes(WhereTheyLie)?;
        Ok(Self { bytes: Cow::Borrowed(bytes), rows: PhantomData })
    }
}

/// What a table finds its rows by. The one whose numbers are zero all over is no key.
pub(super) trait Key: Row + PartialEq + Default {
    /// Its bits mixed, so that the highest ones tell keys apart.
    fn mixed(self) -> u64;
}

impl Key for u64 {
    #[inline]
    fn mixed(self) -> u64 {
        // The multiplier of Fibonacci hashing, twice, so that each half tells.
        let mixed = self.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        (mixed ^ mixed >> 32).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

/// A table begins with so many slots as there are numbers of this many bits.
const FEWEST_BITS: u32 = 4;

/// Rows, by their keys. A key that is not where it would be first is in one of the places behind.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(bound(serialize = "", deserialize = "'de: 'static"))]
pub(super) struct Table<K, V> {
    slots: Rows<Slot<K, V>>,
    /// How many keys there are.
    count: u32,
    /// There are so many slots as there are numbers of so many bits.
    bits: u32,
}

#[derive(Debug, Clone, Copy, Default)]
struct Slot<K, V> {
    key: K,
    value: V,
}

impl<K: Row, V: Row> Row for Slot<K, V> {
    const BYTES: usize = K::BYTES + V::BYTES;
    #[inline]
    fn read(bytes: &[u8]) -> Self {
        let (key, value) = bytes.split_at(K::BYTES);
        Self { key: K::read(key), value: V::read(value) }
    }
    #[inline]
    fn write(self, bytes: &mut [u8]) {
        let (key, value) = bytes.split_at_mut(K::BYTES);
        self.key.write(key);
        self.value.write(value);
    }
}

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self { slots: Rows::default(), count: 0, bits: 0 }
    }
}

impl<K: Key, V: Row + Default> Table<K, V> {
    /// What is kept under a key.
    #[inline]
    pub(super) fn get(&self, key: K) -> Option<V> {
        if self.bits == 0 {
            return None;
        }
        let slot = self.slots.at(self.place_of(key));
        (slot.key == key && key != K::default()).then_some(slot.value)
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = K> {
        self.slots.iter().map(|slot| slot.key).filter(|key| *key != K::default())
    }

    /// Changes what is kept under a key, which is zero all over if it is new.
    pub(super) fn change<R>(&mut self, key: K, change: impl FnOnce(&mut V) -> R) -> R {
        // A third of the places stay free, so that a search is short.
        if (self.count as usize + 1) * 3 > self.slots.len() * 2 {
            self.widen();
        }
        let place = self.place_of(key);
        let count = &mut self.count;
        self.slots.change(place, |slot| {
            *count += u32::from(slot.key != key);
            slot.key = key;
            change(&mut slot.value)
        })
    }

    /// Where a key is, or would be.
    #[inline]
    fn place_of(&self, key: K) -> usize {
        let last = (1 << self.bits) - 1;
        let mut place = (key.mixed() >> (64 - self.bits)) as usize;
        loop {
            let found = self.slots.at(place).key;
            if found == key || found == K::default() {
                return place;
            }
            place = (place + 1) & last;
        }
    }

    fn widen(&mut self) {
        self.bits = (self.bits + 1).max(FEWEST_BITS);
        let mut slots = Rows::default();
        slots.grow_to(1 << self.bits);
        let before = std::mem::replace(&mut self.slots, slots);
        for slot in before.iter().filter(|slot| slot.key != K::default()) {
            let place = self.place_of(slot.key);
            self.slots.change(place, |free| *free = slot);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_read_as_they_were_written() {
        let mut rows = Rows::default();
        rows.push(7_u32);
        rows.grow_to(3);
        rows.change(2, |row| *row = u32::MAX);
        assert_eq!(rows.iter().collect::<Vec<_>>(), [7, 0, u32::MAX]);
        assert_eq!((rows.get(2), rows.get(3)), (Some(u32::MAX), None));
        let bytes: &'static [u8] = postcard::to_allocvec(&rows).expect("rows are bytes").leak();
        let mut again: Rows<u32> = postcard::from_bytes(bytes).expect("they were written as rows");
        again.push(9);
        assert_eq!(again.iter().collect::<Vec<_>>(), [7, 0, u32::MAX, 9]);
    }

    #[test]
    fn a_table_finds_all_that_was_put_in_and_nothing_else() {
        let mut table: Table<u64, u32> = Table::default();
        assert_eq!(table.get(1), None);
        for key in 1..1000_u64 {
            table.change(key << 32 | 1, |value| *value += key as u32);
            table.change(key << 32 | 1, |value| *value += 1);
        }
        assert!((1..1000_u64).all(|key| table.get(key << 32 | 1) == Some(key as u32 + 1)));
        assert_eq!((table.get(0), table.get(1000 << 32 | 1), table.get(1)), (None, None, None));
        assert_eq!(table.keys().count(), 999);
    }
}
