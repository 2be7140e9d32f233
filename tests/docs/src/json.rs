//! `docs/json.md`: the keys of `--export json`. Its tables are made from the declarations of figures.

use collectl_core::figure::{Row, Table};
use collectl_core::registry::REGISTRY;
use collectl_core::subsystem::Part;

/// The page without its tables. A line `{KEY}` stands for the table of the object or array with this key.
const TEXT: &str = include_str!("json.md");

pub(super) fn page() -> Vec<u8> {
    let tables = tables();
    let mut page = String::new();
    for line in TEXT.lines() {
        match line.strip_prefix('{').and_then(|line| line.strip_suffix('}')) {
            Some(key) => push(tables.iter().find(|(_, table)| table.key == key), key, &mut page),
            None => page.push_str(line),
        }
        page.push('\n');
    }
    page.into_bytes()
}

/// All tables, each with the letter that selects what is in it, in the order of JSON.
fn tables() -> Vec<(char, Table)> {
    let parts = REGISTRY.iter().flat_map(|entry| [Part::Summary, Part::Detail].map(|part| (entry, part)));
    parts
        .filter_map(|(entry, part)| Some((entry.descriptor.letter(part)?, (entry.tables)(part))))
        .flat_map(|(letter, tables)| tables.into_iter().map(move |table| (letter, table)))
        .collect()
}

fn push(table: Option<&(char, Table)>, key: &str, page: &mut String) {
    let Some((letter, table)) = table else { panic!("no figures are declared for {key}") };
    let Table { title, note, .. } = table;
    page.push_str(&format!("## `{key}`: {title} (`-s{letter}`)\n\n"));
    if !note.is_empty() {
        page.push_str(&format!("{note}\n\n"));
    }
    page.push_str("| key | unit | kind | meaning |\n|---|---|---|---|\n");
    let rows: Vec<String> = table.rows.iter().map(row).collect();
    page.push_str(rows.join("\n").as_str());
}

fn row(Row { key, unit, kind, help }: &Row) -> String {
    let cells = [format!("`{key}`"), unit.sign().to_owned(), kind.name().to_owned(), (*help).to_owned()];
    cells.map(|cell| if cell.is_empty() { "| ".to_owned() } else { format!("| {cell} ") }).concat() + "|"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_meaning() {
        for (_, table) in tables() {
            let silent = table.rows.iter().filter(|row| row.help.is_empty());
            assert_eq!(
                silent.map(|row| &row.key).collect::<Vec<_>>(),
                Vec::<&String>::new(),
                "{}",
                table.key
            );
        }
    }

    #[test]
    fn every_table_is_on_the_page_once() {
        for (_, table) in tables() {
            let lines = TEXT.lines().filter(|line| *line == format!("{{{}}}", table.key)).count();
            assert_eq!(lines, 1, "{}", table.key);
        }
    }
}
