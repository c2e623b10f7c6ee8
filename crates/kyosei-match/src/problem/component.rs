//! Presolve: resources that cannot run out are forgotten, then families that share none are solved apart.

#![expect(clippy::indexing_slicing, reason = "indices are made by this module for vectors of its own")]

use super::Problem;

impl Problem {
    /// Forgets every resource that all families together cannot exhaust.
    pub(super) fn drop_unbinding_resources(&mut self) {
        let mut demand = vec![0_i64; self.capacity.len()];
        let mut group_max: Vec<(u32, i64)> = Vec::new();
        for group in self.families.iter().flat_map(|family| &family.groups) {
            group_max.clear();
            for used in group.items().flat_map(|item| &self.items[item as usize].uses) {
                group_max.push((used.resource, used.amount));
            }
            group_max.sort_unstable_by(|a, b| (a.0, b.1).cmp(&(b.0, a.1)));
            group_max.dedup_by_key(|(resource, _)| *resource);
            for (resource, amount) in &group_max {
                demand[*resource as usize] += amount;
            }
        }
        let binding: Vec<bool> =
            demand.iter().zip(&self.capacity).map(|(wanted, capacity)| wanted > capacity).collect();
        for item in &mut self.items {
            item.uses.retain(|used| binding[used.resource as usize]);
        }
    }

    /// Families that share no resource, directly or through others, in separate lists.
    pub(crate) fn components(&self) -> Vec<Vec<usize>> {
        let mut parent: Vec<usize> = (0..self.families.len()).collect();
        let mut first_user = vec![usize::MAX; self.capacity.len()];
        for (index, family) in self.families.iter().enumerate() {
            for item in family.groups.iter().flat_map(|group| group.items()) {
                for used in &self.items[item as usize].uses {
                    let first = &mut first_user[used.resource as usize];
                    if *first == usize::MAX {
                        *first = index;
                    }
                    let (one, other) = (root(&mut parent, *first), root(&mut parent, index));
                    parent[one.max(other)] = one.min(other);
                }
            }
        }
        let mut lists: Vec<Vec<usize>> = vec![Vec::new(); self.families.len()];
        for index in 0..self.families.len() {
            let root = root(&mut parent, index);
            lists[root].push(index);
        }
        lists.retain(|list| !list.is_empty());
        lists
    }

    /// The same question for some of the families only.
    pub(crate) fn restricted(&self, families: &[usize]) -> Restricted {
        let mut resource_of = vec![u32::MAX; self.capacity.len()];
        let mut problem = Self { bundles_cut: self.bundles_cut, ..Self::default() };
        let (mut items, mut resources) = (Vec::new(), Vec::new());
        for index in families {
            let mut family = self.families[*index].clone();
            for group in &mut family.groups {
                let first = problem.items.len();
                for number in group.items() {
                    let mut item = self.items[number as usize].clone();
                    for used in &mut item.uses {
                        let slot = &mut resource_of[used.resource as usize];
                        if *slot == u32::MAX {
                            *slot = u32::try_from(resources.len()).unwrap_or(u32::MAX);
                            resources.push(used.resource);
                            problem.capacity.push(self.capacity[used.resource as usize]);
                            problem.source.push(self.source[used.resource as usize]);
                        }
                        used.resource = *slot;
                    }
                    items.push(number);
                    problem.items.push(item);
                }
                group.first = u32::try_from(first).unwrap_or(u32::MAX);
                group.end = u32::try_from(problem.items.len()).unwrap_or(u32::MAX);
            }
            problem.families.push(family);
        }
        Restricted { problem, items, resources }
    }
}

/// Some families of a problem, and what their items and resources are in the whole.
pub(crate) struct Restricted {
    pub problem: Problem,
    pub items: Vec<u32>,
    pub resources: Vec<u32>,
}

fn root(parent: &mut [usize], mut index: usize) -> usize {
    while parent[index] != index {
        parent[index] = parent[parent[index]];
        index = parent[index];
    }
    index
}
