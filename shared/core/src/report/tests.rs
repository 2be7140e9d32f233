use super::*;
use crate::choice::request::Surroundings;
use crate::choice::tests::request;
use crate::clock::Time;
use crate::kernel::Roots;
use crate::usage::UsageError;

/// What the switches in `line` show, with a header every 22 intervals or as `--hr` says.
pub(crate) fn view(line: &str) -> View {
    view_with(line, Surroundings::of_playback()).unwrap()
}

/// What the switches in `line` show of the machine whose `/sys` is at `sys`.
pub(crate) fn live_view(line: &str, sys: &std::path::Path) -> Result<View, UsageError> {
    let roots = Roots { sys: sys.to_owned(), ..Roots::default() };
    view_with(line, Surroundings { roots, playback: false, ..Surroundings::of_playback() })
}

fn view_with(line: &str, surroundings: Surroundings) -> Result<View, UsageError> {
    let request = request(line, surroundings)?;
    let choice = request.choose(None)?;
    let hr = crate::choice::tests::args(line).unwrap().hr.map(|lines| lines.parse().unwrap());
    let headers = Headers::repeated(hr, choice.format, 22);
    Ok(View { choice, stamp: request.options().stamp, millis: request.options().millis, headers })
}

/// Which of four intervals, the third of which starts another recording, have a header before them.
fn headers(args: &str) -> Vec<bool> {
    let mut report = Report::new(&view(args), &Machine::default(), "host");
    let mut frame = Frame::default();
    let mut shown = Vec::new();
    for second in 0..5 {
        if second == 3 {
            report.begin_file("host");
        }
        frame.restart(Time::from_micros(second * 1_000_000));
        shown.extend(report.accept(&frame).map(|text| text.whole().len() > text.body().len()));
    }
    shown
}

/// The text of five frames, a second apart, with totals for these letters of `--statopts`.
fn totals(args: &str, letters: &str) -> String {
    let mut view = view(args);
    let [averages, intervals, of_each_file] = ['a', 'i', 's'].map(|letter| letters.contains(letter));
    view.choice.stats = Some(Stats { averages, intervals, of_each_file });
    let mut report = Report::new(&view, &Machine::default(), "host");
    let mut frame = Frame::default();
    let mut shown = Vec::new();
    for second in 0..5 {
        frame.restart(Time::from_micros(second * 1_000_000));
        frame.add_line(&crate::subsystem::stat::STAT, format!("ctxt {}\n", second * 10).as_bytes());
        shown.extend(report.accept(&frame).map(|text| text.whole()));
    }
    shown.extend(report.end_file(frame.time()).map(|text| text.whole()));
    // Another recording, which ends no interval.
    report.forget();
    report.accept(&frame);
    shown.extend(report.end_file(frame.time()).map(|text| text.whole()));
    shown.extend(report.end().map(|text| text.whole()));
    String::from_utf8(shown.concat()).unwrap()
}

#[test]
fn totals_replace_intervals() {
    let header = "#<--------CPU-------->\n#cpu sys inter  ctxsw \n";
    assert_eq!(totals("-sc --hr -1", ""), format!("{header}T  0   0     0     40 \n"));
    let averages = "A  0   0     0     13 \nT  0   0     0     40 \n";
    assert_eq!(totals("-sc", "a"), format!("{header}{averages}"));
    let lines = "   0   0     0     10 \n".repeat(4);
    assert_eq!(totals("-sc", "ia"), format!("{header}{lines}{averages}"));
    let text = totals("-sc -oT", "s");
    assert!(text.ends_with("\n00:00:04 T  0   0     0     40 \n"), "{text}");
    let text = totals("-sc -oT", "");
    assert!(text.ends_with("\n         T  0   0     0     40 \n"), "{text}");
}

#[test]
fn each_recording_has_its_own_host() {
    has_its_own_host("--export json -sc", |host| format!("{{\"host\":\"{host}\",\"time\":"));
    has_its_own_host("-scn --verbose", |host| format!("\n### RECORD    1 >>> {host} <<< ("));
}

/// Plays an interval of the host `one`, and one of `four`.
fn has_its_own_host(args: &str, begin: impl Fn(&str) -> String) {
    let mut report = Report::new(&view(args), &Machine::default(), "one");
    let mut frame = Frame::default();
    let mut hosts = Vec::new();
    for (second, host) in ["one", "one", "four", "four"].into_iter().enumerate() {
        if second == 2 {
            report.begin_file("four");
            report.forget();
        }
        frame.restart(Time::from_micros(second as i64 * 1_000_000));
        hosts.extend(report.accept(&frame).map(|text| (host, text.body())));
    }
    assert_eq!(hosts.len(), 2);
    for (host, line) in hosts {
        assert!(line.starts_with(begin(host).as_bytes()), "{line:?}");
    }
}

#[test]
fn playing_time_of_the_totals() {
    let mut span = Span { interval: 2.0, played: 0.0, shown: None, goes_on: true };
    let times = [10, 13, 15].map(|second| Time::from_micros(second * 1_000_000));
    times.iter().for_each(|&time| span.add(time));
    assert_eq!(span.shown, Some((Time::from_micros(11_000_000), times[2])));
}

#[test]
fn another_recording_has_its_own_headers_except_in_the_brief_format() {
    assert_eq!(headers("-sc"), [true, false, false, false]);
    assert_eq!(headers("-sc --verbose"), [true, false, true, false]);
    assert_eq!(headers("-P -scC"), [true, false, true, false]);
    assert_eq!(headers("-sc --verbose --hr 0"), [true, false, false, false]);
    assert_eq!(headers("-P -sc --hr -1"), [false; 4]);
}
