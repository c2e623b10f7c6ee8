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

    /// Whether both sets hold the same indices among those of `mask`.
    pub(crate) fn agrees_within(&self, other: &Self, mask: &Self) -> bool {
        let word = |bits: &Self, index: usize| bits.0.get(index).copied().unwrap_or(0);
        (0..mask.0.len()).all(|index| (word(self, index) ^ word(other, index)) & word(mask, index) == 0)
    }

    /// The indices, ascending.
    pub(crate) fn iter(&self) -> impl Iterator<Item = usize> {
        self.0.iter().enumerate().flat_map(|(word, bits)| {
            (0..WORD_BITS)
                .filter(move |bit| bits & (1 << bit) != 0)
                .map(move |bit| word.saturating_mul(WORD_BITS).saturating_add(bit))
        })
    }
}
