//! `clientcheck rules export`: the built-in pack as files to edit, with their tests.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::args::ExportArgs;
use crate::cli::output::{tell, write};
use crate::cli::{DONE, FAILED};
use crate::diagnostic::{closest, plain_line};
use crate::report::screen::counted;
use crate::rules::built_in_files;

/// Runs `rules export`; the exit code.
///
/// # Errors
/// If a file cannot be written.
pub fn run(args: &ExportArgs) -> anyhow::Result<u8> {
    let Some(files) = files(args) else { return Ok(FAILED) };
    let there: Vec<&PathBuf> = files.iter().map(|(path, _)| path).filter(|path| path.exists()).collect();
    if !args.force && !there.is_empty() {
        for path in there.iter().take(3) {
            tell(&format!("error: {} is there already", shown(path)));
        }
        let more = if there.len() > 3 { format!("and {} more. ", there.len() - 3) } else { String::new() };
        tell(&format!("{more}Nothing was written; --force overwrites"));
        return Ok(FAILED);
    }
    for (path, text) in &files {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", shown(folder)))?;
        fs::write(path, text).with_context(|| format!("cannot write {}", shown(path)))?;
    }
    write(&closing(args, &files))?;
    Ok(DONE)
}

fn shown(path: &Path) -> String {
    plain_line(&path.display().to_string()).into_owned()
}

/// What is written where; none if a rule is not known, which was told.
fn files(args: &ExportArgs) -> Option<Vec<(PathBuf, String)>> {
    if args.rule.is_empty() {
        return Some(built_in_files().iter().map(|(path, text)| (args.folder.join(path), (*text).to_owned())).collect());
    }
    let ids = || built_in_files().iter().filter_map(|(path, _)| id_of(path));
    let mut files = Vec::new();
    for id in &args.rule {
        let found = built_in_files().iter().find(|(path, _)| id_of(path) == Some(id));
        let Some((path, text)) = found else {
            let meant = closest(id, ids()).map_or_else(|| "clientcheck rules list".to_owned(), |word| format!("did you mean `{word}`?"));
            tell(&format!("error: there is no built-in rule `{}`: {meant}", plain_line(id)));
            return None;
        };
        files.push((args.folder.join(path), replacing(text)));
    }
    Some(files)
}

/// The id of the rule in a file of the built-in pack; none for other files.
fn id_of(path: &str) -> Option<&str> {
    let (folder, file) = path.split_once('/')?;
    file.strip_suffix(".yml").filter(|_| !matches!(folder, "actions" | "lexicons"))
}

/// The rule as one that replaces the built-in one.
fn replacing(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 24);
    for line in text.split_inclusive('\n') {
        out.push_str(line);
        if line.starts_with("id:") {
            out.push_str("replaces: built-in\n");
        }
    }
    out
}

fn closing(args: &ExportArgs, files: &[(PathBuf, String)]) -> String {
    let folder = shown(&args.folder);
    let plain = folder.strip_prefix("./").unwrap_or(&folder).trim_end_matches('/');
    // Settings name folders beside them.
    let named = if args.folder.is_absolute() { plain.to_owned() } else { format!("./{plain}") };
    if !args.rule.is_empty() {
        let rules = counted(files.len(), "rule");
        return format!("Written to {folder}: {rules}.\nTo use them, write into clientcheck.yml:  extends: [built-in, {named}]\n");
    }
    let of = |wanted: &str| built_in_files().iter().filter(|(path, _)| path.starts_with(wanted)).count();
    let rules = built_in_files().iter().filter(|(path, _)| id_of(path).is_some()).count();
    format!(
        "Written to {folder}: {}, {}, {}, scoring.yml and sources.yml.\n\
         To use them in place of the built-in ones, write into clientcheck.yml:  extends: [{named}]\n\
         After a change:  clientcheck rules test {folder}\n",
        counted(rules, "rule"),
        counted(of("actions/"), "action"),
        counted(of("lexicons/"), "lexicon"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exported_rule_says_what_it_replaces() {
        assert_eq!(replacing("# a\nid: x\ntitle: y\n"), "# a\nid: x\nreplaces: built-in\ntitle: y\n");
    }

    #[test]
    fn only_rules_have_ids() {
        assert_eq!(id_of("payment/late-payments.yml"), Some("late-payments"));
        assert_eq!((id_of("actions/let-go.yml"), id_of("scoring.yml")), (None, None));
    }
}
