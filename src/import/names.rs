//! Names of clients: what two spellings of one name have in common, what only looks alike, and the name of a file.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A name without what differs from export to export: case, accents, signs, and the legal form, which is kept apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PlainName {
    /// The words, in small letters.
    pub words: String,
    /// The legal form in one spelling, like `gmbh`.
    pub form: Option<&'static str>,
}

/// Legal forms at the end of names: each line one form in its spellings, words in small letters and without points.
const FORMS: [&[&str]; 26] = [
    &["gmbh", "gesellschaft mbh", "gesellschaft m b h", "g m b h", "gesmbh"],
    &["gmbh co kg", "gmbh and co kg", "gmbh und co kg"],
    &["ug", "ug haftungsbeschrankt"],
    &["ag"],
    &["kg"],
    &["ohg"],
    &["gbr"],
    &["ev", "e v"],
    &["ek", "e k", "e kfm"],
    &["ltd", "limited", "ltd liability company"],
    &["plc"],
    &["llp"],
    &["llc", "l l c"],
    &["inc", "incorporated"],
    &["corp", "corporation"],
    &["co", "company"],
    &["oy", "oyj"],
    &["ab", "aktiebolag"],
    &["as", "a s", "aps"],
    &["bv", "b v", "nv", "n v"],
    &["sarl", "s a r l", "eurl", "sas"],
    &["sa", "s a"],
    &["srl", "s r l", "spa", "s p a"],
    &["sl", "s l", "slu"],
    &["sp z oo", "sp z o o", "spzoo", "spolka z oo", "spolka z o o"],
    &["sro", "s r o", "doo", "d o o", "kft", "pty ltd", "pty limited", "pvt ltd"],
];

impl PlainName {
    /// The plain name.
    #[must_use]
    pub fn of(name: &str) -> Self {
        let words = words_or_signs(name);
        let is_form = |spelling: &&str| words.strip_suffix(*spelling).is_some_and(|rest| rest.ends_with(' '));
        // The longest spelling that fits: `pty ltd` before `ltd`.
        let spellings = FORMS.iter().flat_map(|form| form.iter().map(|spelling| (form[0], *spelling)));
        let longest = spellings.filter(|(_, spelling)| is_form(spelling)).max_by_key(|(_, spelling)| spelling.len());
        match longest {
            Some((form, spelling)) => Self { words: words[..words.len() - spelling.len()].trim_end().to_owned(), form: Some(form) },
            None => Self { words, form: None },
        }
    }

    /// Whether both are spellings of one name. Two legal forms that differ are two firms, as far as one can tell.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        !self.words.is_empty() && self.words == other.words && (self.form == other.form || self.form.is_none() || other.form.is_none())
    }

    /// Whether one could be the other: worth asking a person, and no more.
    #[must_use]
    pub fn looks_like(&self, other: &Self) -> bool {
        /// From this likeness on, letters differ as in typing mistakes.
        const ALIKE: f64 = 0.93;
        /// Shorter names are alike by chance.
        const FEWEST: usize = 4;
        if self.words.is_empty() || other.words.is_empty() {
            return false;
        }
        if self.words == other.words {
            return true;
        }
        // `Branch 1` and `Branch 2` are two.
        let digits = |name: &Self| name.words.chars().filter(char::is_ascii_digit).collect::<String>();
        if digits(self) != digits(other) {
            return false;
        }
        let (short, long) = if self.words.len() < other.words.len() { (self, other) } else { (other, self) };
        let is_long_enough = short.words.chars().count() >= FEWEST;
        let begins = long.words.strip_prefix(short.words.as_str()).is_some_and(|rest| rest.starts_with(' '));
        let joined = |name: &Self| name.words.replace(' ', "");
        is_long_enough && (begins || joined(self) == joined(other) || strsim::jaro_winkler(&self.words, &other.words) >= ALIKE)
    }
}

/// The words of a name; of one without letters, its signs as they are.
fn words_or_signs(name: &str) -> String {
    let words = words(name);
    if words.is_empty() { name.split_whitespace().collect::<Vec<_>>().join(" ") } else { words }
}

/// The words of a name: letters and digits in small letters and without marks, one space between.
fn words(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            // Points within a legal form join its letters: `G.m.b.H.`; apostrophes join those of a word.
            '\'' | '\u{2019}' => {}
            '&' | '+' => out.push_str(" and "),
            c if c.is_alphanumeric() => push_letter(c, &mut out),
            _ => out.push(' '),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn push_letter(c: char, out: &mut String) {
    for small in c.to_lowercase() {
        match small {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'ł' => out.push('l'),
            'đ' | 'ð' => out.push('d'),
            'þ' => out.push_str("th"),
            'ı' => out.push('i'),
            other if is_combining_mark(other) => {}
            other => out.push(other),
        }
    }
}

/// A name as that of a file without its end: `Löwe & Söhne GmbH` becomes `lowe-and-sohne-gmbh`.
#[must_use]
pub fn slug(name: &str) -> String {
    /// Longer names of files are a burden, and some systems refuse them.
    const LONGEST_BYTES: usize = 60;
    /// Windows keeps these for devices.
    const RESERVED: [&str; 4] = ["con", "prn", "aux", "nul"];
    let mut slug = words(name).replace(' ', "-");
    if slug.len() > LONGEST_BYTES {
        let end = (0..=LONGEST_BYTES).rev().find(|end| slug.is_char_boundary(*end)).unwrap_or_default();
        slug.truncate(end);
        slug.truncate(slug.trim_end_matches('-').len());
    }
    if slug.is_empty() || RESERVED.contains(&slug.as_str()) { format!("client-{slug}").trim_end_matches('-').to_owned() } else { slug }
}

/// Domains at which anybody can have an address; two addresses there say nothing of each other.
const FREE_MAIL: &str = include_str!("free-mail.txt");

/// The domain of an address, if it belongs to somebody: `acme.example` of `ann@acme.example`.
#[must_use]
pub fn own_domain(address: &str) -> Option<&str> {
    let (_, domain) = address.rsplit_once('@')?;
    let is_free = || FREE_MAIL.lines().filter(|line| !line.starts_with('#')).any(|free| free.eq_ignore_ascii_case(domain));
    (domain.contains('.') && !is_free()).then_some(domain)
}

/// Whether an address fits a pattern of a record: the address itself, or `*@acme.example` for a whole domain.
#[must_use]
pub fn fits(pattern: &str, address: &str) -> bool {
    let pattern = pattern.trim();
    match pattern.strip_prefix('*') {
        Some(end) => {
            let split = address.len().checked_sub(end.len()).filter(|at| address.is_char_boundary(*at));
            end.starts_with('@') && split.is_some_and(|at| at > 0 && address[at..].eq_ignore_ascii_case(end))
        }
        None => pattern.eq_ignore_ascii_case(address) || pattern.to_lowercase() == address.to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(one: &str, other: &str) -> bool {
        PlainName::of(one).is_same(&PlainName::of(other))
    }

    #[test]
    fn spellings_of_one_name_are_the_same() {
        assert!(same("ACME GmbH", "Acme"));
        assert!(same("Acme G.m.b.H.", "acme gmbh"));
        assert!(same("Löwe  &  Söhne", "LOWE AND SOHNE"));
        assert!(same("Smith's Studio, Ltd.", "Smith’s Studio Limited"));
        assert!(same("Zielona Łąka Sp. z o.o.", "zielona laka"));
        assert!(same("Kupari Oy", "KUPARI"));
        assert!(same("Straße 9 AG", "Strasse 9"));
        assert!(same("星河科技", "星河科技"));
        assert!(same(" 🌊🌊", "🌊🌊 ") && !same("🌊", "🌱"), "signs are a name too");
    }

    #[test]
    fn two_legal_forms_are_two_firms_that_look_alike() {
        assert!(!same("Acme Ltd", "Acme GmbH"));
        assert!(PlainName::of("Acme Ltd").looks_like(&PlainName::of("Acme GmbH")));
        assert!(PlainName::of("Acme").looks_like(&PlainName::of("Acme Studios")));
        assert!(PlainName::of("Brightside").looks_like(&PlainName::of("Brightsde")));
        assert!(PlainName::of("Bright Side").looks_like(&PlainName::of("Brightside")));
        assert!(!PlainName::of("Acme").looks_like(&PlainName::of("Kupari")));
        assert!(!PlainName::of("Branch 1").looks_like(&PlainName::of("Branch 2")));
        assert!(!same("", "GmbH"));
        assert!(!same("", ""));
    }

    #[test]
    fn a_legal_form_alone_is_a_name() {
        assert_eq!(PlainName::of("Company"), PlainName { words: "company".to_owned(), form: None });
    }

    #[test]
    fn a_slug_is_a_plain_name_of_a_file() {
        assert_eq!(slug("Löwe & Söhne GmbH"), "lowe-and-sohne-gmbh");
        assert_eq!(slug("../../etc/passwd"), "etc-passwd");
        assert_eq!(slug("…"), "client");
        assert_eq!(slug("CON"), "client-con");
        assert_eq!(slug("星河科技"), "星河科技");
        assert!(slug(&"ä".repeat(500)).len() <= 60);
        assert!(slug(&"星".repeat(500)).len() <= 60);
    }

    #[test]
    fn free_mail_is_nobodys_domain() {
        assert_eq!(own_domain("ann@gmail.com"), None);
        assert_eq!(own_domain("ann@GMX.de"), None);
        assert_eq!(own_domain("ann@acme.example"), Some("acme.example"));
        assert_eq!(own_domain("ann"), None);
    }

    #[test]
    fn patterns_fit_addresses() {
        assert!(fits("*@acme.example", "Ann@ACME.example"));
        assert!(!fits("*@acme.example", "ann@notacme.example"));
        assert!(!fits("*@acme.example", "@acme.example"));
        assert!(fits("Ann@acme.example", "ann@acme.example"));
        assert!(!fits("*", "ann@acme.example"));
    }
}
