//! clientcheck tells a freelancer how healthy a client relationship is, why, whose doing it is, and what to do next.
//!
//! Data flows one way, and each module knows only those above it: mistakes in files and texts that people wrote are the
//! ground; a record becomes facts; rules look at facts; what they say is evaluated, scored, turned into advice and
//! reported; the command line alone reads files, asks the clock and prints.

pub mod advise;
pub mod cli;
pub mod diagnostic;
pub mod evaluate;
pub mod facts;
pub mod import;
pub mod record;
pub mod report;
pub mod rules;
pub mod score;
pub mod text;
