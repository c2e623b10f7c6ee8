//! Finds functions, types, constants and imports in masked code.
//!
//! Works on [`super::mask`]ed text, where every brace and every word is code. Finds items by their keyword
//! and counts brackets; does not follow macros and does not know expressions.

use super::line_of;

/// Keywords that open a named type.
const TYPE_KEYWORDS: [&str; 5] = ["struct", "enum", "union", "trait", "type"];

/// A name and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The name or path.
    pub name: String,
    /// Line, counted from 1.
    pub line: usize,
}

/// A function with a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// The line of `fn`, counted from 1.
    pub line: usize,
    /// Lines from `fn` to the closing brace, both counted.
    pub length: usize,
}

/// A constant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Constant {
    /// `NAME`, or `Type::NAME` inside an `impl` block.
    pub name: String,
    /// Line, counted from 1.
    pub line: usize,
}

/// Every function with a body.
pub fn functions(code: &str) -> Vec<Function> {
    after_keyword(code, "fn")
        .filter_map(|(at, name)| {
            let open = body_start(code, at)?;
            let end = closing_brace(code, open)?;
            let line = line_of(code, at);
            Some(Function { name, line, length: line_of(code, end) + 1 - line })
        })
        .collect()
}

/// Every named type.
pub fn types(code: &str) -> Vec<Named> {
    let mut found: Vec<Named> = TYPE_KEYWORDS
        .iter()
        .flat_map(|keyword| after_keyword(code, keyword))
        .map(|(at, name)| Named { name, line: line_of(code, at) })
        .collect();
    found.sort_by_key(|named| named.line);
    found
}

/// Every named constant. `const fn`, `const` generics and `const _` are none.
pub fn constants(code: &str) -> Vec<Constant> {
    let blocks = impl_blocks(code);
    after_keyword(code, "const")
        .filter(|(_, name)| name.chars().any(char::is_uppercase) && !name.chars().any(char::is_lowercase))
        .filter(|(at, _)| !code.get(..*at).unwrap_or("").trim_end().ends_with(['<', ',']))
        .map(|(at, name)| {
            let owner = blocks.iter().rfind(|block| block.start < at && at < block.end);
            let name = owner.map_or(name.clone(), |block| format!("{}::{name}", block.type_name));
            Constant { name, line: line_of(code, at) }
        })
        .collect()
}

/// Every path that a `use` brings in, groups written out.
pub fn imports(code: &str) -> Vec<Named> {
    let mut found = Vec::new();
    for at in super::whole_words(code, "use") {
        let Some(tree) = code.get(at + 3..).and_then(|rest| rest.split(';').next()) else { continue };
        let tree: String = tree.split_whitespace().collect::<Vec<_>>().join(" ");
        let mut paths = Vec::new();
        expand("", &tree, &mut paths);
        let line = line_of(code, at);
        found.extend(paths.into_iter().map(|name| Named { name, line }));
    }
    found
}

/// The offset of the brace that closes the one at `open`.
pub fn closing_brace(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

/// An `impl` block: from its `impl` to its closing brace, and the type that it is for.
struct ImplBlock {
    start: usize,
    end: usize,
    type_name: String,
}

fn impl_blocks(code: &str) -> Vec<ImplBlock> {
    super::whole_words(code, "impl")
        .filter(|at| {
            code.get(..*at).is_some_and(|text| {
                text.trim_end().is_empty() || text.trim_end().ends_with(['}', ';', ']', '{'])
            })
        })
        .filter_map(|start| {
            let open = body_start(code, start)?;
            let end = closing_brace(code, open)?;
            let header = code.get(start + 4..open)?;
            let subject = header.split(" for ").last()?.split(" where ").next()?;
            Some(ImplBlock { start, end, type_name: last_path_word(subject) })
        })
        .collect()
}

/// `<T> crate::Page<T>` is `Page`.
fn last_path_word(subject: &str) -> String {
    let mut depth = 0_usize;
    let outside: String = subject
        .chars()
        .filter(|c| {
            match c {
                '<' => depth += 1,
                '>' => depth = depth.saturating_sub(1),
                _ => return depth == 0,
            }
            false
        })
        .collect();
    outside.trim().rsplit("::").next().unwrap_or("").trim().to_owned()
}

/// Each `keyword name`: the offset of the keyword, and the name.
fn after_keyword<'a>(code: &'a str, keyword: &'a str) -> impl Iterator<Item = (usize, String)> + 'a {
    super::whole_words(code, keyword).filter_map(move |at| {
        let rest = code.get(at + keyword.len()..)?;
        let name: String =
            rest.trim_start().chars().take_while(|c| *c == '_' || c.is_alphanumeric()).collect();
        let spaced = rest.starts_with(char::is_whitespace);
        (spaced && !name.is_empty() && name != "fn" && name != "_").then_some((at, name))
    })
}

/// The offset of the `{` that opens the body after `at`; nothing when a `;` ends the item first.
fn body_start(code: &str, at: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (offset, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth = depth.saturating_sub(1),
            b'{' if depth == 0 => return Some(offset),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

/// Writes out one `use` tree below `prefix`.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some((head, group)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or("").replace(' ', "");
        if !name.is_empty() {
            paths.push(format!("{prefix}{name}"));
        }
        return;
    };
    let head = format!("{prefix}{}", head.replace(' ', ""));
    let group = group.trim_end().strip_suffix('}').unwrap_or(group);
    for branch in split_outside_braces(group) {
        expand(&head, branch, paths);
    }
}

fn split_outside_braces(group: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    let is_border = |c| {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    };
    group.split(is_border).collect()
}

#[cfg(test)]
mod tests {
    use super::{constants, functions, imports, types};

    #[test]
    fn functions_are_measured_from_fn_to_closing_brace() {
        let code = "fn a() {}\nfn b(x: [u8; 2]) -> [u8; 2]\nwhere\n{\n  if x { {} }\n  x\n}\nfn declared(&self);\ntype F = fn(u8);";
        let measured: Vec<(String, usize, usize)> =
            functions(code).into_iter().map(|f| (f.name, f.line, f.length)).collect();
        assert_eq!(measured, [("a".to_owned(), 1, 1), ("b".to_owned(), 2, 6)]);
    }

    #[test]
    fn types_of_every_kind_are_found() {
        let names: Vec<String> = types("pub struct A;\nenum B {}\ntrait C {}\ntype D = u8; let r#type = 1;")
            .into_iter()
            .map(|named| named.name)
            .collect();
        assert_eq!(names, ["A", "B", "C", "D"]);
    }

    #[test]
    fn constants_carry_the_type_of_their_impl_block() {
        let code = "pub const ROWS_MAX: u8 = 1;\nimpl<T> fmt::Debug for Page<T> {\n const B_MAX: u8 = 2;\n}\nconst fn c() {}\nfn d<const N_MAX: usize>() {}\nconst _: () = ();";
        let names: Vec<String> = constants(code).into_iter().map(|constant| constant.name).collect();
        assert_eq!(names, ["ROWS_MAX", "Page::B_MAX"]);
    }

    #[test]
    fn a_use_tree_is_written_out() {
        let names: Vec<String> = imports("use std::{fs::{self, File}, time as t};\npub use a::b;")
            .into_iter()
            .map(|named| named.name)
            .collect();
        assert_eq!(names, ["std::fs::self", "std::fs::File", "std::time", "a::b"]);
    }
}
