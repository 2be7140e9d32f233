//! The table as it is laid out, and what keys make of it.

use super::keys::{Asked, Key, Typing, press};
use super::sheet::{Room, sheet};
use super::*;
use crate::sample::Cells;

fn row(figures: &[(&str, &str, &str)]) -> Row {
    let mut cells = Cells::default();
    figures.iter().for_each(|(_, _, text)| cells.push(text));
    Row::new(figures.iter().map(|(group, name, _)| Column::new(group, name)).collect(), cells)
}

fn brief(cpu: &str, free: &str) -> Row {
    row(&[("CPU", "cpu", cpu), ("CPU", "sys", "0"), ("Memory", "Free", free)])
}

fn seat(host: &str, presence: Presence<Row>) -> Seat<Row> {
    Seat { host: host.into(), presence }
}

fn table() -> Table {
    let seats = vec![
        seat("n1", Presence::Present(vec![brief("3", "2G")])),
        seat("n2", Presence::Present(vec![brief("20", "1G")])),
        seat("n3", Presence::Missing),
        seat("n4", Presence::Stale(12.4)),
        seat("n5", Presence::Late(vec![brief("0", "5M")])),
    ];
    let mut table = Table::new(&Options::default());
    table.take(Interval { time: 1.0, seats, lag: 0.1 });
    table
}

fn text(table: &Table, room: Option<Room>) -> Vec<String> {
    let sheet = sheet(table, room);
    let mut text: Vec<String> = sheet.head.iter().map(|line| line.plain().to_owned()).collect();
    sheet.rows(|line| text.push(line.plain().to_owned()));
    text.extend(sheet.sums.iter().map(|line| line.plain().to_owned()));
    text
}

fn hosts(table: &Table) -> Vec<&str> {
    table.visible().iter().map(|entry| &*entry.host).collect()
}

fn type_in(table: &mut Table, keys: &str) {
    let mut typing = Typing::Nothing;
    for key in keys.chars() {
        let key = if key == '\n' { Key::Enter } else { Key::Char(key) };
        assert_eq!(press(table, &mut typing, key, 2), Asked::Draw);
    }
}

#[test]
fn each_standing_looks_different_and_only_the_present_are_summed_up() {
    let expected = [
        "#       <-CPU-> <Me>",
        "#Host   cpu sys Free",
        "n2       20   0   1G",
        "n1        3   0   2G",
        "n5     ~  0   0   5M",
        "n3      missing",
        "n4      stale: silent for 12 s",
        "Total    23   0   3G",
        "Average  12   0   2G",
    ];
    assert_eq!(text(&table(), None), expected);
}

#[test]
fn room_is_kept_to_and_the_sorted_column_is_always_there() {
    let mut table = table();
    let room = Room { width: 16, rows: 2 };
    let lines = text(&table, Some(room));
    assert_eq!(lines[1], "#Host   cpu sys");
    assert_eq!(lines.len(), 2 + 2 + 2);
    table.sort = 2;
    table.order();
    let lines = text(&table, Some(room));
    assert_eq!(lines[1], "#Host   sys Free");
    assert_eq!(lines[2], "n1        0   2G");
    assert!(lines.iter().all(|line| line.chars().count() <= 16), "{lines:#?}");
}

#[test]
fn keys_do_what_those_of_colmux_do() {
    let mut table = table();
    type_in(&mut table, "3\n");
    assert_eq!((table.sort, hosts(&table)), (2, vec!["n1", "n2", "n5", "n3", "n4"]));
    type_in(&mut table, "r");
    assert_eq!(hosts(&table)[..3], ["n5", "n2", "n1"]);
    type_in(&mut table, "r1\nz");
    assert_eq!(hosts(&table), ["n2", "n1", "n3", "n4"]);
    type_in(&mut table, "z/n3\n");
    assert_eq!(hosts(&table), ["n3"]);
    type_in(&mut table, "/\n");
    assert_eq!(hosts(&table).len(), 5);
    type_in(&mut table, "99\n");
    assert_eq!(table.sort, 0);
    let mut typing = Typing::Nothing;
    for (key, sort) in [(Key::Right, 1), (Key::Right, 2), (Key::Right, 2), (Key::Left, 1)] {
        press(&mut table, &mut typing, key, 2);
        assert_eq!(table.sort, sort);
    }
    press(&mut table, &mut typing, Key::PageDown, 2);
    assert_eq!(table.first, 2);
    assert_eq!(press(&mut table, &mut typing, Key::Interrupt, 2), Asked::Quit);
    assert_eq!(press(&mut table, &mut typing, Key::Char('q'), 2), Asked::Quit);
}

#[test]
fn a_frozen_table_goes_on_with_the_newest() {
    let mut table = table();
    type_in(&mut table, "f");
    for time in [2.0, 3.0] {
        table.take(Interval { time, seats: Vec::new(), lag: 0.0 });
        assert_eq!(table.time.to_bits(), 1f64.to_bits());
    }
    type_in(&mut table, "f");
    assert_eq!(table.time.to_bits(), 3f64.to_bits());
}

#[test]
fn hosts_with_other_columns_share_the_table() {
    let seats = vec![
        seat("n1", Presence::Present(vec![row(&[("disk", "sda", "1")])])),
        seat("n2", Presence::Present(vec![row(&[("disk", "sdb", "2"), ("disk", "sda", "3")])])),
    ];
    let mut table = Table::new(&Options { sort: Some("sda".into()), ..Options::default() });
    table.take(Interval { time: 1.0, seats, lag: 0.0 });
    assert_eq!(
        text(&table, None)[1..4],
        ["#Host   sda sdb", "n2        3   2", "n1        1   -"].map(str::to_owned)
    );
}

#[test]
fn rows_and_names_may_be_chosen() {
    let mut table = Table::new(&Options { rows: Some(1), ascending: true, ..Options::default() });
    let seats = vec![
        seat("a-host-with-a-name-that-is-long", Presence::Present(vec![brief("3", "2G")])),
        seat("n2", Presence::Present(vec![brief("20", "1G"), brief("1", "1G")])),
    ];
    table.take(Interval { time: 1.0, seats, lag: 0.0 });
    let sheet = sheet(&table, Some(Room { width: 40, rows: 10 }));
    assert_eq!((sheet.len(), sheet.total), (1, 3));
    sheet.rows(|line| assert!(line.plain().starts_with("n2 ")));
}
