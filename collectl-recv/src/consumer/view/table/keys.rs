//! What keys do. Those of colmux do what they do there. Pure.

use super::Table;

/// A key, whatever terminal it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Enter,
    Escape,
    Backspace,
    Left,
    Right,
    Up,
    Down,
    PageUp,
    PageDown,
    Home,
    End,
    /// Ctrl-C, which a terminal in raw mode gives as a key.
    Interrupt,
    /// The terminal has another size.
    Resize,
}

/// What a key asks of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Draw.
    Draw,
    /// End.
    Quit,
}

/// What is being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum Typing {
    #[default]
    Nothing,
    /// The number of a column.
    Number(String),
    /// A filter of host names.
    Filter(String),
    /// The help is shown.
    Help,
}

/// For `?`.
pub(crate) const HELP: [&str; 11] = [
    "N Enter     sort by column N, counted from 1, hosts not included",
    "Left Right  sort by the column before, behind",
    "Up Down     smallest first, largest first",
    "r           reverse the order",
    "z           hide rows with 0 in the sort column",
    "f           freeze, and go on",
    "m           minimum and maximum",
    "PgUp PgDn   other rows; Home: the first, End: the last",
    "/TEXT Enter only hosts with TEXT in their name; / Enter: all",
    "?           this help",
    "q, Ctrl-C   end",
];

/// Most characters of a filter.
const MAX_TYPED: usize = 64;

/// Takes a key; `page` is how many rows are shown.
pub(crate) fn press(table: &mut Table, typing: &mut Typing, key: Key, page: usize) -> Asked {
    if key == Key::Interrupt {
        return Asked::Quit;
    }
    match std::mem::take(typing) {
        Typing::Filter(text) => *typing = filter(table, text, key),
        Typing::Number(text) => *typing = number(table, text, key),
        Typing::Help if key != Key::Char('q') => {}
        Typing::Nothing | Typing::Help => return command(table, typing, key, page),
    }
    Asked::Draw
}

fn command(table: &mut Table, typing: &mut Typing, key: Key, page: usize) -> Asked {
    let last = table.columns().len().saturating_sub(1);
    let rows = table.visible().len();
    match key {
        Key::Char('q') => return Asked::Quit,
        Key::Char('r') => table.ascending = !table.ascending,
        Key::Char('z') => table.hide_zeros = !table.hide_zeros,
        Key::Char('f') => table.freeze(!table.frozen),
        Key::Char('m') => table.extremes = !table.extremes,
        Key::Char('?') => *typing = Typing::Help,
        Key::Char('/') => *typing = Typing::Filter(String::new()),
        Key::Char(digit) if digit.is_ascii_digit() => *typing = Typing::Number(digit.to_string()),
        Key::Left => table.sort = table.sort.saturating_sub(1),
        Key::Right => table.sort = (table.sort + 1).min(last),
        Key::Up => table.ascending = true,
        Key::Down => table.ascending = false,
        Key::PageUp => table.first = table.first.saturating_sub(page),
        Key::PageDown if table.first + page < rows => table.first += page,
        Key::Home => table.first = 0,
        Key::End => table.first = rows.saturating_sub(page),
        _ => {}
    }
    table.order();
    Asked::Draw
}

fn number(table: &mut Table, mut text: String, key: Key) -> Typing {
    match key {
        Key::Char(digit) if digit.is_ascii_digit() && text.len() < 6 => text.push(digit),
        Key::Backspace => drop(text.pop()),
        Key::Enter => {
            // A number that is a column's name is meant as a number here.
            let place = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            table.sort = place.filter(|&place| place < table.columns().len()).unwrap_or(table.sort);
            table.order();
            return Typing::Nothing;
        }
        Key::Resize | Key::Char(_) => {}
        _ => return Typing::Nothing,
    }
    if text.is_empty() { Typing::Nothing } else { Typing::Number(text) }
}

fn filter(table: &mut Table, mut text: String, key: Key) -> Typing {
    match key {
        Key::Char(char) if text.len() < MAX_TYPED => text.push(char),
        Key::Backspace => drop(text.pop()),
        Key::Enter => {
            table.filter = text;
            table.first = 0;
            return Typing::Nothing;
        }
        Key::Escape => return Typing::Nothing,
        _ => {}
    }
    Typing::Filter(text)
}
