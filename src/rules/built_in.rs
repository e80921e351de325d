//! The files of the built-in pack as they were written, with their tests: to be exported, and to show places in them.
//! Loading does not read them; it takes the form that the build prepared.

use super::load::BUILT_IN;

/// Each file's path below the pack's folder, and its text; sorted.
static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/built-in-files.rs"));

/// The files of the built-in pack: each path below its folder (`payment/late-payments.yml`), and its text.
#[must_use]
pub fn built_in_files() -> &'static [(&'static str, &'static str)] {
    FILES
}

/// The text of a file that mistakes name as `built-in/payment/late-payments.yml`.
#[must_use]
pub fn built_in_text(file: &str) -> Option<&'static str> {
    let path = file.strip_prefix(BUILT_IN)?.strip_prefix('/')?;
    FILES.iter().find(|(other, _)| *other == path).map(|(_, text)| *text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_built_in_file_is_at_hand_with_its_tests() {
        assert!(built_in_files().len() > 100);
        let text = built_in_text("built-in/payment/late-payments.yml").expect("a built-in rule");
        assert!(text.contains("\ntests:\n"));
        assert!(built_in_text("rules/payment/late-payments.yml").is_none());
    }
}
