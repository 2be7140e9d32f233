//! The table on a terminal: drawn in place, and steered by keys.
//!
//! What is drawn goes into a buffer, which standard output takes without making anyone wait; while it has not, nothing new
//! is drawn. Keys are read by a thread of their own, since reading a terminal blocks.

use std::cell::RefCell;
use std::io::{self, IsTerminal, Write};
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
use super::keys::{Asked, HELP, Key, Typing, press};
use super::sheet::{self, Role, Room, sheet};

/// Shortest time between two drawings.
const REFRESH: Duration = Duration::from_millis(100);
/// How many messages are kept for the time after the table.
const MESSAGES: usize = 50;
/// Lines besides those of hosts and sums: the status, two of headers, the last one.
const FIXED: usize = 4;
/// As many rows are to be seen before sums are.
const FEW: usize = 2;
/// Keys that wait at most.
const KEYS: usize = 64;

/// A terminal with the table on it, until [`Live::leave`] or the end.
#[derive(Debug)]
pub(crate) struct Live {
    terminal: Terminal<CrosstermBackend<Buffer>>,
    buffer: Buffer,
    keys: mpsc::Receiver<Key>,
    typing: Typing,
    messages: Vec<String>,
    drawn: Option<Instant>,
    dirty: bool,
    page: usize,
}

/// What is drawn, before standard output takes it.
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

impl Live {
    /// Takes the terminal over.
    ///
    /// # Errors
    /// Where it is none, or is not to be had.
    pub(crate) fn enter() -> io::Result<Self> {
        let buffer = Buffer::default();
        let terminal = Terminal::new(CrosstermBackend::new(buffer.clone()))?;
        terminal::enable_raw_mode()?;
        restore_on_panic();
        queue!(buffer.clone(), terminal::EnterAlternateScreen, cursor::Hide)?;
        let (sender, keys) = mpsc::channel(KEYS);
        // At its end, standard input says nothing: without a terminal there nobody types.
        if io::stdin().is_terminal() {
            std::thread::spawn(move || read_keys(&sender));
        }
        Ok(Self {
            terminal,
            buffer,
            keys,
            typing: Typing::Nothing,
            messages: Vec::new(),
            drawn: None,
            dirty: true,
            page: 1,
        })
    }

    /// Something changed: draws soon.
    pub(crate) fn touch(&mut self) {
        self.dirty = true;
    }

    /// Shows a message, and keeps it for the end.
    pub(crate) fn say(&mut self, text: &str) {
        if self.messages.len() == MESSAGES {
            self.messages.remove(0);
        }
        self.messages.push(sanitize(text.as_bytes()).into_owned());
        self.dirty = true;
    }

    /// The next key; for ever pending where nobody types. May be dropped at any time.
    pub(crate) async fn key(&mut self) -> Key {
        match self.keys.recv().await {
            Some(key) => key,
            None => std::future::pending().await,
        }
    }

    /// Does what a key asks for.
    pub(crate) fn press(&mut self, table: &mut Table, key: Key) -> Asked {
        self.dirty = true;
        if key == Key::Escape {
            self.messages.clear();
        }
        press(table, &mut self.typing, key, self.page)
    }

    /// When it is to be drawn, if it is.
    pub(crate) fn due(&self) -> Option<Instant> {
        self.dirty.then(|| self.drawn.map_or_else(Instant::now, |drawn| drawn + REFRESH))
    }

    /// Draws; returns the bytes for the terminal.
    ///
    /// # Errors
    /// Where the size of the terminal is not to be had any more.
    pub(crate) fn draw(&mut self, table: &mut Table, status: &str) -> io::Result<Vec<u8>> {
        self.dirty = false;
        self.drawn = Some(Instant::now());
        let (typing, message, page) = (&self.typing, self.messages.last(), &mut self.page);
        self.terminal.draw(|frame| {
            let area = frame.area();
            let lines = lines(table, status, typing, message, page, area);
            let buffer = frame.buffer_mut();
            for (line, row) in lines.iter().zip(area.rows()) {
                buffer.set_line(row.x, row.y, line, row.width);
            }
        })?;
        Ok(self.buffer.0.take())
    }

    /// Gives the terminal back; returns the last bytes for it, and the messages of the time of the table.
    pub(crate) fn leave(mut self) -> (Vec<u8>, Vec<String>) {
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
    typing: &Typing,
    message: Option<&String>,
    page: &mut usize,
    area: Rect,
) -> Vec<Line<'static>> {
    if *typing == Typing::Help {
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
    let below = match (typing, message) {
        (Typing::Number(text), _) => format!("sort by column: {text}_"),
        (Typing::Filter(text), _) => format!("/{text}_"),
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

fn line(line: &sheet::Line) -> Line<'static> {
    line.parts().map(|(text, role)| Span::styled(text.to_owned(), style(role))).collect()
}

/// How a part of a line looks.
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

/// Reads keys until nobody wants them, or the terminal is gone.
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

/// A panic gives the terminal back before it says its words.
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
    use crate::consumer::view::table::Options;
    use crate::merge::{Interval, Presence, Seat};

    fn drawn(height: u16, typing: &Typing) -> Vec<String> {
        let seats =
            (1..=9).map(|number| Seat { host: format!("n{number}").into(), presence: Presence::Missing });
        let mut table = Table::new(&Options::default());
        table.take(Interval { time: 1.0, seats: seats.collect(), lag: 0.0 });
        let area = Rect::new(0, 0, 20, height);
        let lines = lines(&mut table, "9 up", typing, None, &mut 0, area);
        lines.iter().map(|line| line.to_string().trim_end().to_owned()).collect()
    }

    #[test]
    fn a_small_terminal_shows_rows_rather_than_sums() {
        assert_eq!(drawn(5, &Typing::Nothing)[3..], ["n1      missing", "? help"]);
        assert_eq!(drawn(6, &Typing::Filter("n".into()))[3..], ["n1      missing", "n2      missing", "/n_"]);
        let last = ["n2      missing", "Total", "Average", "? help"];
        assert_eq!(drawn(8, &Typing::Nothing)[4..], last);
    }
}
