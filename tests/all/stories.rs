//! The commands as user stories: each file in tests/cmd shows what is typed and what comes back.
//! `TRYCMD=overwrite cargo test` writes down what comes back now; read the difference before you keep it.

#[test]
fn the_stories_are_what_the_program_prints() {
    trycmd::TestCases::new().case("tests/cmd/*.trycmd").run();
}
