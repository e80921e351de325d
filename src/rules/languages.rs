//! The languages of phrases and lexicons, by their two letters.

use super::problem::{Problem, unknown};
use crate::diagnostic::Path;

/// ISO 639-1, in full.
const LANGUAGES: &str = "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz \
    ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka \
    kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no nr \
    nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk \
    tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// What people write in place of the two letters: countries, names, three letters.
const MEANT: [(&str, &str); 24] = [
    ("cn", "zh"),
    ("cz", "cs"),
    ("dk", "da"),
    ("gr", "el"),
    ("jp", "ja"),
    ("gb", "en"),
    ("us", "en"),
    ("eng", "en"),
    ("deu", "de"),
    ("ger", "de"),
    ("fin", "fi"),
    ("fra", "fr"),
    ("chinese", "zh"),
    ("danish", "da"),
    ("dutch", "nl"),
    ("english", "en"),
    ("finnish", "fi"),
    ("french", "fr"),
    ("german", "de"),
    ("italian", "it"),
    ("portuguese", "pt"),
    ("spanish", "es"),
    ("swedish", "sv"),
    ("zh-cn", "zh"),
];

/// What is wrong with a language, if anything is.
pub(super) fn unknown_language(language: &str, path: Path) -> Option<Problem> {
    if LANGUAGES.split_ascii_whitespace().any(|known| known == language) {
        return None;
    }
    let folded = language.to_ascii_lowercase();
    let spelt_small = LANGUAGES.split_ascii_whitespace().find(|known| *known == folded);
    let begins_with =
        || folded.split_once(['-', '_']).map(|(first, _)| first).filter(|first| LANGUAGES.split(' ').any(|known| known == *first));
    let listed = || MEANT.iter().find(|(written, _)| *written == folded).map(|(_, meant)| *meant);
    let meant = spelt_small.or_else(listed).or_else(begins_with).map(str::to_owned);
    let problem = unknown(path, "unknown-language", format!("`{language}` is not a language"), language, []);
    let label = match &meant {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => "two small letters, like en, fi or zh".to_owned(),
    };
    Some(Problem { suggestion: meant, ..problem.label(label) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn countries_and_names_lead_to_the_language() {
        let meant = |word| unknown_language(word, Path::default()).map(|problem| problem.suggestion);
        assert_eq!(meant("en"), None);
        assert_eq!(meant("uk"), None);
        assert_eq!(meant("EN"), Some(Some("en".to_owned())));
        assert_eq!(meant("English"), Some(Some("en".to_owned())));
        assert_eq!(meant("pt-br"), Some(Some("pt".to_owned())));
        assert_eq!(meant("cn"), Some(Some("zh".to_owned())));
        assert_eq!(meant("xx"), Some(None));
    }
}
