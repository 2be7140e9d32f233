//! The layout of the table, and what keys do.

use super::keys::{InputMode, Key, press};
use super::sheet::{Room, sheet};
use super::*;
use crate::base::time;
use crate::consumer::view::KeyEffect;
use crate::sample::Cells;

fn row(figures: &[(&str, &str, &str)]) -> Row {
    let mut cells = Cells::default();
    figures.iter().for_each(|(_, _, text)| cells.push(text));
    Row::new(figures.iter().map(|(group, name, _)| Column::new(group, name)).collect(), cells)
}

fn brief(cpu: &str, free: &str) -> Row {
    row(&[("CPU", "cpu", cpu), ("CPU", "sys", "0"), ("Memory", "Free", free)])
}

fn host(name: &str, presence: Presence<Row>) -> HostInterval<Row> {
    HostInterval { name: name.into(), presence }
}

fn table() -> Table {
    let hosts = vec![
        host("n1", Presence::Present(vec![brief("3", "2G")])),
        host("n2", Presence::Present(vec![brief("20", "1G")])),
        host("n3", Presence::Missing),
        host("n4", Presence::Stale(12.4)),
        host("n5", Presence::Late(vec![brief("0", "5M")])),
    ];
    let mut table = Table::new(&TableArgs::default());
    table.take(Interval { time: time::at(1.0), hosts, lag: 0.1 });
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
    let mut mode = InputMode::Nothing;
    for key in keys.chars() {
        let key = if key == '\n' { Key::Enter } else { Key::Char(key) };
        assert_eq!(press(table, &mut mode, key, 2), KeyEffect::Draw);
    }
}

#[test]
fn each_state_looks_different_and_only_present_hosts_are_summed_up() {
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
fn the_table_fits_its_room_and_the_sorted_column_is_always_shown() {
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
fn keys_do_the_same_as_in_colmux() {
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
    let mut mode = InputMode::Nothing;
    for (key, sort) in [(Key::Right, 1), (Key::Right, 2), (Key::Right, 2), (Key::Left, 1)] {
        press(&mut table, &mut mode, key, 2);
        assert_eq!(table.sort, sort);
    }
    press(&mut table, &mut mode, Key::PageDown, 2);
    assert_eq!(table.first, 2);
    assert_eq!(press(&mut table, &mut mode, Key::Interrupt, 2), KeyEffect::Quit);
    assert_eq!(press(&mut table, &mut mode, Key::Char('q'), 2), KeyEffect::Quit);
}

#[test]
fn a_frozen_table_continues_with_the_newest_interval() {
    let mut table = table();
    type_in(&mut table, "f");
    for seconds in [2.0, 3.0] {
        table.take(Interval { time: time::at(seconds), hosts: Vec::new(), lag: 0.0 });
        assert_eq!(table.time, Some(time::at(1.0)));
    }
    type_in(&mut table, "f");
    assert_eq!(table.time, Some(time::at(3.0)));
}

#[test]
fn hosts_with_other_columns_share_the_table() {
    let hosts = vec![
        host("n1", Presence::Present(vec![row(&[("disk", "sda", "1")])])),
        host("n2", Presence::Present(vec![row(&[("disk", "sdb", "2"), ("disk", "sda", "3")])])),
    ];
    let mut table = Table::new(&TableArgs { sort: Some("sda".into()), ..TableArgs::default() });
    table.take(Interval { time: time::at(1.0), hosts, lag: 0.0 });
    assert_eq!(
        text(&table, None)[1..4],
        ["#Host   sda sdb", "n2        3   2", "n1        1   -"].map(str::to_owned)
    );
}

#[test]
fn rows_and_names_may_be_chosen() {
    let mut table = Table::new(&TableArgs { rows: Some(1), reverse: true, ..TableArgs::default() });
    let hosts = vec![
        host("a-host-with-a-name-that-is-long", Presence::Present(vec![brief("3", "2G")])),
        host("n2", Presence::Present(vec![brief("20", "1G"), brief("1", "1G")])),
    ];
    table.take(Interval { time: time::at(1.0), hosts, lag: 0.0 });
    let sheet = sheet(&table, Some(Room { width: 40, rows: 10 }));
    assert_eq!((sheet.len(), sheet.total), (1, 3));
    sheet.rows(|line| assert!(line.plain().starts_with("n2 ")));
}

#[test]
fn a_host_with_ever_new_columns_hides_no_other() {
    let mut table = Table::new(&TableArgs { sort: Some("Free".into()), ..TableArgs::default() });
    for interval in 0..5 {
        let names: Vec<String> = (0..2000).map(|column| format!("c{interval}-{column}")).collect();
        let hostile: Vec<_> = names.iter().map(|name| ("x", name.as_str(), "1")).collect();
        let hosts = vec![
            host("a", Presence::Present(vec![row(&hostile)])),
            host("n1", Presence::Present(vec![brief("3", "2G")])),
            host("n2", Presence::Present(vec![brief("20", "1G")])),
        ];
        table.take(Interval { time: time::at(1.0), hosts, lag: 0.0 });
        let lines = text(&table, Some(Room { width: 30, rows: 10 }));
        assert_eq!(
            lines[1..4],
            ["#Host   cpu sys Free", "n1        3   0   2G", "n2       20   0   1G"].map(|line| {
                lines
                    .iter()
                    .find(|other| other.starts_with(line))
                    .map_or("", |other| other.as_str())
                    .to_owned()
            }),
            "{lines:#?}"
        );
        assert!(table.columns.len() <= MAX_COLUMNS);
    }
}
