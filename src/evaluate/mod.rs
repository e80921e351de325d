//! Evaluating rules: facts and a rulebook come in; for every rule one of three outcomes goes out, with the evidence.
//! It knows nothing of points, bands or advice.

mod explain;
mod items;
mod measures;
mod outlook;
mod tell;
mod trial;

use chrono::NaiveDate;
use rust_decimal::Decimal;
use rustc_hash::FxHashSet;

use crate::facts::{Answer, Fact, Facts, List, Missing, Value};
use crate::rules::{Clause, Measure, Order, Query, Rule, Rulebook, Says, Scoring};

pub use explain::{
    Asked, Explained, FoundWords, ItemAnswer, LevelAnswer, bounds_in_words, check_in_words, clause_in_words, explain, follow_in_words,
};
pub use items::{Look, TextsRead};
pub use measures::RuleLook;
pub use outlook::Fall;
pub use tell::Range;
pub use trial::{Failure, Trial, try_rule};

/// A share in parts of [`WHOLE`].
pub type Parts = i64;

/// All of it. Shares of 3, 5, 20 and 40 entries are whole parts of it, so that sums of them are exact.
pub const WHOLE: Parts = 120_000;

/// What a rule says of a record.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// The sign is there.
    Fired(Fired),
    /// The sign is not there.
    Quiet,
    /// It cannot be told without these.
    NotEvaluated(Missing),
    /// The rule is for another stage.
    OtherStage,
}

/// A sign that is there.
#[derive(Debug, Clone)]
pub struct Fired {
    /// The level that counts, from 1.
    pub level: usize,
    /// What made it fire, the newest first.
    pub evidence: Vec<Evidence>,
    /// The fact in a line.
    pub says: Option<String>,
}

/// One piece of evidence.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// What it is.
    pub piece: Piece,
    /// Its first day.
    pub first: Option<NaiveDate>,
    /// Its last day.
    pub last: Option<NaiveDate>,
    /// Whether it is still open.
    pub is_open: bool,
    /// The entry that came before or after it, where the rule asks for one.
    pub partner: Option<(List, usize)>,
}

/// What a piece of evidence is.
#[derive(Debug, Clone, Copy)]
pub enum Piece {
    /// An entry of a list, by its place among the facts.
    Item(List, usize),
    /// A single fact.
    Fact(&'static Fact),
    /// The last entry of a list that matches: there is none since.
    LastItem(List, usize),
}

/// A rule with its outcome.
#[derive(Debug, Clone)]
pub struct Evaluation<'b> {
    /// The rule.
    pub rule: &'b Rule,
    /// Its outcome.
    pub outcome: Outcome,
    /// How much of what it could have looked at was there.
    pub seen: Parts,
}

/// Evaluates all rules, in the order of the rulebook. `texts` is given where the same record is looked at on two days.
#[must_use]
pub fn evaluate<'b>(book: &'b Rulebook, facts: &Facts<'_>, texts: Option<&TextsRead>) -> Vec<Evaluation<'b>> {
    let look = Look::sharing(book, facts, texts);
    let stage = facts.stage().0;
    let evaluate_one = |rule: &'b Rule| {
        if !rule.applies_in(stage) {
            return Evaluation { rule, outcome: Outcome::OtherStage, seen: 0 };
        }
        let look = RuleLook::new(&look, rule);
        let outcome = look.outcome();
        let seen = match &outcome {
            Outcome::Fired(_) => WHOLE,
            Outcome::Quiet => look.seen(&book.scoring),
            Outcome::NotEvaluated(_) | Outcome::OtherStage => 0,
        };
        Evaluation { rule, outcome, seen }
    };
    book.rules.iter().map(evaluate_one).collect()
}

impl RuleLook<'_, '_> {
    /// What the rule says of the record.
    #[must_use]
    pub fn outcome(&self) -> Outcome {
        let Some((first, higher)) = self.rule.levels.split_first() else { return Outcome::Quiet };
        match self.answer(&first.when) {
            Answer::Yes => {}
            // Seen with one's own eyes, it is there, whatever the record can tell.
            _ if !self.observations.is_empty() => {}
            Answer::No => return Outcome::Quiet,
            Answer::CannotTell(missing) => return Outcome::NotEvaluated(missing),
        }
        let highest = higher.iter().rposition(|level| self.answer(&level.when) == Answer::Yes).map_or(0, |index| index + 1);
        let evidence = self.rule.levels.get(highest).map(|level| self.evidence(&level.when)).unwrap_or_default();
        Outcome::Fired(Fired { level: highest + 1, evidence, says: self.says() })
    }

    /// Whether a question holds.
    fn answer(&self, query: &Query) -> Answer {
        let mut answer = Answer::Yes;
        for (fact, check) in &query.facts {
            answer = answer.and(self.look.fact((fact.read)(self.look.facts), check));
        }
        for (selection, measure, bounds) in &query.measures {
            if answer == Answer::No {
                return answer;
            }
            let (range, beside) = self.measure(*selection, *measure);
            answer = answer.and(self.look.compare(&range, beside, bounds, &mut || self.measure_before(*measure)));
        }
        if !query.any.is_empty() && answer != Answer::No {
            answer = answer.and(query.any.iter().fold(Answer::No, |any, inner| any.or(self.answer(inner))));
        }
        for inner in &query.none {
            answer = answer.and(self.answer(inner).not());
        }
        answer
    }

    /// What made a question hold: the items of each measure that held, and, in a rule without a list, single facts.
    fn evidence(&self, query: &Query) -> Vec<Evidence> {
        let mut pieces = Pieces::default();
        self.collect(query, &mut pieces);
        for index in &self.observations {
            pieces.add_item(List::Observations, *index);
        }
        let mut evidence: Vec<Evidence> = pieces.list.into_iter().map(|piece| self.piece(piece)).collect();
        // The newest first, undated ones last; single facts keep the order of the rule.
        evidence.sort_by_key(|piece| std::cmp::Reverse((piece.first.is_some(), piece.first)));
        evidence
    }

    fn collect(&self, query: &Query, pieces: &mut Pieces) {
        for (selection, measure, bounds) in &query.measures {
            let list = self.rule.selections[*selection].list;
            let matched = || self.tally(*selection).matches.iter().filter(|(_, answer)| *answer == Answer::Yes).map(|(index, _)| *index);
            if !bounds.lower.is_empty() && !matches!(measure, Measure::DaysSinceLast) {
                matched().for_each(|index| pieces.add_item(list, index));
            } else if let Some(last) = matched().max_by_key(|index| (self.look.facts.span(list, *index).last, *index)) {
                pieces.add_last(list, last);
            }
        }
        if !self.rule.has_list {
            pieces.list.extend(query.facts.iter().map(|(fact, _)| Piece::Fact(fact)));
        }
        for inner in query.any.iter().filter(|inner| self.answer(inner) == Answer::Yes) {
            self.collect(inner, pieces);
        }
    }

    fn piece(&self, piece: Piece) -> Evidence {
        match piece {
            Piece::Item(list, index) | Piece::LastItem(list, index) => {
                let span = self.look.facts.span(list, index);
                let partner = self
                    .rule
                    .selections
                    .iter()
                    .filter(|selection| selection.list == list)
                    .find_map(|selection| self.partner(list, &selection.matching, index));
                Evidence { piece, first: span.first, last: span.last, is_open: span.is_open, partner }
            }
            Piece::Fact(_) => Evidence { piece, first: None, last: None, is_open: false, partner: None },
        }
    }

    fn partner(&self, list: List, clause: &Clause, index: usize) -> Option<(List, usize)> {
        let own = clause.sequences.iter().filter(|follow| follow.order != Order::NotFollowedBy).find_map(|follow| {
            let (answer, partner) = self.look.follows(list, follow, index);
            partner.filter(|_| answer == Answer::Yes).map(|partner| (follow.list, partner))
        });
        own.or_else(|| clause.any.iter().find_map(|inner| self.partner(list, inner, index)))
    }

    /// How much of what a quiet rule could have looked at was there: that level 1 did not hold rests on its lists alone.
    fn seen(&self, scoring: &Scoring) -> Parts {
        let of_list = |index: usize| {
            let enough = match self.rule.selections[index].list {
                List::Invoices | List::Payments => scoring.confidence.enough.invoices,
                List::Messages => scoring.confidence.enough.messages,
                List::Milestones => scoring.confidence.enough.milestones,
                List::Hours => scoring.confidence.enough.hours,
                List::Feedback => scoring.confidence.enough.feedback,
                List::ChangeOrders | List::Observations | List::ActionsTaken => scoring.confidence.enough.others,
            };
            WHOLE * Parts::from(self.considered(index).min(enough)) / Parts::from(enough.max(1))
        };
        self.rule.first_level_asks.iter().map(|index| of_list(*index)).min().unwrap_or(WHOLE)
    }

    /// The fact in a line, with the values of this record.
    fn says(&self) -> Option<String> {
        let parts = self.rule.says.as_ref()?;
        let mut line = String::with_capacity(64);
        for part in parts {
            match part {
                Says::Words(words) => line.push_str(words),
                Says::Measure(measure) => {
                    let (range, beside) = self.measure(0, *measure);
                    let is_share = matches!(measure, Measure::Share | Measure::ShareOf(_));
                    line.push_str(&range_in_words(&range, beside, is_share));
                }
                Says::Fact(fact) => line.push_str(&crate::facts::in_words((fact.read)(self.look.facts), fact.kind)),
            }
        }
        Some(line)
    }
}

/// Pieces of evidence, each once.
#[derive(Default)]
struct Pieces {
    list: Vec<Piece>,
    known: FxHashSet<(List, usize)>,
}

impl Pieces {
    fn add_item(&mut self, list: List, index: usize) {
        if self.known.insert((list, index)) {
            self.list.push(Piece::Item(list, index));
        }
    }
    fn add_last(&mut self, list: List, index: usize) {
        if self.known.insert((list, index)) {
            self.list.push(Piece::LastItem(list, index));
        }
    }
}

/// A measure in words: `3`, `44%`, `EUR 1,805.00`, `3 or more`, `not known`.
#[must_use]
pub fn range_in_words(range: &Range, beside: Value<'_>, is_share: bool) -> String {
    let number = |number: Decimal| {
        if let Value::Money(money) = beside {
            crate::facts::Money { amount: number, ..money }.to_string()
        } else if is_share {
            format!("{}%", (number * Decimal::ONE_HUNDRED).round())
        } else {
            number.round_dp(1).normalize().to_string()
        }
    };
    match (range.low, range.high) {
        (Some(low), Some(high)) if low == high => number(low),
        (Some(low), Some(high)) => format!("{} to {}", number(low), number(high)),
        (Some(low), None) => format!("{} or more", number(low)),
        (None, Some(high)) => format!("{} or less", number(high)),
        (None, None) => "not known".to_owned(),
    }
}
