//! Hierarchies of codes: one total, below it groups, below them leaves.
//!
//! Read once from (code, parent) pairs and checked: one root, no cycle, no unknown parent. The order of the pairs is kept.

use std::collections::BTreeMap;

use thiserror::Error;

/// The deepest hierarchy that is read.
pub const DEPTH_MAX: usize = 12;

/// A tree of codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hierarchy {
    name: String,
    nodes: Vec<Node>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Node {
    code: String,
    parent: Option<usize>,
    children: Vec<usize>,
    depth: usize,
}

/// Why pairs are no hierarchy.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum HierarchyError {
    /// A code appears twice.
    #[error("hierarchy {name}: code {code} appears twice")]
    Duplicate {
        /// The hierarchy.
        name: String,
        /// The code.
        code: String,
    },
    /// A parent is not a code of the hierarchy.
    #[error("hierarchy {name}: parent {parent} of {code} is missing")]
    MissingParent {
        /// The hierarchy.
        name: String,
        /// The code.
        code: String,
        /// Its parent.
        parent: String,
    },
    /// There is not exactly one code without a parent.
    #[error("hierarchy {name}: {count} totals instead of one")]
    Roots {
        /// The hierarchy.
        name: String,
        /// How many there are.
        count: usize,
    },
    /// A code is its own ancestor.
    #[error("hierarchy {name}: code {code} is its own ancestor")]
    Cycle {
        /// The hierarchy.
        name: String,
        /// The code.
        code: String,
    },
    /// Deeper than [`DEPTH_MAX`].
    #[error("hierarchy {name} is deeper than {DEPTH_MAX}")]
    TooDeep {
        /// The hierarchy.
        name: String,
    },
}

impl Hierarchy {
    /// Builds the tree from (code, parent) pairs.
    ///
    /// # Errors
    /// Any [`HierarchyError`].
    pub fn new(name: &str, pairs: &[(&str, Option<&str>)]) -> Result<Self, HierarchyError> {
        let owned = || name.to_owned();
        let mut place = BTreeMap::new();
        for (index, (code, _)) in pairs.iter().enumerate() {
            if place.insert(*code, index).is_some() {
                return Err(HierarchyError::Duplicate { name: owned(), code: (*code).to_owned() });
            }
        }
        let roots = pairs.iter().filter(|(_, parent)| parent.is_none()).count();
        if roots != 1 {
            return Err(HierarchyError::Roots { name: owned(), count: roots });
        }
        let mut nodes = Vec::with_capacity(pairs.len());
        for (code, parent) in pairs {
            let parent = match parent {
                None => None,
                Some(parent) => Some(*place.get(parent).ok_or_else(|| HierarchyError::MissingParent {
                    name: owned(),
                    code: (*code).to_owned(),
                    parent: (*parent).to_owned(),
                })?),
            };
            nodes.push(Node { code: (*code).to_owned(), parent, children: Vec::new(), depth: 0 });
        }
        let mut hierarchy = Hierarchy { name: owned(), nodes };
        hierarchy.link()?;
        Ok(hierarchy)
    }

    /// A total with leaves right below it.
    ///
    /// # Errors
    /// When a leaf appears twice.
    pub fn flat(name: &str, total: &str, leaves: &[&str]) -> Result<Self, HierarchyError> {
        let pairs: Vec<(&str, Option<&str>)> =
            std::iter::once((total, None)).chain(leaves.iter().map(|&leaf| (leaf, Some(total)))).collect();
        Hierarchy::new(name, &pairs)
    }

    fn link(&mut self) -> Result<(), HierarchyError> {
        for index in 0..self.nodes.len() {
            let mut depth = 0;
            let mut at = self.nodes.get(index).and_then(|node| node.parent);
            while let Some(parent) = at {
                depth += 1;
                if depth > self.nodes.len() {
                    let code = self.code(index).to_owned();
                    return Err(HierarchyError::Cycle { name: self.name.clone(), code });
                }
                at = self.nodes.get(parent).and_then(|node| node.parent);
            }
            if depth > DEPTH_MAX {
                return Err(HierarchyError::TooDeep { name: self.name.clone() });
            }
            let parent = self.nodes.get(index).and_then(|node| node.parent);
            if let Some(children) =
                parent.and_then(|parent| self.nodes.get_mut(parent)).map(|node| &mut node.children)
            {
                children.push(index);
            }
            if let Some(node) = self.nodes.get_mut(index) {
                node.depth = depth;
            }
        }
        Ok(())
    }

    /// The dimension's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How many codes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no code; never true for a built hierarchy.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// The code at an index, empty when there is none.
    #[must_use]
    pub fn code(&self, index: usize) -> &str {
        self.nodes.get(index).map_or("", |node| &node.code)
    }

    /// The index of a code.
    #[must_use]
    pub fn find(&self, code: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.code == code)
    }

    /// The children of a code, empty for a leaf.
    #[must_use]
    pub fn children(&self, index: usize) -> &[usize] {
        self.nodes.get(index).map_or(&[], |node| &node.children)
    }

    /// Whether a code is the total.
    #[must_use]
    pub fn is_total(&self, index: usize) -> bool {
        self.nodes.get(index).is_some_and(|node| node.parent.is_none())
    }

    /// A code and all codes above it.
    #[must_use]
    pub fn upward(&self, index: usize) -> Vec<usize> {
        let mut path = vec![index];
        let mut at = self.nodes.get(index).and_then(|node| node.parent);
        while let Some(parent) = at {
            path.push(parent);
            at = self.nodes.get(parent).and_then(|node| node.parent);
        }
        path
    }

    /// The structural weight of a level: leaf 1, group 2, total 3; a crossed cell multiplies its levels.
    #[must_use]
    pub fn level_weight(&self, index: usize) -> u32 {
        match (self.is_total(index), self.children(index).is_empty()) {
            (true, _) => 3,
            (false, false) => 2,
            (false, true) => 1,
        }
    }
}
