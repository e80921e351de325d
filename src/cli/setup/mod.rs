//! What one needs once: a first record and settings, which settings are in force, schemas for the editor, completions for
//! the shell, the manual. Nothing is scored here.

pub mod args;
mod config;
mod init;
mod schema;
mod shell;

pub use config::run as run_config;
pub use init::run as run_init;
pub use schema::run as run_schema;
pub use shell::{run_completions, run_man};
