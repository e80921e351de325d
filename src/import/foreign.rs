//! Files that are no exports: what they are, by their first bytes, and what to do instead.

/// What a file is, and what to do.
type Told = (&'static str, &'static str);

const TAKE_THE_EXPORT: &str = "import the export itself: a CSV file, a bank statement (camt.053 or OFX) or an Invoice Ninja backup";
const SAVE_AS_CSV: &str = "open it in a spreadsheet and save the sheet as CSV";
pub(super) const SPREADSHEET: Told = ("a spreadsheet (XLSX), not a CSV file", SAVE_AS_CSV);
pub(super) const OPEN_DOCUMENT: Told = ("a document of LibreOffice, not a CSV file", SAVE_AS_CSV);

const MAGIC: [(&[u8], Told); 12] = [
    (b"\x89PNG", ("an image (PNG)", TAKE_THE_EXPORT)),
    (b"\xff\xd8\xff", ("an image (JPEG)", TAKE_THE_EXPORT)),
    (b"GIF8", ("an image (GIF)", TAKE_THE_EXPORT)),
    (b"%PDF", ("a PDF", "a PDF shows a table and holds none: export the same report as CSV")),
    (b"\xd0\xcf\x11\xe0", ("an old Excel or Word file", SAVE_AS_CSV)),
    (b"\x1f\x8b", ("packed with gzip", "unpack it first, with gunzip for example")),
    (b"7z\xbc\xaf", ("packed with 7-Zip", "unpack it first")),
    (b"Rar!", ("packed with RAR", "unpack it first")),
    (b"BZh", ("packed with bzip2", "unpack it first, with bunzip2 for example")),
    (b"{\\rtf", ("a text document (RTF)", TAKE_THE_EXPORT)),
    (b"\x7fELF", ("a program", TAKE_THE_EXPORT)),
    (b"SQLite format 3", ("a database (SQLite)", TAKE_THE_EXPORT)),
];

/// How much is looked at for bytes that no text has.
const SAMPLE: usize = 8192;

/// What a file is that has no text in it.
pub(super) fn binary(bytes: &[u8]) -> Option<Told> {
    if let Some((_, told)) = MAGIC.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return Some(*told);
    }
    if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        return Some(("an image (WebP)", TAKE_THE_EXPORT));
    }
    let sample = bytes.get(..bytes.len().min(SAMPLE)).unwrap_or_default();
    let controls = sample.iter().filter(|byte| matches!(byte, 1..=8 | 14..=26 | 28..=31 | 127)).count();
    // UTF-16 has zeros, but hardly other controls.
    let zeros = sample.iter().filter(|byte| **byte == 0).count();
    let is_binary = controls * 20 > sample.len() || zeros * 10 > sample.len() * 6;
    is_binary.then_some(("no text: it is damaged, or a file of another program", TAKE_THE_EXPORT))
}

/// What a text is that is no export.
pub(super) fn text(beginning: &str) -> Option<Told> {
    let lower = beginning.get(..beginning.len().min(512)).unwrap_or(beginning).to_lowercase();
    if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        return Some(("a web page", "the download was probably answered with a page to log in: log in and export again"));
    }
    if beginning.starts_with("From ")
        || lower.starts_with("return-path:")
        || lower.starts_with("received:")
        || lower.starts_with("delivered-to:")
    {
        return Some(("mail", "mail is read with: clientcheck import messages"));
    }
    if beginning.contains(":20:") && beginning.contains(":25:") && (beginning.contains(":61:") || beginning.contains(":60F:")) {
        return Some(("an MT940 statement", "download the statement as camt.053, OFX or CSV; nearly all banks offer one of these"));
    }
    if beginning.contains("CrossIndustryInvoice") || beginning.contains("oasis:names:specification:ubl") {
        return Some(("a single electronic invoice", "import the list of invoices of the program that wrote it"));
    }
    if beginning.starts_with('<') {
        return Some(("XML that is neither a camt nor an OFX statement", TAKE_THE_EXPORT));
    }
    if beginning.starts_with('{') || beginning.starts_with("[{") || beginning.starts_with("[\n") {
        return Some(("JSON that is no Invoice Ninja backup", TAKE_THE_EXPORT));
    }
    None
}
