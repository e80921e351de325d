//! The values of a file with the bytes that they take, for those who add to a file and leave everything else as it is.

use std::ops::Range;

use super::{Kind, NodeId, Span, Tree};

/// A value of a file, and where it is written.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    tree: &'a Tree,
    id: NodeId,
}

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Keys and values on lines of their own.
    Block,
    /// Entries behind dashes.
    Dashes,
    /// Keys and values in braces.
    Braces,
    /// Entries in brackets.
    Brackets,
    /// Text, a number, or nothing.
    Scalar,
    /// An alias: it stands for a value that is written elsewhere.
    Alias,
}

impl<'a> Part<'a> {
    /// The whole file.
    #[must_use]
    pub fn top(tree: &'a Tree) -> Self {
        Self { tree, id: Tree::ROOT }
    }

    /// The bytes from its first character to behind its last one. Of a block, from its first key to its last value; of
    /// a list behind dashes, from its first dash, or, where the dashes stand below their key, its first entry.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        let node = self.tree.node(self.id);
        node.start as usize..node.end as usize
    }

    /// The same as lines and columns.
    #[must_use]
    pub fn span(self) -> Span {
        self.tree.node_span(self.id)
    }

    /// How it is written.
    #[must_use]
    pub fn style(self) -> Style {
        let begins = |bracket: char| self.tree.written(self.range()).starts_with(bracket);
        match self.tree.node(self.id).kind {
            Kind::Mapping if begins('{') => Style::Braces,
            Kind::Mapping => Style::Block,
            Kind::Sequence if begins('[') => Style::Brackets,
            Kind::Sequence => Style::Dashes,
            Kind::Plain | Kind::Quoted | Kind::Cooked { .. } => Style::Scalar,
            Kind::Alias => Style::Alias,
        }
    }

    /// The entries of a list; none of anything else.
    #[must_use]
    pub fn entries(self) -> Vec<Self> {
        let is_list = self.tree.node(self.id).kind == Kind::Sequence;
        self.tree.children(self.id).filter(|_| is_list).map(|id| Self { id, ..self }).collect()
    }

    /// The keys and values of a block as written; none of anything else.
    #[must_use]
    pub fn members(self) -> Vec<(Self, Self)> {
        self.tree.pairs(self.id).map(|(key, value)| (Self { id: key, ..self }, Self { id: value, ..self })).collect()
    }

    /// The value of a key that is written in this block.
    #[must_use]
    pub fn member(self, key: &str) -> Option<Self> {
        self.tree.pairs(self.id).find(|&(written, _)| self.tree.scalar(written) == Some(key)).map(|(_, id)| Self { id, ..self })
    }

    /// Text as the decoder sees it; `None` for blocks, lists and aliases.
    #[must_use]
    pub fn text(self) -> Option<&'a str> {
        self.tree.scalar(self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Format;

    fn written(text: &str, key: &str) -> Vec<(String, Style)> {
        let tree = Tree::parse(text, Format::Yaml).expect("a tree");
        let list = Part::top(&tree).member(key).expect("the key");
        let mut all = vec![list];
        all.extend(list.entries());
        all.into_iter().map(|part| (text[part.range()].to_owned(), part.style())).collect()
    }

    #[test]
    fn a_list_behind_dashes_ranges_from_its_first_to_its_last_entry() {
        let own = |text: &str, style| (text.to_owned(), style);
        let one = own("a: 1", Style::Block);
        let two = own("{ b: 2 }", Style::Braces);
        for (list, text) in [
            ("a: 1\n- { b: 2 }", "list:\n- a: 1\n- { b: 2 }   # end\n\n# later\nnotes: x\n"),
            ("- a: 1\n  - { b: 2 }", "list:\n  - a: 1\n  - { b: 2 }\n"),
            ("-\n    a: 1\n  # between\n  -   { b: 2 }", "list:\n  -\n    a: 1\n  # between\n  -   { b: 2 }"),
        ] {
            assert_eq!(written(text, "list"), [own(list, Style::Dashes), one.clone(), two.clone()], "{text:?}");
        }
        assert_eq!(
            written("\u{feff}list: [ {b: 2}, x ]", "list"),
            [own("[ {b: 2}, x ]", Style::Brackets), own("{b: 2}", Style::Braces), own("x", Style::Scalar)]
        );
        assert_eq!(written("list:\nnotes: x", "list"), [own("", Style::Scalar)]);
    }
}
