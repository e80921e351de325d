//! Traditional Chinese characters as simplified ones, so that a phrase in either finds a text in the other.
//!
//! Character by character: what a whole word would be in the other script does not matter where phrases and texts are
//! folded alike.

use std::sync::LazyLock;

/// Pairs of a traditional character and its simplified form, between white space; lines with # are about the file.
static PAIRS: &str = include_str!("traditional.txt");

const FIRST: u32 = 0x4E00;
const LAST: u32 = 0x9FFF;

/// For each character of the block, how far its simplified form is from it; 0 for nearly all.
static DISTANCES: LazyLock<Vec<i16>> = LazyLock::new(|| {
    let mut distances = vec![0; (LAST - FIRST + 1) as usize];
    for pair in PAIRS.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_ascii_whitespace) {
        let mut both = pair.chars().map(u32::from);
        if let (Some(traditional), Some(simplified)) = (both.next(), both.next())
            && let Some(distance) = traditional.checked_sub(FIRST).and_then(|place| distances.get_mut(place as usize))
        {
            // Two characters of a block of 20,992 are less than that apart.
            *distance = i16::try_from(i64::from(simplified) - i64::from(traditional)).unwrap_or_default();
        }
    }
    distances
});

/// The simplified form of `c`; `c` itself if it has none.
pub(super) fn simplified(c: char) -> char {
    let place = u32::from(c).wrapping_sub(FIRST) as usize;
    let distance = DISTANCES.get(place).copied().unwrap_or_default();
    char::from_u32(u32::from(c).wrapping_add_signed(distance.into())).unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traditional_characters_become_simplified_ones() {
        assert_eq!("為什麼這麼貴，廢物".chars().map(simplified).collect::<String>(), "为什么这么贵，废物");
        assert_eq!("太贵了 idiot ä".chars().map(simplified).collect::<String>(), "太贵了 idiot ä");
    }
}
