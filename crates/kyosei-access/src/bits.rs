//! A set of small indices as a bit vector: the causal pasts of a graph.

const WORD_BITS: usize = u64::BITS as usize;

/// A set of operation indices.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) fn insert(&mut self, index: usize) {
        let word = index / WORD_BITS;
        if self.0.len() <= word {
            self.0.resize(word.saturating_add(1), 0);
        }
        if let Some(bits) = self.0.get_mut(word) {
            *bits |= 1 << (index % WORD_BITS);
        }
    }

    pub(crate) fn contains(&self, index: usize) -> bool {
        self.0.get(index / WORD_BITS).is_some_and(|bits| bits & (1 << (index % WORD_BITS)) != 0)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(crate) fn union_with(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (mine, theirs) in self.0.iter_mut().zip(&other.0) {
            *mine |= theirs;
        }
    }

    pub(crate) fn intersection(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    pub(crate) fn difference(&self, other: &Self) -> Self {
        let others = other.0.iter().copied().chain(std::iter::repeat(0));
        Self(self.0.iter().zip(others).map(|(a, b)| a & !b).collect())
    }

    /// The indices, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            let start = word.saturating_mul(WORD_BITS);
            // Each step clears the lowest bit that is set.
            std::iter::successors(Some(*bits), |left| Some(left & left.wrapping_sub(1)))
                .take_while(|left| *left != 0)
                .filter_map(move |left| start.checked_add(usize::try_from(left.trailing_zeros()).ok()?))
        })
    }
}

impl FromIterator<usize> for Bits {
    fn from_iter<I: IntoIterator<Item = usize>>(indices: I) -> Self {
        let mut set = Self::default();
        indices.into_iter().for_each(|index| set.insert(index));
        set
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_holds_what_was_put_in_across_words() {
        let members = [0, 1, 63, 64, 65, 127, 128, 700];
        let all: Bits = members.into_iter().collect();
        assert_eq!(all.iter().collect::<Vec<_>>(), members);
        assert!(members.iter().all(|index| all.contains(*index)) && !all.contains(2) && !all.contains(9_999));
        let some: Bits = [1, 64].into_iter().collect();
        assert_eq!(all.intersection(&some).iter().collect::<Vec<_>>(), [1, 64]);
        assert_eq!(all.difference(&some).iter().collect::<Vec<_>>(), [0, 63, 65, 127, 128, 700]);
        assert!(some.difference(&all).is_empty() && !some.is_empty());
        let mut union = some.clone();
        union.union_with(&all);
        assert_eq!(union.iter().collect::<Vec<_>>(), members);
    }
}
