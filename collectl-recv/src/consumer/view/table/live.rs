//! The table on a terminal: drawn in place, and controlled by keys.
//!
//! It is drawn into a buffer, which is written to standard output without blocking; until all is written, nothing new is
//! drawn. A thread reads the keys, since reading a terminal blocks.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;
use std::time::Duration;

use collectl_wire::display::sanitize;
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::event::{self, Event, KeyCode, KeyEventKind, KeyModifiers};
use ratatui::crossterm::{cursor, execute, queue, terminal};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use ratatui::text::{Line, Span};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::Table;
use super::keys::{HELP, InputMode, Key, press};
use super::sheet::{Role, Room, StyledLine, sheet};
use crate::consumer::view::KeyEffect;

/// Shortest time between two draws.
const REFRESH: Duration = Duration::from_millis(100);
/// Most messages that are kept to be repeated when the table ends.
const MESSAGES: usize = 50;
/// Lines besides those of hosts and sums: the status, two headers, the last one.
const FIXED: usize = 4;
/// Fewest rows that are shown before sums are.
const FEW: usize = 2;
/// Most keys that wait.
const KEYS: usize = 64;

/// A terminal with the table on it, until [`LiveTable::leave`].
#[derive(Debug)]
pub(super) struct LiveTable {
    terminal: Terminal<CrosstermBackend<Buffer>>,
    buffer: Buffer,
    keys: mpsc::Receiver<Key>,
    mode: InputMode,
    messages: Vec<String>,
    drawn: Option<Instant>,
    dirty: bool,
    page: usize,
}

/// What is drawn and not yet written.
#[derive(Debug, Clone, Default)]
struct Buffer(Rc<RefCell<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl LiveTable {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// Where there is none, or it can't be set up.
    pub(super) fn enter() -> io::Result<Self> {
        let buffer = Buffer::default();
        let terminal = Terminal::new(CrosstermBackend::new(buffer.clone()))?;
        terminal::enable_raw_mode()?;
        restore_on_panic();
        queue!(buffer.clone(), terminal::EnterAlternateScreen, cursor::Hide)?;
        let (sender, keys) = mpsc::channel(KEYS);
        // Without a terminal as standard input there are no keys.
        if rustix::termios::isatty(rustix::stdio::stdin()) {
            std::thread::spawn(move || read_keys(&sender));
        }
        Ok(Self {
            terminal,
            buffer,
            keys,
            mode: InputMode::Nothing,
            messages: Vec::new(),
            drawn: None,
            dirty: true,
            page: 1,
        })
    }

    /// Something changed: it is drawn soon.
    pub(super) fn touch(&mut self) {
        self.dirty = true;
    }

    /// Shows a message, and keeps it for the end.
    pub(super) fn message(&mut self, text: &str) {
        if self.messages.len() == MESSAGES {
            self.messages.remove(0);
        }
        self.messages.push(sanitize(text.as_bytes()).into_owned());
        self.dirty = true;
    }

    /// The next key; pending for ever where there are none. May be dropped at any time.
    pub(super) async fn key(&mut self) -> Key {
        match self.keys.recv().await {
            Some(key) => key,
            None => std::future::pending().await,
        }
    }

    /// Does what a key asks for.
    pub(super) fn press(&mut self, table: &mut Table, key: Key) -> KeyEffect {
        self.dirty = true;
        if key == Key::Escape {
            self.messages.clear();
        }
        press(table, &mut self.mode, key, self.page)
    }

    /// When it is to be drawn, if it has changed.
    pub(super) fn due(&self) -> Option<Instant> {
        self.dirty.then(|| self.drawn.map_or_else(Instant::now, |drawn| drawn + REFRESH))
    }

    /// Draws; returns the bytes for the terminal.
    ///
    /// # Errors
    /// Where the size of the terminal can't be read any more.
    pub(super) fn draw(&mut self, table: &mut Table, status: &str) -> io::Result<Vec<u8>> {
        self.dirty = false;
        self.drawn = Some(Instant::now());
        let (mode, message, page) = (&self.mode, self.messages.last(), &mut self.page);
        self.terminal.draw(|frame| {
            let area = frame.area();
            let lines = lines(table, status, mode, message, page, area);
            let buffer = frame.buffer_mut();
            for (line, row) in lines.iter().zip(area.rows()) {
                buffer.set_line(row.x, row.y, line, row.width);
            }
        })?;
        Ok(self.buffer.0.take())
    }

    /// Gives the terminal back; returns the last bytes for it, and the messages that were shown.
    pub(super) fn leave(mut self) -> (Vec<u8>, Vec<String>) {
        let _ = queue!(self.buffer, terminal::LeaveAlternateScreen, cursor::Show);
        // Where the terminal is gone there is nothing to restore.
        let _ = terminal::disable_raw_mode();
        (self.buffer.0.take(), std::mem::take(&mut self.messages))
    }
}

/// All lines of the screen.
fn lines(
    table: &mut Table,
    status: &str,
    mode: &InputMode,
    message: Option<&String>,
    page: &mut usize,
    area: Rect,
) -> Vec<Line<'static>> {
    if *mode == InputMode::Help {
        return HELP.iter().map(|line| Line::raw(*line)).collect();
    }
    let height = usize::from(area.height);
    let sums = if table.extremes { 4 } else { 2 };
    // A small terminal shows rows rather than sums.
    let sums = if height < FIXED + FEW + sums { 0 } else { sums };
    let rows = height.saturating_sub(FIXED + sums).max(1);
    *page = rows.min(table.rows.unwrap_or(usize::MAX)).max(1);
    let sheet = sheet(table, Some(Room { width: usize::from(area.width), rows }));
    let last = (table.first + sheet.len()).min(sheet.total);
    let mut status = status.to_owned();
    if last - table.first.min(last) < sheet.total {
        status.push_str(&format!("  rows {}-{last} of {}", table.first + 1, sheet.total));
    }
    let below = match (mode, message) {
        (InputMode::Number(text), _) => format!("sort by column: {text}_"),
        (InputMode::Filter(text), _) => format!("/{text}_"),
        (_, Some(message)) => format!("{message}   (? help)"),
        _ => "? help".to_owned(),
    };
    let mut out = vec![Line::styled(status, Style::new().add_modifier(Modifier::REVERSED))];
    out.extend(sheet.head.iter().map(line));
    sheet.rows(|row| out.push(line(row)));
    out.resize(out.len().max(height.saturating_sub(sums + 1)), Line::default());
    out.extend(sheet.sums.iter().take(sums).map(line));
    out.push(Line::styled(below, Style::new().add_modifier(Modifier::DIM)));
    out
}

/// A line for the terminal, from which controls are removed: names and figures come from hosts.
fn line(line: &StyledLine) -> Line<'static> {
    let span = |(text, role): (&str, Role)| Span::styled(sanitize(text.as_bytes()).into_owned(), style(role));
    line.parts().map(span).collect()
}

/// The style of a part of a line.
fn style(role: Role) -> Style {
    match role {
        Role::Plain => Style::new(),
        Role::Header => Style::new().fg(Color::Cyan),
        Role::Sorted => Style::new().add_modifier(Modifier::BOLD),
        Role::Late => Style::new().fg(Color::Yellow),
        Role::Missing => Style::new().add_modifier(Modifier::DIM),
        Role::Stale => Style::new().fg(Color::Red),
        Role::Sum => Style::new().fg(Color::Green),
    }
}

/// Reads keys until the receiver or the terminal is gone.
fn read_keys(keys: &mpsc::Sender<Key>) {
    while let Ok(event) = event::read() {
        let key = match event {
            Event::Key(event) if event.kind != KeyEventKind::Release => match event.code {
                KeyCode::Char('c') if event.modifiers.contains(KeyModifiers::CONTROL) => Key::Interrupt,
                KeyCode::Char(char) => Key::Char(char),
                KeyCode::Enter => Key::Enter,
                KeyCode::Esc => Key::Escape,
                KeyCode::Backspace => Key::Backspace,
                KeyCode::Left => Key::Left,
                KeyCode::Right => Key::Right,
                KeyCode::Up => Key::Up,
                KeyCode::Down => Key::Down,
                KeyCode::PageUp => Key::PageUp,
                KeyCode::PageDown => Key::PageDown,
                KeyCode::Home => Key::Home,
                KeyCode::End => Key::End,
                _ => continue,
            },
            Event::Resize(..) => Key::Resize,
            _ => continue,
        };
        if keys.blocking_send(key).is_err() {
            return;
        }
    }
}

/// A panic gives the terminal back before its message is shown.
#[expect(clippy::disallowed_methods, reason = "nothing else is written any more")]
fn restore_on_panic() {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let _ = terminal::disable_raw_mode();
        let _ = execute!(io::stdout(), terminal::LeaveAlternateScreen, cursor::Show);
        hook(info);
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::time;
    use crate::consumer::view::table::TableArgs;
    use crate::merge::{HostInterval, Interval, Presence};

    fn drawn(height: u16, mode: &InputMode) -> Vec<String> {
        let hosts = (1..=9)
            .map(|number| HostInterval { name: format!("n{number}").into(), presence: Presence::Missing });
        let mut table = Table::new(&TableArgs::default());
        table.take(Interval { time: time::at(1.0), hosts: hosts.collect(), lag: 0.0 });
        let area = Rect::new(0, 0, 20, height);
        let lines = lines(&mut table, "9 up", mode, None, &mut 0, area);
        lines.iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    #[test]
    fn a_small_terminal_shows_rows_rather_than_sums() {
        assert_eq!(drawn(5, &InputMode::Nothing)[3..], ["n1      missing", "? help"]);
        assert_eq!(
            drawn(6, &InputMode::Filter("n".into()))[3..],
            ["n1      missing", "n2      missing", "/n_"]
        );
        let last = ["n2      missing", "Total", "Average", "? help"];
        assert_eq!(drawn(8, &InputMode::Nothing)[4..], last);
    }
}
