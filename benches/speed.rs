//! Speed, as ratios of two things measured in one run: `cargo bench --bench speed`. Times on a busy machine drift; ratios
//! of neighbours in one run drift less. Each figure is the best of several rounds, the two sides in turn.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use clientcheck::record::{Record, decode_line};
use clientcheck::rules::{Pack, load};
use clientcheck::text::{Languages, Reading, Scratch};

const PROGRAM: &str = env!("CARGO_BIN_EXE_clientcheck");

fn main() {
    // `cargo test --benches` only wants to see that it builds.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    small_record();
    stream();
    large_yaml();
    texts();
    many_rules();
}

/// The best time of each side over some rounds, the sides in turn.
fn best(rounds: usize, mut one: impl FnMut(), mut other: impl FnMut()) -> (Duration, Duration) {
    let time = |run: &mut dyn FnMut()| {
        let start = Instant::now();
        run();
        start.elapsed()
    };
    (0..rounds).fold((Duration::MAX, Duration::MAX), |(a, b), _| (a.min(time(&mut one)), b.min(time(&mut other))))
}

fn tell(what: &str, (one, other): (Duration, Duration), limit: &str) {
    let mut line = String::new();
    let ratio = one.as_secs_f64() / other.as_secs_f64();
    let _ = write!(
        line,
        "{what}: {ratio:.2} times ({:.2} ms against {:.2} ms); the aim is {limit}",
        one.as_secs_f64() * 1e3,
        other.as_secs_f64() * 1e3
    );
    let _ = writeln!(std::io::stdout(), "{line}");
}

/// Runs the program. Its input is a file, so that nothing else works beside it.
fn run(arguments: &[&str], threads: &str, input: Option<&Path>) {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).env("RAYON_NUM_THREADS", threads).stdout(Stdio::null()).stderr(Stdio::null());
    command.stdin(input.map_or_else(Stdio::null, |file| File::open(file).expect("the input was written").into()));
    assert!(command.status().expect("the program starts").success(), "{arguments:?}");
}

/// One small record, all default rules loaded, against the least that the program can do.
fn small_record() {
    let score = || run(&["score", "--as-of", "2026-11-22", "examples/kupari.yaml"], "1", None);
    let version = || run(&["--version"], "1", None);
    tell("one small record, against --version", best(60, score, version), "at most 8");
}

/// Records of about 4 KB, one a line: scoring on one core against typed parsing alone, and two cores against one.
fn stream() {
    let records = 5_000;
    let input: Vec<u8> = (0..records).flat_map(|number| line(number).into_bytes()).collect();
    let per_record = input.len() / records;
    let folder = tempfile::tempdir().expect("a folder for the records");
    let file = folder.path().join("records.ndjson");
    std::fs::write(&file, &input).expect("the records are written");
    let parse = || {
        for line in input.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let record: Record = decode_line(line).expect("the records of this bench are right");
            std::hint::black_box(record);
        }
    };
    let score = |threads: &'static str| {
        let file = file.as_path();
        move || run(&["score", "-f", "ndjson", "--as-of", "2026-01-01", "-"], threads, Some(file))
    };
    tell(&format!("{records} records of {per_record} bytes on one core, against parsing them"), best(7, score("1"), parse), "at most 6");
    tell("the same on one core, against two", best(7, score("1"), score("2")), "at least 1.7");
}

/// A record of 5 MB YAML against decoding it with the YAML library.
fn large_yaml() {
    let mut yaml = String::from("clientcheck: 1\nclient: { name: Large }\ncontract: { signed_on: 2020-01-01, currency: EUR }\nmessages:\n");
    let mut number = 0;
    while yaml.len() < 5 << 20 {
        let from = if number % 2 == 0 { "client" } else { "me" };
        let (day, hour) = (number % 28 + 1, number % 12 + 8);
        let _ = writeln!(
            yaml,
            "  - {{ at: \"2025-{:02}-{day:02}T{hour:02}:00:00Z\", from: {from}, channel: email, text: \"{}\" }}",
            number % 12 + 1,
            words(number)
        );
        number += 1;
    }
    let folder = tempfile::tempdir().expect("a folder for the record");
    let file = folder.path().join("large.yaml");
    std::fs::write(&file, &yaml).expect("the record is written");
    let path = file.to_str().expect("a plain path").to_owned();
    let score = || run(&["score", "--as-of", "2026-01-01", &path], "1", None);
    let decode = || {
        let record: Record = serde_yaml::from_str_with_options(&yaml, serde_yaml::options! { strict_booleans: true, budget: None })
            .expect("the record of this bench is right");
        std::hint::black_box(record);
    };
    tell(&format!("a record of {:.1} MB YAML, against decoding it", yaml.len() as f64 / 1e6), best(5, score, decode), "at most 2");
}

/// Reading texts in four languages against all lexicons and phrases, on one core; against the least that reading words
/// takes: white space and small letters.
fn texts() {
    let book = load(&[Pack::BuiltIn], None).expect("the built-in rules are right").rulebook;
    let texts = match std::env::var_os("TEXTS") {
        Some(file) => std::fs::read_to_string(file).expect("a file of texts, one a line").lines().map(str::to_owned).collect(),
        None => (0..40_000).map(message).collect::<Vec<String>>(),
    };
    let bytes: usize = texts.iter().map(String::len).sum();
    let (mut scratch, mut reading) = (Scratch::default(), Reading::default());
    let read = || {
        for text in &texts {
            book.reader.read(text, Languages::ALL, &mut scratch, &mut reading);
            std::hint::black_box(&reading);
        }
    };
    let split = || {
        for text in &texts {
            text.split_whitespace().for_each(|word| drop(std::hint::black_box(word.to_lowercase())));
        }
    };
    let (one, other) = best(9, read, split);
    let speed = bytes as f64 / one.as_secs_f64() / 1e6;
    tell(
        &format!("{:.1} MB of messages read at {speed:.0} MB/s, against splitting them", bytes as f64 / 1e6),
        (one, other),
        "100 MB/s or more",
    );
}

/// A message in one of four languages.
fn message(number: usize) -> String {
    const SENTENCES: [[&str; 6]; 3] = [
        [
            "Hei, kiitos päivityksestä, se näyttää jo oikein hyvältä.",
            "Voisitko vielä suurentaa logoa ja vaihtaa otsikon värin siniseksi?",
            "Lähetä lasku perjantaihin mennessä, koska kirjanpitomme sulkee kuukauden silloin.",
            "En ole tyytyväinen viivästykseen, sillä sovimme toimituksesta jo kesäkuussa.",
            "Keskustelen asiasta esimieheni kanssa ja palaan huomenna.",
            "Tarvitsisimme myös uutiskirjeen tilauslomakkeen, senhän pitäisi olla nopea tehdä.",
        ],
        [
            "Dzień dobry, dziękuję za przesłanie nowej wersji projektu.",
            "Czy możemy jeszcze trochę powiększyć logo na stronie głównej?",
            "Proszę wysłać fakturę do piątku, ponieważ księgowość zamyka wtedy miesiąc.",
            "Nie jestem zadowolony z opóźnienia, umawialiśmy się na piętnastego.",
            "Przekażę to mojej szefowej i dam znać jutro po południu.",
            "Przydałby się też formularz zapisu do newslettera, to powinno być szybkie.",
        ],
        [
            "你好，谢谢你发来的新版本，看起来不错。",
            "可以把首页的标志再放大一点吗？",
            "请在星期五之前把发票发给我们，财务那天要结账。",
            "我对这次延误不太满意，我们约定的是十五号。",
            "我会转给我的老板，明天给你答复。",
            "另外能不能加一个订阅邮件的表单，应该很快吧。",
        ],
    ];
    match number % 4 {
        0 => words(number),
        other => {
            let pick = |step: usize| SENTENCES[other - 1][(number / 4 * 5 + step * 7 + number / 24 * step) % 6];
            format!("{} {} {}", pick(0), pick(1), pick(2))
        }
    }
}

/// A pack of 500 rules, loaded and checked with all their tests, against decoding the same YAML; it may take 100 ms.
fn many_rules() {
    const RULES: usize = 500;
    let folder = tempfile::tempdir().expect("a folder for the rules");
    let rules: Vec<String> = (0..RULES).map(rule).collect();
    for (number, rule) in rules.iter().enumerate() {
        std::fs::write(folder.path().join(format!("sign-{number}.yml")), rule).expect("the rule is written");
    }
    let path = folder.path().to_str().expect("a plain path").to_owned();
    let check = |threads: &'static str| {
        let path = &path;
        move || run(&["rules", "check", path], threads, None)
    };
    let decode = || {
        for rule in &rules {
            let decoded: serde_json::Value = serde_yaml::from_str(rule).expect("the rules of this bench are right");
            std::hint::black_box(decoded);
        }
    };
    let bytes: usize = rules.iter().map(String::len).sum();
    let what = format!("{RULES} rules of {} bytes checked on one core", bytes / RULES);
    tell(&format!("{what}, against decoding their YAML"), best(15, check("1"), decode), "at most 100 ms");
    tell("the same on one core, against --version", best(15, check("1"), || run(&["--version"], "1", None)), "at most 50");
}

/// A rule as people write them, with phrases of its own and two tests.
fn rule(number: usize) -> String {
    format!(
        "id: sign-{number}
title: Sign number {number}
category: communication
side: client
founded_on: expert
about: |
  What the sign is, and why it matters, in two or three sentences that somebody wrote down.
says: \"{{count}} of {{out_of}} messages\"
look_at: messages
among: {{ from: client, channel: {{ one_of: [phone, email] }} }}
where:
  words: {{ at_least: 3 }}
  text:
    mentions_any:
      en: [\"call me number {number}\", \"ring* … {number}\", \"pick up the phone {number}\", \"where are you {number}\"]
within: 6 months
levels:
  - {{ when: {{ count: {{ at_least: 1 }} }}, points: 2 }}
  - {{ when: {{ count: {{ at_least: 3 }}, share: {{ at_least: 30% }} }}, points: 5 }}
  - {{ when: {{ count: {{ at_least: 6 }}, any: [ {{ share: {{ at_least: 50% }} }}, {{ contract.value: {{ at_least: 1000 }} }} ] }}, points: 9 }}
fades: 6 months
ladder: [clarify, state-hours, set-boundary]
tests:
  - name: a call
    as_of: 2026-06-30
    record:
      messages: [ {{ at: \"2026-06-12T18:40:00Z\", from: client, channel: phone, text: \"Please call me number {number}\" }} ]
    expect: {{ finding: fired, level: 1, evidence: 1 }}
  - name: no call
    as_of: 2026-06-30
    record:
      messages: [ {{ at: \"2026-06-12T10:00:00Z\", from: client, channel: phone, text: \"Thank you, it looks good.\" }} ]
    expect: {{ finding: quiet }}
"
    )
}

/// Sentences as clients write them, different for each number.
fn words(number: usize) -> String {
    const SENTENCES: [&str; 8] = [
        "Hi, thanks for the update.",
        "The new header looks good, could you make the logo a bit larger?",
        "Please send the invoice by Friday, our accounting closes the month then.",
        "I am not happy with the delay, we had agreed on the 15th and the campaign starts on Monday.",
        "Great, that works for us.",
        "I will forward it to my boss and let you know tomorrow.",
        "Could you also add a newsletter sign-up? It should be quick.",
        "We are still waiting for the texts from our agency.",
    ];
    let pick = |step: usize| SENTENCES[(number * 5 + step * 3) % SENTENCES.len()];
    format!("{} {} {}", pick(0), pick(1), pick(2))
}

/// A record of ten invoices and ten messages.
fn line(number: usize) -> String {
    let day = |of: usize| of % 27 + 1;
    let mut line = format!(
        "{{\"clientcheck\":1,\"client\":{{\"name\":\"Client {number}\"}},\"contract\":{{\"signed_on\":\"2025-01-10\",\"currency\":\"EUR\",\"value\":\"12000.00\",\"payment_terms\":{{\"net_days\":30}},\"covers\":[\"price\",\"milestones\"],\"channel\":\"email\"}},\"milestones\":[{{\"id\":\"M1\",\"due_date\":\"2025-06-01\",\"delivered_on\":\"2025-06-03\",\"accepted_on\":\"2025-06-10\"}}],\"invoices\":["
    );
    for nth in 0..10 {
        let comma = if nth == 0 { "" } else { "," };
        let _ = write!(
            line,
            "{comma}{{\"number\":\"2025-{nth:03}\",\"issue_date\":\"2025-{:02}-05\",\"amount\":\"1200.00\",\"payments\":[{{\"date\":\"2025-{:02}-{:02}\",\"amount\":\"1200.00\"}}]}}",
            nth + 1,
            nth + 2,
            day(number + nth)
        );
    }
    line.push_str("],\"messages\":[");
    for nth in 0..10 {
        let comma = if nth == 0 { "" } else { "," };
        let from = if nth % 2 == 0 { "client" } else { "me" };
        let _ = write!(
            line,
            "{comma}{{\"at\":\"2025-{:02}-{:02}T1{nth}:02:00+02:00\",\"from\":\"{from}\",\"channel\":\"email\",\"text\":\"{}\"}}",
            nth + 1,
            day(number + nth),
            words(number + nth)
        );
    }
    line.push_str("]}\n");
    line
}
