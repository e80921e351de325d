//! Importing into real folders: the README's example, several imports at once, and one that was cut off.

use std::path::Path;
use std::process::{Command, Output};

use super::project::text;
use super::stories::NO_SETTINGS;

fn clientcheck(folder: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_clientcheck"));
    command.args(words).current_dir(folder).env("XDG_CONFIG_HOME", NO_SETTINGS);
    command
}

fn run(folder: &Path, words: &[&str]) -> Output {
    clientcheck(folder, words).output().expect("the program runs")
}

fn told(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn the_second_example_of_the_readme_does_what_it_says() {
    const COMMAND: &str = "clientcheck import invoices examples/stripe.csv --into clients/ --yes && clientcheck score clients/";
    assert!(text("README.md").contains(COMMAND), "the README shows the example");
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("examples")).expect("a folder");
    std::fs::copy("examples/stripe.csv", folder.path().join("examples/stripe.csv")).expect("a file");
    for command in COMMAND.split(" && ") {
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let output = run(folder.path(), &words);
        assert!(output.status.success(), "{}", told(&output));
    }
    let score = told(&run(folder.path(), &["score", "clients/", "--as-of", "2026-11-22"]));
    assert!(score.contains("Tern Ceramics Ltd") && score.contains("Olmo Books"), "{score}");
}

fn export(first: usize, count: usize) -> String {
    let rows = (first..first + count).map(|nth| format!("N-{nth:04},Client {},2026-01-15,2026-02-14,100.00,EUR\n", nth % 3));
    std::iter::once("Invoice,Client,Date,Due,Total,Currency\n".to_owned()).chain(rows).collect()
}

#[test]
fn several_imports_at_once_lose_nothing() {
    const IMPORTS: usize = 4;
    const ROWS: usize = 30;
    let folder = tempfile::tempdir().expect("a folder");
    let mut running = Vec::new();
    for nth in 0..IMPORTS {
        std::fs::write(folder.path().join(format!("{nth}.csv")), export(nth * ROWS, ROWS)).expect("a file");
        let words = ["import", "invoices", &format!("{nth}.csv"), "--into", "clients/", "--yes"].map(str::to_owned);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        running.push(clientcheck(folder.path(), &words).stdout(std::process::Stdio::null()).spawn().expect("the program runs"));
    }
    for mut child in running {
        assert!(child.wait().expect("it ends").success());
    }
    let clients = std::fs::read_dir(folder.path().join("clients")).expect("a folder");
    let texts: Vec<String> = clients.map(|entry| std::fs::read_to_string(entry.expect("an entry").path()).expect("a text")).collect();
    assert_eq!(texts.len(), 3, "one record for each client, and nothing left beside them");
    let all = texts.concat();
    for nth in 0..IMPORTS * ROWS {
        assert_eq!(all.matches(&format!("\"N-{nth:04}\"")).count(), 1, "invoice {nth}");
    }
}

const MAILS: &str = "\
From ann@acme.example Mon Jun  1 09:00:00 2026
Message-ID: <one@acme.example>
Date: Mon, 1 Jun 2026 09:00:00 +0200
From: Ann <ann@acme.example>
To: Jo <jo@studio.example>
Subject: Shop

When does it go online?

From jo@studio.example Mon Jun  1 10:00:00 2026
Message-ID: <two@studio.example>
Date: Mon, 1 Jun 2026 10:00:00 +0200
From: Jo <jo@studio.example>
To: Ann <ann@acme.example>
Subject: Re: Shop

On Friday.
";

#[test]
fn an_import_that_was_cut_off_between_two_files_is_finished_by_the_next() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("acme.yaml");
    let text = "client: { name: Acme, emails: [\"*@acme.example\"] }   # mine\n";
    std::fs::write(&record, text).expect("a record");
    std::fs::write(folder.path().join("all.mbox"), MAILS).expect("a mailbox");
    let words = ["import", "messages", "all.mbox", "--into", "acme.yaml", "--me", "jo@studio.example", "--yes"];
    let output = run(folder.path(), &words);
    assert!(output.status.success(), "{}", told(&output));
    let whole = std::fs::read_to_string(&record).expect("a record");
    let messages = std::fs::read_to_string(folder.path().join("acme.messages.jsonl")).expect("messages");
    assert_eq!(messages.lines().count(), 2);
    // Cut off behind the first file, there are messages that no record names yet: it can be read all the same.
    std::fs::write(&record, text).expect("a record");
    assert!(run(folder.path(), &["score", "acme.yaml"]).status.success());
    assert!(run(folder.path(), &words).status.success());
    assert_eq!(std::fs::read_to_string(&record).expect("a record"), whole);
    assert_eq!(std::fs::read_to_string(folder.path().join("acme.messages.jsonl")).expect("messages"), messages);
    assert!(whole.starts_with(text) && whole.contains("messages_file: acme.messages.jsonl"), "{whole}");
}

#[test]
fn json_records_are_extended_as_json() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.csv"), export(0, 1)).expect("a file");
    for words in [["--into", "new.json"], ["--into", "old.json"]] {
        std::fs::write(folder.path().join("old.json"), "{\"client\": {\"name\": \"Client 0\"}}").expect("a record");
        let output = run(folder.path(), &[&["import", "invoices", "a.csv", "--yes"][..], &words].concat());
        assert!(output.status.success(), "{}", told(&output));
        assert!(run(folder.path(), &["score", words[1]]).status.success());
    }
}

#[test]
fn a_client_that_was_renamed_there_keeps_its_record() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.csv"), export(0, 1)).expect("a file");
    let words = ["import", "invoices", "a.csv", "--into", "clients/", "--yes"];
    assert!(run(folder.path(), &words).status.success());
    let renamed = export(0, 1).replace("Client 0", "Zero Works") + "N-0900,Zero Works,2026-03-15,2026-04-14,50.00,EUR\n";
    std::fs::write(folder.path().join("a.csv"), renamed).expect("a file");
    let output = run(folder.path(), &words);
    assert!(told(&output).contains("Zero Works: its invoices stand in clients/client-0.yaml (Client 0)"), "{}", told(&output));
    let text = std::fs::read_to_string(folder.path().join("clients/client-0.yaml")).expect("a record");
    assert_eq!(text.matches("- number:").count(), 2, "{text}");
    assert_eq!(std::fs::read_dir(folder.path().join("clients")).expect("a folder").count(), 1);
}

#[test]
fn where_no_message_can_be_imported_each_is_accounted_for() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("acme.yaml"), "client: { name: Acme }\n").expect("a record");
    let mail = "From: ann@acme.example\nTo: jo@studio.example\nSubject: x\n";
    std::fs::write(folder.path().join("undated.eml"), format!("{mail}\nHello\n")).expect("a mail");
    std::fs::write(
        folder.path().join("list.eml"),
        format!("{mail}List-Id: <all.acme.example>\nDate: Mon, 20 Jan 2025 10:00:00 +0000\n\nHello\n"),
    )
    .expect("a mail");
    let run_on = |file: &str| {
        let output = run(folder.path(), &["import", "messages", file, "--into", "acme.yaml", "--me", "jo@studio.example", "--yes"]);
        assert_eq!(output.status.code(), Some(2));
        told(&output)
    };
    let undated = run_on("undated.eml");
    assert!(undated.contains("this mail has no date") && undated.contains("undated.eml: 1 message; 1 unreadable"), "{undated}");
    let list = run_on("list.eml");
    assert!(list.contains("1 skipped (mailing list)") && list.contains("--with-lists"), "{list}");
}

#[test]
fn a_record_that_may_only_be_read_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let record = folder.path().join("acme.yaml");
    let text = "client: { name: Client 0 }\n";
    std::fs::write(&record, text).expect("a record");
    let mut permissions = std::fs::metadata(&record).expect("a record").permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&record, permissions).expect("permissions");
    std::fs::write(folder.path().join("a.csv"), export(0, 1)).expect("a file");
    let output = run(folder.path(), &["import", "invoices", "a.csv", "--into", "acme.yaml", "--yes"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("acme.yaml may only be read; nothing was written"), "{}", told(&output));
    assert_eq!(std::fs::read_to_string(&record).expect("a record"), text);
}

#[test]
fn what_cannot_be_a_target_is_told_in_words() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.csv"), export(0, 1)).expect("a file");
    std::fs::write(folder.path().join("bank.csv"), "Date,Name,Description,Amount\n2026-02-20,Client 0,N-0000,100.00\n").expect("a file");
    let output = run(folder.path(), &["import", "invoices", "a.csv", "--into", "a.csv/acme.yaml", "--yes"]);
    assert!(told(&output).contains("a.csv is a file, not a folder"), "{}", told(&output));
    let output = run(folder.path(), &["import", "payments", "bank.csv", "--into", "clients/", "--yes"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("import invoices first"), "{}", told(&output));
}

#[test]
fn a_second_document_in_a_record_is_called_so() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("acme.yaml"), "client: { name: Acme }\n---\nclient: { name: Kupari }\n").expect("a record");
    let output = run(folder.path(), &["score", "acme.yaml"]);
    assert!(told(&output).contains("a second document begins here"), "{}", told(&output));
}
