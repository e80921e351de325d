//! All integration tests, in one binary.

mod built_in_rules;
mod catalogue;
mod examples;
mod import;
mod mistakes;
mod modules;
mod project;
mod properties;
mod readme;
mod schemas;
mod stories;
mod streams;
mod tables;
