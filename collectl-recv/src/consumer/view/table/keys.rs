//! What keys do. Those of colmux do the same as there. Pure.

use super::Table;
use crate::consumer::view::KeyEffect;

/// A key of any terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
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
    /// Ctrl-C, which is a key on a terminal in raw mode.
    Interrupt,
    /// The size of the terminal has changed.
    Resize,
}

/// What is being typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum InputMode {
    #[default]
    Nothing,
    /// The number of a column.
    Number(String),
    /// A filter of host names.
    Filter(String),
    /// The help is shown.
    Help,
}

/// The text for `?`.
pub(super) const HELP: [&str; 11] = [
    "N Enter     sort by column N, counted from 1, hosts not included",
    "Left Right  sort by the previous, the next column",
    "Up Down     smallest first, largest first",
    "r           reverse the order",
    "z           hide rows with 0 in the sort column",
    "f           freeze, and continue",
    "m           minimum and maximum",
    "PgUp PgDn   other rows; Home, End: the first, the last ones",
    "/TEXT Enter only hosts with TEXT in their name; / Enter: all",
    "?           this help",
    "q, Ctrl-C   end",
];

/// Most characters of a filter.
const MAX_TYPED: usize = 64;

/// Takes a key; `page` is how many rows are shown.
pub(super) fn press(table: &mut Table, mode: &mut InputMode, key: Key, page: usize) -> KeyEffect {
    if key == Key::Interrupt {
        return KeyEffect::Quit;
    }
    match std::mem::take(mode) {
        InputMode::Filter(text) => *mode = filter(table, text, key),
        InputMode::Number(text) => *mode = number(table, text, key),
        InputMode::Help if key != Key::Char('q') => {}
        InputMode::Nothing | InputMode::Help => return command(table, mode, key, page),
    }
    KeyEffect::Draw
}

fn command(table: &mut Table, mode: &mut InputMode, key: Key, page: usize) -> KeyEffect {
    let last = table.columns().len().saturating_sub(1);
    let rows = table.visible().len();
    match key {
        Key::Char('q') => return KeyEffect::Quit,
        Key::Char('r') => table.ascending = !table.ascending,
        Key::Char('z') => table.hide_zeros = !table.hide_zeros,
        Key::Char('f') => table.freeze(!table.frozen),
        Key::Char('m') => table.extremes = !table.extremes,
        Key::Char('?') => *mode = InputMode::Help,
        Key::Char('/') => *mode = InputMode::Filter(String::new()),
        Key::Char(digit) if digit.is_ascii_digit() => *mode = InputMode::Number(digit.to_string()),
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
    KeyEffect::Draw
}

fn number(table: &mut Table, mut text: String, key: Key) -> InputMode {
    match key {
        Key::Char(digit) if digit.is_ascii_digit() && text.len() < 6 => text.push(digit),
        Key::Backspace => drop(text.pop()),
        Key::Enter => {
            // A number is never the name of a column here.
            let place = text.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            table.sort = place.filter(|&place| place < table.columns().len()).unwrap_or(table.sort);
            table.order();
            return InputMode::Nothing;
        }
        Key::Resize | Key::Char(_) => {}
        _ => return InputMode::Nothing,
    }
    if text.is_empty() { InputMode::Nothing } else { InputMode::Number(text) }
}

fn filter(table: &mut Table, mut text: String, key: Key) -> InputMode {
    match key {
        Key::Char(char) if text.len() < MAX_TYPED => text.push(char),
        Key::Backspace => drop(text.pop()),
        Key::Enter => {
            table.filter = text;
            table.first = 0;
            return InputMode::Nothing;
        }
        Key::Escape => return InputMode::Nothing,
        _ => {}
    }
    InputMode::Filter(text)
}
