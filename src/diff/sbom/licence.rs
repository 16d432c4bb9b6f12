//! Licences by what satisfies them: order and brackets do not count, a choice that is lost does.

use std::collections::BTreeSet;

/// More ways to satisfy an expression than this are not told apart; its words are compared instead.
const MOST_CHOICES: usize = 64;
/// Nested deeper than this, its words are compared.
const MOST_DEPTH: usize = 32;

/// One way to satisfy an expression: everything that has to be kept together.
type Choice = BTreeSet<String>;

/// The satisfying choices of an expression; of other text the text itself.
pub(super) fn choices(text: &str) -> BTreeSet<Choice> {
    let words = words(text);
    let mut parser = Parser { words: &words, at: 0 };
    match parser.any(0) {
        Some(choices) if parser.at == words.len() => minimal(choices),
        Some(_) | None => BTreeSet::from([BTreeSet::from([words.join(" ")])]),
    }
}

/// Words and brackets.
fn words(text: &str) -> Vec<String> {
    let spaced = text.replace('(', " ( ").replace(')', " ) ");
    spaced.split_whitespace().map(str::to_owned).collect()
}

/// Without what another choice already allows.
fn minimal(choices: BTreeSet<Choice>) -> BTreeSet<Choice> {
    let all: Vec<Choice> = choices.into_iter().collect();
    let allowed = |choice: &Choice| all.iter().any(|other| other != choice && other.is_subset(choice));
    all.iter().filter(|choice| !allowed(choice)).cloned().collect()
}

struct Parser<'w> {
    words: &'w [String],
    at: usize,
}

impl Parser<'_> {
    fn takes(&mut self, word: &str) -> bool {
        let found = self.words.get(self.at).is_some_and(|next| next.eq_ignore_ascii_case(word));
        self.at += usize::from(found);
        found
    }

    fn any(&mut self, depth: usize) -> Option<BTreeSet<Choice>> {
        let mut out = self.all(depth)?;
        while self.takes("OR") {
            out.extend(self.all(depth)?);
        }
        (out.len() <= MOST_CHOICES).then_some(out)
    }

    fn all(&mut self, depth: usize) -> Option<BTreeSet<Choice>> {
        let mut out = self.one(depth)?;
        while self.takes("AND") {
            let right = self.one(depth)?;
            if out.len() * right.len() > MOST_CHOICES {
                return None;
            }
            out = out.iter().flat_map(|a| right.iter().map(|b| a.union(b).cloned().collect())).collect();
        }
        Some(out)
    }

    fn one(&mut self, depth: usize) -> Option<BTreeSet<Choice>> {
        if depth > MOST_DEPTH {
            return None;
        }
        if self.takes("(") {
            let inside = self.any(depth + 1)?;
            return self.takes(")").then_some(inside);
        }
        let word = self.words.get(self.at)?;
        if ["AND", "OR", "WITH", ")"].iter().any(|operator| word.eq_ignore_ascii_case(operator)) {
            return None;
        }
        self.at += 1;
        let mut licence = word.to_ascii_lowercase();
        if self.takes("WITH") {
            let exception = self.words.get(self.at)?;
            licence = format!("{licence} with {}", exception.to_ascii_lowercase());
            self.at += 1;
        }
        Some(BTreeSet::from([BTreeSet::from([licence])]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_brackets_do_not_count() {
        for (a, b) in [
            ("MIT OR Apache-2.0", "(Apache-2.0 OR MIT)"),
            ("MIT AND ISC", "ISC and MIT"),
            ("A AND (B OR C)", "(C AND A) OR (B AND A)"),
            ("((A))", "a"),
            ("A OR (A AND B)", "A"),
            ("Our own  terms", "Our own terms"),
        ] {
            assert_eq!(choices(a), choices(b), "{a} {b}");
        }
    }

    #[test]
    fn losing_a_choice_or_an_exception_counts() {
        for (a, b) in [
            ("MIT OR Apache-2.0", "MIT"),
            ("MIT OR Apache-2.0", "MIT AND Apache-2.0"),
            ("GPL-2.0 WITH Classpath-exception-2.0", "GPL-2.0"),
            ("Our own terms", "our own terms"),
            ("NONE", "MIT"),
        ] {
            assert_ne!(choices(a), choices(b), "{a} {b}");
        }
    }

    #[test]
    fn expressions_without_an_end_are_compared_by_their_words() {
        let deep = "(".repeat(100_000);
        assert_eq!(choices(&deep).len(), 1);
        let wide = (0..40).map(|n| format!("(A{n} OR B{n})")).collect::<Vec<_>>().join(" AND ");
        assert_eq!(choices(&wide).len(), 1);
        assert_eq!(choices("MIT OR"), choices("MIT  OR"));
    }
}
