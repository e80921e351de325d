//! The report: everything that was found out about one client, as data (JSON) and as screens for people. Paths become
//! lines of files here and nowhere else. Renderers return text; they print nothing.

mod data;
mod evidence;
mod json;
pub mod screen;

pub use data::{
    ActionReport, CategoryReport, Change, ClientReport, ConfidenceReport, DiagnosticReport, EvidenceReport, FindingReport, MoneyReport,
    NotEvaluated, Override, RecordNextReport, Report, Risk, SetAsideReport, SidesReport, Since, Tool, assess, assess_since,
};
pub use json::{add_json, error_line, to_json};
