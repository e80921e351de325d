//! The text of a mail that has no plain part.
//!
//! HTML comes in, as broken as mail programs write it; out go its words, with line ends where a reader sees them, and `>`
//! before what is quoted, as in plain mails. Signatures that are marked as such are left out. One pass and no tree, so
//! that no nesting is too deep and none takes longer than its bytes; with a tree, 10,000 open tags take minutes.

use mail_parser::decoders::html::add_html_token;

/// Stands where a mail program says that all that follows is the mail that is answered.
const DIVIDER: &str = "-----Original Message-----\n";

/// Deeper quotes look the same.
const DEEPEST_QUOTE: u32 = 8;

/// Elements of which nothing is shown.
const UNSEEN: [&str; 5] = ["style", "script", "title", "template", "noscript"];

/// Elements that begin and end a line.
const BLOCKS: [&str; 28] = [
    "address",
    "article",
    "blockquote",
    "center",
    "dd",
    "div",
    "dl",
    "dt",
    "fieldset",
    "footer",
    "form",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "table",
    "tbody",
    "tr",
    "ul",
];

/// Elements round which a line stays empty.
const APART: [&str; 8] = ["p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote"];

/// Ids and classes of signatures, as programs write them.
const SIGNATURES: [&str; 6] =
    ["gmail_signature", "moz-signature", "AppleMailSignature", "ms-outlook-mobile-signature", "Signature", "protonmail_signature_block"];

/// Of what introduces a quote.
const INTRODUCTIONS: [&str; 2] = ["gmail_attr", "moz-cite-prefix"];

/// Of what begins the mail that is answered, without a mark at its end.
const ANSWERED: [&str; 5] = ["divRplyFwdMsg", "appendonsend", "OLK_SRC_BODY_SECTION", "yahoo_quoted", "zwchr"];

/// The words of `html`.
pub(super) fn text(html: &str) -> String {
    let mut page = Page::default();
    let mut ends = Ends::default();
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        page.words(&rest[..at]);
        rest = &rest[at..];
        let Some((tag, behind)) = Tag::read(rest, &mut ends) else {
            page.words(&rest[..1]);
            rest = &rest[1..];
            continue;
        };
        rest = behind;
        if UNSEEN.contains(&tag.name.as_str()) && !tag.closes {
            rest = behind_closing(rest, &tag.name);
        } else if !page.tag(&tag, rest) {
            return page.text;
        }
    }
    page.words(rest);
    page.text
}

/// What was looked for up to the end of the page, and is not looked for again.
#[derive(Default)]
struct Ends {
    /// No comment ends any more.
    of_comments_are_missing: bool,
    /// Somebody forgot a quote, so that quotes tell nothing of where a tag ends.
    quotes_are_broken: bool,
    /// No tag ends any more.
    of_tags_are_missing: bool,
}

/// A tag; comments and declarations are tags without a name.
struct Tag<'h> {
    name: String,
    attributes: &'h str,
    closes: bool,
}

impl<'h> Tag<'h> {
    /// The tag that `html` begins with, and what stands behind it. `None` if it is no tag.
    fn read(html: &'h str, ends: &mut Ends) -> Option<(Self, &'h str)> {
        let nameless = Self { name: String::new(), attributes: "", closes: false };
        let inner = &html[1..];
        if let Some(comment) = inner.strip_prefix("!--") {
            // Of a comment that never ends, only its beginning is left out.
            let end = if ends.of_comments_are_missing { None } else { memchr::memmem::find(comment.as_bytes(), b"-->") };
            ends.of_comments_are_missing = end.is_none();
            return Some((nameless, end.map_or(comment, |at| &comment[at + 3..])));
        }
        let closes = inner.starts_with('/');
        let inner = inner.strip_prefix('/').unwrap_or(inner);
        if !inner.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '!' | '?')) {
            return None;
        }
        let name_end = inner.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '!' | '?'))).unwrap_or(inner.len());
        let end = ends.of_tag(inner, name_end)?;
        let tag = Self { name: inner[..name_end].to_ascii_lowercase(), attributes: &inner[name_end..end], closes };
        Some((tag, inner.get(end + 1..).unwrap_or_default()))
    }

    /// The value of an attribute.
    fn attribute(&self, name: &str) -> Option<&'h str> {
        let mut from = 0;
        while let Some(at) = memchr::memmem::find(&self.attributes.as_bytes()[from..], name.as_bytes()).map(|at| at + from) {
            from = at + name.len();
            let before = self.attributes[..at].bytes().next_back();
            let Some(value) = self.attributes[from..].trim_start().strip_prefix('=') else { continue };
            if !before.is_some_and(|byte| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\'')) {
                continue;
            }
            let value = value.trim_start();
            return match value.bytes().next() {
                Some(quote @ (b'"' | b'\'')) => value[1..].split(char::from(quote)).next(),
                _ => value.split(|c: char| c.is_ascii_whitespace()).next(),
            };
        }
        None
    }

    fn is_marked(&self, marks: &[&str]) -> bool {
        let words = |name| self.attribute(name).unwrap_or_default().split_ascii_whitespace();
        words("id").chain(words("class")).any(|word| marks.contains(&word))
    }
}

impl Ends {
    /// Where the `>` of a tag stands: not inside of a quoted value, if that has an end.
    fn of_tag(&mut self, inner: &str, from: usize) -> Option<usize> {
        if !self.quotes_are_broken
            && let Some(end) = behind_quotes(inner.as_bytes(), from)
        {
            return Some(end);
        }
        self.quotes_are_broken = true;
        if self.of_tags_are_missing {
            return None;
        }
        let end = memchr::memchr(b'>', inner.as_bytes());
        self.of_tags_are_missing = end.is_none();
        end
    }
}

/// The first `>` that stands in no quoted value.
fn behind_quotes(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        let found = at + memchr::memchr3(b'>', b'"', b'\'', bytes.get(at..)?)?;
        if bytes[found] == b'>' {
            return Some(found);
        }
        // A value begins behind a `=`; a quote elsewhere is one that somebody forgot.
        let opens = bytes[..found].trim_ascii_end().last() == Some(&b'=');
        at = if opens { found + 2 + memchr::memchr(bytes[found], &bytes[found + 1..])? } else { found + 1 };
    }
}

/// What stands behind the closing tag of an element whose content is not read.
fn behind_closing<'h>(html: &'h str, name: &str) -> &'h str {
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&html.as_bytes()[from..], b"</").map(|at| at + from) {
        from = at + 2;
        let is_it = html.as_bytes()[from..].get(..name.len()).is_some_and(|other| other.eq_ignore_ascii_case(name.as_bytes()));
        if is_it {
            return memchr::memchr(b'>', &html.as_bytes()[from..]).map_or("", |end| &html[from + end + 1..]);
        }
    }
    ""
}

/// An element of which something follows at its end.
#[derive(Debug)]
struct Open {
    name: String,
    /// How many elements of that name are open inside of it.
    depth: u32,
    is_quote: bool,
}

/// The text as far as it was read.
#[derive(Debug, Default)]
struct Page {
    text: String,
    /// Quotes and signatures that are open. The innermost is last.
    open: Vec<Open>,
    quotes: u32,
    /// How deep quotes were where the line ends came that are still to be written.
    quotes_between: u32,
    unseen: u32,
    preformatted: u32,
    wants_space: bool,
    /// Line ends that stand between the text and the next word.
    wants_lines: u8,
}

impl Page {
    /// Takes a tag; `false` if nothing behind it is the sender's.
    fn tag(&mut self, tag: &Tag<'_>, behind: &str) -> bool {
        let name = tag.name.as_str();
        if !tag.closes && self.unseen == 0 && tag.is_marked(&ANSWERED) {
            self.line_ends(1);
            self.words(DIVIDER);
            return false;
        }
        if BLOCKS.contains(&name) {
            self.line_ends(if APART.contains(&name) { 2 } else { 1 });
        }
        match name {
            "br" => {
                self.wants_space = false;
                self.wants_lines = (self.wants_lines + 1).min(2);
            }
            "td" | "th" => self.wants_space = true,
            "li" if !tag.closes => self.words("- "),
            "pre" if tag.closes => self.preformatted = self.preformatted.saturating_sub(1),
            "pre" => self.preformatted += 1,
            _ => {}
        }
        if tag.closes {
            self.close(name);
        } else {
            self.open(tag, behind);
        }
        true
    }

    fn open(&mut self, tag: &Tag<'_>, behind: &str) {
        let is_quote = match tag.name.as_str() {
            // Gmail indents with quotes that have no border.
            "blockquote" => !tag.attribute("style").is_some_and(|style| style.replace(' ', "").contains("border:none")),
            "div" => tag.is_marked(&INTRODUCTIONS) && !behind.trim_start().starts_with("---"),
            _ => false,
        };
        let is_signature = matches!(tag.name.as_str(), "div" | "pre" | "p" | "span" | "table") && tag.is_marked(&SIGNATURES);
        if (is_quote && self.quotes < DEEPEST_QUOTE) || (is_signature && self.unseen == 0) {
            self.quotes += u32::from(is_quote);
            self.unseen += u32::from(is_signature);
            self.open.push(Open { name: tag.name.clone(), depth: 0, is_quote });
        } else if let Some(open) = self.open.last_mut().filter(|open| open.name == tag.name) {
            open.depth += 1;
        }
    }

    fn close(&mut self, name: &str) {
        // What was opened inside, and never closed, ends here too.
        let Some(at) = self.open.iter().rposition(|open| open.name == name) else { return };
        if let Some(open) = self.open.get_mut(at)
            && open.depth > 0
        {
            open.depth -= 1;
            return;
        }
        for open in self.open.drain(at..) {
            if open.is_quote {
                self.quotes -= 1;
            } else {
                self.unseen -= 1;
            }
        }
        self.quotes_between = self.quotes_between.min(self.quotes);
        self.line_ends(1);
    }

    fn line_ends(&mut self, count: u8) {
        self.wants_lines = self.wants_lines.max(count);
        self.wants_space = false;
    }

    /// Takes text between tags.
    fn words(&mut self, html: &str) {
        if self.unseen > 0 {
            return;
        }
        for line in html.split_inclusive('\n') {
            for word in line.split_inclusive(|c: char| c.is_ascii_whitespace()) {
                let end = word.trim_end_matches(|c: char| c.is_ascii_whitespace());
                self.word(end);
                self.wants_space |= end.len() < word.len();
            }
            if self.preformatted > 0 && line.ends_with('\n') {
                self.wants_lines = (self.wants_lines + 1).min(2);
                self.wants_space = false;
            }
        }
    }

    fn word(&mut self, word: &str) {
        if word.is_empty() {
            return;
        }
        if self.wants_lines > 0 || self.text.is_empty() {
            self.begin_line();
        } else if self.wants_space && !self.text.ends_with(' ') {
            self.text.push(' ');
        }
        self.wants_space = false;
        let mut rest = word;
        while let Some(at) = memchr::memchr(b'&', rest.as_bytes()) {
            self.text.push_str(&rest[..at]);
            rest = &rest[at..];
            // The longest name of a letter has 31 characters.
            let end = rest.bytes().take(33).position(|byte| byte == b';').map_or(1, |end| end + 1);
            if rest[..end].eq_ignore_ascii_case("&nbsp;") || &rest[..end] == "&#160;" {
                self.text.push(' ');
            } else {
                add_html_token(&mut self.text, &rest.as_bytes()[..end], false);
            }
            rest = &rest[end..];
        }
        self.text.push_str(rest);
    }

    fn begin_line(&mut self) {
        let is_first = self.text.is_empty();
        let lines = if is_first { 1 } else { self.wants_lines };
        for line in 0..lines {
            if !is_first {
                self.text.push('\n');
            }
            let is_last = line + 1 == lines;
            for _ in 0..if is_last { self.quotes } else { self.quotes.min(self.quotes_between) } {
                self.text.push('>');
            }
            if self.quotes > 0 && is_last {
                self.text.push(' ');
            }
        }
        self.wants_lines = 0;
        self.quotes_between = self.quotes;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_come_out_with_the_lines_that_a_reader_sees() {
        let html = "<html><head><title>No</title><style>p{}</style></head><body><p>Caf&eacute;&nbsp;<b>bold</b> &amp; 1 < 2\nwide</p>\
            <div>One</div><div>Two<br>three</div><ul><li>a<li>b</ul><table><tr><td>c</td><td>d</td></tr></table><!-- no > -->\
            <a href=\"http://x/?a>b\">link</a> <img alt='n>o' src=x>end<pre>  one\n  two</pre></body></html>";
        assert_eq!(text(html), "Café bold & 1 < 2 wide\n\nOne\nTwo\nthree\n- a\n- b\nc d\nlink end\none\ntwo");
    }

    #[test]
    fn quotes_are_marked_as_in_plain_mails() {
        let html = "Yes.<div class=\"gmail_quote\"><div dir=ltr class='gmail_attr'>On Monday Ann wrote:</div><blockquote class=gmail_quote>\
            <div>Is it <blockquote>old</blockquote> blue?</div></blockquote>No.</div>";
        assert_eq!(text(html), "Yes.\n> On Monday Ann wrote:\n\n> Is it\n>\n>> old\n>\n> blue?\n\nNo.");
        assert_eq!(text("a<blockquote style='margin:0 0 0 40px; border: none'>mine</blockquote>"), "a\n\nmine");
    }

    #[test]
    fn signatures_and_the_mail_that_is_answered_are_known() {
        assert_eq!(text("Hi<div class=\"gmail_signature\">Ann <div>Studio</div></div>PS: pay"), "Hi\nPS: pay");
        assert_eq!(text("Hi<div id=\"appendonsend\"></div><hr><b>From:</b> Bo"), "Hi\n-----Original Message-----");
    }

    #[test]
    fn broken_html_is_text_and_takes_no_longer() {
        for html in ["a < b", "<", "</", "<a", "<!--", "<!-- x", "&#xD800; &nosuch; &", "<b a=\"x>y", "<style>x", "</div></blockquote>z"] {
            let _ = text(html);
        }
        for part in
            ["<div>", "<blockquote>", "<b a='", "<a \"", "<!--", "<div class=gmail_signature>", "&", "<style>", "</p>", "<", "<ul><li>"]
        {
            let _ = text(&part.repeat(100_000));
        }
        assert_eq!(text("<!-- no end <p>words"), "no end\n\nwords");
    }
}
