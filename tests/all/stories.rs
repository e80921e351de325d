//! The commands as user stories: each file in tests/cmd shows what is typed and what comes back.
//! `TRYCMD=overwrite cargo test` writes down what comes back now; read the difference before you keep it.

/// A folder of settings with nothing in it: what the user keeps at home must not change the stories.
pub const NO_SETTINGS: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/no-settings");

#[test]
fn the_stories_are_what_the_program_prints() {
    let stories = trycmd::TestCases::new();
    stories.env("XDG_CONFIG_HOME", NO_SETTINGS);
    stories.case("tests/cmd/*.trycmd").case("tests/cmd/*.toml").run();
}
