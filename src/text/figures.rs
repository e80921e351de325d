//! Figures about a text: how many words, questions, exclamations and words in capitals its sender wrote.

use super::cutter::{self, Listener};
use super::own::own_words;
use super::words::Word;

/// Figures about the sender's own words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Figures {
    /// Words and numbers; a Chinese character is a word.
    pub words: u32,
    /// Runs of question marks: "really???" asks once, the ? in a web address not at all.
    pub questions: u32,
    /// Exclamation marks, each of them: three say more than one.
    pub exclamations: u32,
    /// Words with at least two letters, those that can be told to be in capitals.
    pub words_of_two_letters: u32,
    /// Of these, the ones all in capitals.
    pub capital_words: u32,
}

/// The figures of `text`. `Reader::read` finds them too, on its way.
pub fn figures(text: &str) -> Figures {
    let mut figures = Figures::default();
    let mut word = Word::default();
    for part in own_words(text) {
        cutter::cut(text, part, &mut word, &mut figures, &mut Nobody);
    }
    figures
}

/// Hears of no words.
struct Nobody;

impl Listener for Nobody {
    fn word(&mut self, _: &Word) {}
    fn sentence_end(&mut self) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_questions_and_exclamations_are_counted() {
        let found = figures("Hello, is it done??? When? Now! Do it!!");
        assert_eq!((found.words, found.questions, found.exclamations), (8, 2, 3));
        let chinese = figures("太贵了，能便宜吗？？");
        assert_eq!((chinese.words, chinese.questions), (7, 1));
        assert_eq!(figures("?").questions, 1);
        assert_eq!(figures(""), Figures::default());
    }

    #[test]
    fn a_web_address_asks_nothing() {
        assert_eq!(figures("see https://shop.example/list?page=2&sort=up for it").questions, 0);
        assert_eq!(figures("why?what").questions, 1);
    }

    #[test]
    fn capitals_count_words_of_two_letters() {
        let found = figures("I SAID: don't TOUCH my Logo, ÄLÄ koske, OK? DON'T! A 2024 4X4");
        assert_eq!((found.capital_words, found.words_of_two_letters), (5, 9));
        assert_eq!(figures("INTERNATIONALISATION INTERNATIONALISATIOn").capital_words, 1);
    }

    #[test]
    fn quoted_words_are_not_the_senders() {
        assert_eq!(figures("Fine.\n> WHY IS IT SO LATE?\n").questions, 0);
    }
}
