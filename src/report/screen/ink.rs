//! Bold, dim and the terminal's own colours: the one place that knows of escape codes. What each means: green is well,
//! yellow wants an eye, red wants a decision.

use comfy_table::{Attribute, Cell, Color};

use crate::advise::Verdict;
use crate::rules::Band;

/// How a piece of text is set off from the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ink {
    weight: Weight,
    colour: Option<Colour>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weight {
    Ordinary,
    Bold,
    Dim,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Colour {
    Green,
    Yellow,
    Red,
}

impl Ink {
    pub(super) const PLAIN: Self = Self { weight: Weight::Ordinary, colour: None };
    pub(super) const BOLD: Self = Self { weight: Weight::Bold, colour: None };
    pub(super) const DIM: Self = Self { weight: Weight::Dim, colour: None };

    pub(super) const fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Healthy => Self::coloured(Colour::Green),
            Verdict::Watch | Verdict::Repair | Verdict::SetLimits => Self::coloured(Colour::Yellow),
            Verdict::Pause | Verdict::WalkAway => Self::coloured(Colour::Red),
            Verdict::LetGo => Self::coloured(Colour::Red).in_bold(),
            Verdict::NotEnoughEvidence => Self::PLAIN,
        }
    }

    pub(super) const fn of_band(band: Band) -> Self {
        match band {
            Band::Low => Self::coloured(Colour::Green),
            Band::Watch => Self::coloured(Colour::Yellow),
            Band::High => Self::coloured(Colour::Red),
            Band::Critical => Self::coloured(Colour::Red).in_bold(),
        }
    }

    pub(super) const fn in_bold(self) -> Self {
        Self { weight: Weight::Bold, ..self }
    }

    const fn coloured(colour: Colour) -> Self {
        Self { weight: Weight::Ordinary, colour: Some(colour) }
    }

    /// The text in this ink.
    pub(super) fn paint(self, text: &str) -> String {
        let weight = match self.weight {
            Weight::Ordinary => None,
            Weight::Bold => Some("1"),
            Weight::Dim => Some("2"),
        };
        let colour = self.colour.map(|colour| match colour {
            Colour::Green => "32",
            Colour::Yellow => "33",
            Colour::Red => "31",
        });
        let codes: Vec<&str> = weight.into_iter().chain(colour).collect();
        if codes.is_empty() || text.is_empty() { text.to_owned() } else { format!("\u{1b}[{}m{text}\u{1b}[0m", codes.join(";")) }
    }

    /// A cell of a table in this ink.
    pub(super) fn cell(self, cell: Cell) -> Cell {
        let cell = match self.weight {
            Weight::Ordinary => cell,
            Weight::Bold => cell.add_attribute(Attribute::Bold),
            Weight::Dim => cell.add_attribute(Attribute::Dim),
        };
        // The dark ones are the terminal's own green, yellow and red.
        match self.colour {
            None => cell,
            Some(Colour::Green) => cell.fg(Color::DarkGreen),
            Some(Colour::Yellow) => cell.fg(Color::DarkYellow),
            Some(Colour::Red) => cell.fg(Color::DarkRed),
        }
    }
}
