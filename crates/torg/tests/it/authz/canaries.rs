//! Unique words in everything private, and who may read each of them.

use super::visitors::Visitor;
use std::collections::{BTreeMap, BTreeSet};

/// Length of a canary: `cnry`, two letters for what it is, four digits.
const LENGTH: usize = 10;

/// Who may read a canary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Secrets of the program.
    Nobody,
    /// These people; the staff has no part in it.
    People(BTreeSet<i64>),
    /// These people, and all of the staff.
    PeopleAndStaff(BTreeSet<i64>),
    /// All of the staff.
    Staff,
    /// All of the staff, and whoever names the thing: a guest's order is his who knows its name.
    StaffAndWhoever(String),
}

impl Readers {
    pub(crate) fn people(ids: &[i64]) -> Self {
        Self::People(ids.iter().copied().collect())
    }

    pub(crate) fn people_and_staff(ids: &[i64]) -> Self {
        Self::PeopleAndStaff(ids.iter().copied().collect())
    }
}

/// All of them.
#[derive(Debug, Default)]
pub(crate) struct Canaries {
    readers: BTreeMap<String, Readers>,
    /// How often each was read by somebody who may.
    seen: BTreeMap<String, usize>,
}

impl Canaries {
    /// A new word of the sort `sort` (two letters).
    pub(crate) fn make(&mut self, sort: &str, readers: Readers) -> String {
        let number = self
            .readers
            .keys()
            .filter(|word| word[4..6] == *sort)
            .count();
        let word = format!("cnry{sort}{number:04}");
        self.know(&word, readers);
        word
    }

    pub(crate) fn know(&mut self, word: &str, readers: Readers) {
        assert_eq!(word.len(), LENGTH, "{word}");
        let before = self.readers.insert(word.to_owned(), readers);
        assert_eq!(before, None, "{word} is twice in the world");
    }

    /// Somebody has paid for it.
    pub(crate) fn let_read(&mut self, word: &str, id: i64) {
        match self.readers.get_mut(word) {
            Some(Readers::People(ids) | Readers::PeopleAndStaff(ids)) => {
                ids.insert(id);
            }
            other => panic!("{word}: {other:?}"),
        }
    }

    /// The name of the thing that a guest's canary belongs to.
    pub(crate) fn name_of(&mut self, word: &str, name: &str) {
        let readers = Readers::StaffAndWhoever(name.to_owned());
        self.readers.insert(word.to_owned(), readers);
    }

    pub(crate) fn len(&self) -> usize {
        self.readers.len()
    }

    /// Those that nobody has seen although somebody may: a canary that never sang proves nothing.
    pub(crate) fn silent(&self) -> Vec<&str> {
        let sings = |(_, readers): &(&String, &Readers)| **readers != Readers::Nobody;
        let readers = self.readers.iter().filter(sings);
        (readers.map(|(word, _)| word.as_str()))
            .filter(|word| !self.seen.contains_key(*word))
            .collect()
    }

    /// Words in an answer to `visitor` that he may not read.
    pub(crate) fn leaks(
        &mut self,
        visitor: &Visitor,
        path: &str,
        sent: &str,
        answer: &str,
    ) -> Vec<String> {
        let mut leaks = Vec::new();
        for word in words(answer) {
            let may = self
                .readers
                .get(&word)
                .is_some_and(|readers| may_read(readers, visitor, path));
            if may {
                *self.seen.entry(word).or_default() += 1;
            } else if !sent.contains(&word) {
                // What somebody has sent himself may come back in a refusal.
                leaks.push(word);
            }
        }
        leaks
    }
}

fn may_read(readers: &Readers, visitor: &Visitor, path: &str) -> bool {
    let is_one = |ids: &BTreeSet<i64>| visitor.person().is_some_and(|id| ids.contains(&id));
    match readers {
        Readers::Nobody => false,
        Readers::People(ids) => is_one(ids),
        Readers::PeopleAndStaff(ids) => is_one(ids) || visitor.is_public_staff(),
        Readers::Staff => visitor.is_staff(),
        Readers::StaffAndWhoever(name) => visitor.is_staff() || path.contains(name),
    }
}

/// Every canary in a text.
pub(crate) fn words(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in text.match_indices("cnry") {
        if let Some(word) = text.get(at..at + LENGTH) {
            found.insert(word.to_owned());
        }
    }
    found
}

#[test]
fn a_word_is_found_wherever_it_stands() {
    let found = words("{\"a\":\"@cnryct0001\"},x@cnryem0002.example cnryct0001 cnry");
    let found: Vec<_> = found.iter().map(String::as_str).collect();
    assert_eq!(found, ["cnryct0001", "cnryem0002"]);
}
