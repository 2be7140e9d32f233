//! Hosts that are in time, late, with wrong clocks, in any order.

use proptest::prelude::*;

use super::*;

/// A Sunday in 2026.
const START: f64 = 1_795_340_400.0;
const DAY: f64 = 86_400.0;

fn at(stamp: Option<Stamp>, arrival: f64) -> Timing {
    Timing { stamp, arrival: time::at(arrival), rows: Rows::One }
}

fn epoch(time: f64) -> Option<Stamp> {
    Some(Stamp::Epoch(time::at(time)))
}

fn names(count: usize) -> Vec<Arc<str>> {
    (0..count).map(|number| Arc::from(format!("n{number}"))).collect()
}

fn all<S>(merge: &mut Merge<S>, now: f64) -> Vec<Interval<S>> {
    std::iter::from_fn(|| merge.finish(time::at(now))).collect()
}

fn presences<S: Clone>(interval: &Interval<S>) -> Vec<Presence<S>> {
    interval.hosts.iter().map(|host| host.presence.clone()).collect()
}

/// What is finished when each of `hosts` sends a sample for each second, stamped by `stamp`.
fn seconds(hosts: usize, count: u32, stamp: impl Fn(usize, f64) -> Option<Stamp>) -> Vec<Interval<u32>> {
    let (mut merge, names, mut out) = (Merge::new(Limits::default()), names(hosts), Vec::new());
    for second in 0..count {
        let time = START + f64::from(second);
        for (number, name) in names.iter().enumerate() {
            merge.push(name, at(stamp(number, time), time + 0.01), second);
        }
        out.extend(all(&mut merge, time + 0.02));
    }
    out.extend(std::iter::from_fn(|| merge.finish_all(time::at(START + 100.0))));
    out
}

fn assert_whole(intervals: &[Interval<u32>], count: u32) {
    assert_eq!(intervals.len(), count as usize, "{intervals:?}");
    for (second, interval) in (0u32..).zip(intervals) {
        for presence in presences(interval) {
            assert_eq!(presence, Presence::Present(vec![second]), "{interval:?}");
        }
    }
}

#[test]
fn an_interval_is_finished_when_all_have_come() {
    assert_whole(&seconds(3, 5, |_, time| epoch(time)), 5);
    assert_whole(&seconds(3, 5, |_, _| None), 5);
}

#[test]
fn a_connection_that_has_sent_nothing_yet_is_waited_for() {
    let (mut merge, names) = (Merge::new(Limits::default()), names(2));
    for second in 0..2 {
        let time = START + f64::from(second);
        merge.push(&names[0], at(epoch(time), time + 0.01), second);
    }
    assert_eq!(all(&mut merge, START + 1.02).len(), 2);
    merge.newest_silent = Some(time::at(START + 1.5));
    merge.push(&names[0], at(epoch(START + 2.0), START + 2.01), 2);
    assert_eq!(all(&mut merge, START + 2.02), []);
    merge.newest_silent = None;
    merge.push(&names[1], at(epoch(START + 2.0), START + 2.03), 2);
    let present = vec![Presence::Present(vec![2]); 2];
    assert_eq!(all(&mut merge, START + 2.04).iter().map(presences).collect::<Vec<_>>(), [present]);
    // One that stays silent is waited for until it is stale.
    merge.newest_silent = Some(time::at(START + 2.5));
    for (second, finished) in [(3, 0), (4, 0), (5, 1), (6, 3)] {
        let time = START + f64::from(second);
        for name in &names {
            merge.push(name, at(epoch(time), time + 0.01), second);
        }
        assert_eq!(all(&mut merge, time + 0.02).len(), finished, "second {second}");
    }
}

#[test]
fn clocks_and_zones_that_are_off_make_no_difference() {
    let off = [0.0, 7203.4, -3600.0, -86_400.0 * 400.0, 0.3];
    assert_whole(&seconds(5, 6, |host, time| epoch(time + off[host])), 6);
    assert_whole(&seconds(5, 6, |host, time| Some(Stamp::OfDay((time + off[host]).rem_euclid(86_400.0)))), 6);
}

#[test]
fn a_clock_that_is_set_by_an_hour_makes_no_difference() {
    for by in [3600.0, -3600.0, 3600.4, -3599.7] {
        // Two of five hosts; one of them is set back again.
        let set = |host, time: f64| {
            let passed = time - START;
            match host {
                1 if passed >= 7.0 => time + by,
                3 if (9.0..15.0).contains(&passed) => time + by,
                _ => time,
            }
        };
        assert_whole(&seconds(5, 20, |host, time| epoch(set(host, time))), 20);
        assert_whole(&seconds(5, 20, |host, time| Some(Stamp::Local(time::at(set(host, time))))), 20);
        assert_whole(&seconds(5, 20, |host, time| Some(Stamp::OfDay(set(host, time).rem_euclid(DAY)))), 20);
    }
}

#[test]
fn midnight_sets_no_clock_back() {
    let midnight = (START / DAY).ceil() * DAY - 5.0 - START;
    assert_whole(&seconds(2, 10, |_, time| Some(Stamp::OfDay((time + midnight).rem_euclid(DAY)))), 10);
}

#[test]
fn late_missing_and_stale_are_three_things() {
    let mut merge = Merge::new(Limits { window: 0.5 });
    let hosts = names(2);
    for second in 0..12u32 {
        let time = START + f64::from(second);
        merge.push(&hosts[0], at(epoch(time), time), second);
        if second < 3 {
            merge.push(&hosts[1], at(epoch(time), time), second);
        }
        if second == 5 {
            // For the interval before, which is finished by now.
            merge.push(&hosts[1], at(epoch(time - 2.0), time), second - 2);
        }
        let finished = all(&mut merge, time + 0.7);
        let [interval] = &finished[..] else { panic!("{finished:?}") };
        let expected = match second {
            0..=2 => Presence::Present(vec![second]),
            3 | 4 | 6 | 7 => Presence::Missing,
            5 => Presence::Late(vec![3]),
            _ => Presence::Stale(f64::from(second) + 0.7 - 5.0),
        };
        let seen = &interval.hosts[1].presence;
        match (seen, &expected) {
            (Presence::Stale(seen), Presence::Stale(expected)) => assert!((seen - expected).abs() < 1e-3),
            _ => assert_eq!(seen, &expected, "{second}"),
        }
    }
    assert_eq!(merge.late, 1);
}

#[test]
fn a_slot_waits_for_its_window_only() {
    let mut merge = Merge::new(Limits { window: 0.5 });
    let hosts = names(2);
    merge.push(&hosts[0], at(epoch(START), START), 0);
    merge.push(&hosts[1], at(epoch(START), START), 0);
    merge.push(&hosts[0], at(epoch(START + 1.0), START + 1.0), 1);
    assert_eq!(merge.due(), Some(time::at(START + 0.5)));
    assert_eq!(all(&mut merge, START + 1.1).len(), 1);
    assert_eq!(all(&mut merge, START + 1.4), []);
    assert_eq!(all(&mut merge, START + 1.6).len(), 1);
}

#[test]
fn a_host_that_has_left_is_not_waited_for() {
    let mut merge = Merge::new(Limits::default());
    let hosts = names(2);
    for second in [0.0, 1.0] {
        for host in &hosts {
            merge.push(host, at(epoch(START + second), START + second), 0);
        }
    }
    merge.leave("n1");
    merge.push(&hosts[0], at(epoch(START + 2.0), START + 2.0), 0);
    let finished = all(&mut merge, START + 2.0);
    assert_eq!(finished.len(), 3);
    assert_eq!(finished[2].hosts[1].presence, Presence::Missing);
}

#[test]
fn rows_with_one_stamp_are_one_interval() {
    let mut merge = Merge::new(Limits::default());
    let hosts = names(1);
    for (second, row) in [(0.0, 1), (0.0, 2), (1.0, 3), (1.0, 4), (1.0, 5), (2.0, 6)] {
        let timing =
            Timing { stamp: epoch(START + second), arrival: time::at(START + second), rows: Rows::Many };
        merge.push(&hosts[0], timing, row);
    }
    let rows: Vec<_> =
        std::iter::from_fn(|| merge.finish_all(time::at(START + 9.0))).flat_map(|i| presences(&i)).collect();
    assert_eq!(rows, [vec![1, 2], vec![3, 4, 5], vec![6]].map(Presence::Present));
}

#[test]
fn the_grid_adopts_the_interval_of_the_hosts() {
    for period in [0.1, 5.0, 10.0] {
        let (mut merge, hosts, mut seen) =
            (Merge::new(Limits { window: period / 2.0 }), names(3), Vec::new());
        for count in 0..40u32 {
            let time = START + 0.3 + period * f64::from(count);
            for host in &hosts {
                merge.push(host, at(epoch(time), time), count);
            }
            seen.extend(all(&mut merge, time + period * 0.9));
        }
        assert!((merge.width() - period).abs() < 0.01 * period, "{}", merge.width());
        let whole = |interval: &&Interval<u32>| {
            presences(interval).iter().all(|seat| matches!(seat, Presence::Present(_)))
        };
        assert!(seen.iter().filter(whole).count() >= 30, "{period}: {}", seen.len());
    }
}

proptest! {
    #[test]
    fn no_sample_is_shown_twice(arrivals in prop::collection::vec((0usize..4, 0.0f64..3.0), 1..200)) {
        let (mut merge, hosts) = (Merge::new(Limits::default()), names(4));
        let (mut next, mut seen, mut now) = ([0u32; 4], 0, START);
        for (host, delay) in arrivals {
            next[host] += 1;
            let time = START + f64::from(next[host]);
            now = now.max(time + delay);
            merge.push(&hosts[host], at(epoch(time), now), next[host]);
            let mut last = Time::default();
            for interval in all(&mut merge, now) {
                prop_assert!(interval.time > last);
                last = interval.time;
                seen += presences(&interval).iter().filter(|seat| matches!(seat, Presence::Present(_))).count();
            }
        }
        seen += std::iter::from_fn(|| merge.finish_all(time::at(now))).flat_map(|i| presences(&i))
            .filter(|seat| matches!(seat, Presence::Present(_))).count();
        let sent: u32 = next.iter().sum();
        prop_assert!(seen as u64 + merge.late <= u64::from(sent));
        prop_assert!(merge.open.is_empty());
    }
}
