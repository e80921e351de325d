//! `clientcheck rules new`: a rule to begin from, with comments that teach and a test that fails until it is written.

use super::args::NewArgs;
use crate::cli::output::{tell, write, write_new};
use crate::cli::{DONE, FAILED};
use crate::diagnostic::plain_line;
use crate::rules::{built_in_files, is_id};

const SKELETON: &str = include_str!("skeleton.yml");

/// Runs `rules new`; the exit code.
///
/// # Errors
/// If the file cannot be written.
pub fn run(args: &NewArgs) -> anyhow::Result<u8> {
    if !is_id(&args.id) {
        let meant = as_id(&args.id);
        let hint = if meant.is_empty() { "like friday-calls".to_owned() } else { format!("did you mean `{meant}`?") };
        tell(&format!("error: `{}` cannot be an id: small letters, digits and single hyphens; {hint}", plain_line(&args.id)));
        return Ok(FAILED);
    }
    let text = skeleton(&args.id);
    let Some(path) = &args.output else {
        write(&text)?;
        return Ok(DONE);
    };
    if !write_new(path, &text)? {
        return Ok(FAILED);
    }
    let shown = plain_line(&path.display().to_string()).into_owned();
    write(&format!(
        "Written: {shown}\n\
         Its first test fails until you write your own phrases:  clientcheck rules test {shown}\n"
    ))?;
    Ok(DONE)
}

fn skeleton(id: &str) -> String {
    let is_built_in = built_in_files().iter().any(|(path, _)| path.ends_with(&format!("/{id}.yml")));
    let replaces = if is_built_in { "replaces: built-in                   # there is a built-in rule of this id\n" } else { "" };
    SKELETON.replace("{id}", id).replace("{title}", &title(id)).replace("{replaces}\n", replaces)
}

/// `friday-calls` as the beginning of a sentence: `Friday calls`.
fn title(id: &str) -> String {
    let words = id.replace('-', " ");
    let mut letters = words.chars();
    letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default()
}

/// What was probably meant as an id.
fn as_id(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::try_rule;
    use crate::rules::{Pack, check};

    #[test]
    fn a_new_rule_is_right_and_its_first_test_fails_until_it_is_written() {
        let files = vec![("friday-calls.yml".to_owned(), skeleton("friday-calls"))];
        let checked = check(&[Pack::BuiltIn, Pack::Files { name: "mine".to_owned(), files }], None);
        assert!(checked.diagnostics.is_empty(), "{:?}", checked.diagnostics);
        let loaded = checked.loaded.expect("no mistakes");
        let failed: Vec<bool> = loaded.tests.iter().map(|(id, test)| try_rule(&loaded.rulebook, id, test).failure.is_some()).collect();
        assert_eq!(failed, [true, false]);
    }

    #[test]
    fn a_new_rule_of_a_built_in_id_replaces_it() {
        assert!(skeleton("late-payments").contains("\nreplaces: built-in "));
        assert!(!skeleton("friday-calls").contains("replaces"));
    }

    #[test]
    fn words_become_an_id() {
        assert_eq!(as_id("Friday Calls!"), "friday-calls");
        assert_eq!(title("friday-calls"), "Friday calls");
    }
}
