//! The one-line fact: words with placeholders for measures and facts.

use super::Compiler;
use crate::diagnostic::Path;
use crate::facts::{self, FACTS};
use crate::rules::file::{FIELD_MEASURES, MEASURES};
use crate::rules::problem::{Problem, unknown};
use crate::rules::rule::{Measure, Says};

impl Compiler<'_, '_> {
    pub(super) fn says(&mut self, template: &str, path: &Path) -> Vec<Says> {
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some(start) = rest.find('{') {
            let behind = &rest[start + 1..];
            let Some(length) = behind.find('}').filter(|end| !behind[..*end].contains('{')).map(|end| end + 1) else {
                let word = behind.split([' ', '{', ',']).next().unwrap_or_default();
                self.problems.add(
                    Problem::at(path.clone(), "unclosed", "a placeholder is not closed")
                        .on_part(&format!("{{{word}"))
                        .label(format!("write {{{word}}}")),
                );
                break;
            };
            parts.push(Says::Words(rest[..start].to_owned()));
            let name = &rest[start + 1..start + length];
            parts.extend(self.placeholder(name, path));
            rest = &rest[start + length + 1..];
        }
        parts.push(Says::Words(rest.to_owned()));
        parts.retain(|part| !matches!(part, Says::Words(words) if words.is_empty()));
        parts
    }

    fn placeholder(&mut self, name: &str, path: &Path) -> Option<Says> {
        let list = self.selections.first().filter(|_| self.has_list).map(|selection| selection.list);
        let measure = match (name, name.split_once('.'), list) {
            ("count", _, Some(_)) => Some(Measure::Count),
            ("share", _, Some(_)) => Some(Measure::Share),
            ("out_of", _, Some(_)) => Some(Measure::OutOf),
            ("days_since_last", _, Some(_)) => Some(Measure::DaysSinceLast),
            (_, Some((measure, field)), Some(list)) => facts::field(list, field).and_then(|field| match measure {
                "sum_of" => Some(Measure::SumOf(field)),
                "share_of" => Some(Measure::ShareOf(field)),
                "largest" => Some(Measure::Largest(field)),
                "median" => Some(Measure::Median(field)),
                "distinct" => Some(Measure::Distinct(field)),
                _ => None,
            }),
            _ => None,
        };
        let found = measure.map(Says::Measure).or_else(|| facts::fact(name).map(Says::Fact));
        let is_measure = MEASURES.contains(&name) || FIELD_MEASURES.iter().any(|measure| name.split('.').next() == Some(measure));
        if found.is_none() && list.is_none() && is_measure {
            if !std::mem::replace(&mut self.lacks_list, true) {
                self.problems.add(
                    Problem::at(path.clone(), "missing-key", format!("`{name}` needs `look_at`"))
                        .on_part(name)
                        .unless_wrong(Path::of(["look_at"]))
                        .label("of which list? add `look_at`"),
                );
            }
        } else if found.is_none() {
            let fields = list.map(|list| list.fields()).unwrap_or_default();
            let of_fields: Vec<String> =
                FIELD_MEASURES.iter().flat_map(|measure| fields.iter().map(move |field| format!("{measure}.{}", field.name))).collect();
            let known = MEASURES.into_iter().chain(FACTS.iter().map(|fact| fact.name)).chain(of_fields.iter().map(String::as_str));
            let message = format!("there is no measure or fact `{name}`");
            let problem = unknown(path.clone(), "unknown-fact", message, name, known);
            let problem = if name.is_empty() { problem } else { problem.on_part(name) };
            self.problems.add(problem.note("the report would show the bare placeholder"));
        }
        found
    }
}
