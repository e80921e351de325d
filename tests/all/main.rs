//! All integration tests, in one binary.

mod built_in_rules;
