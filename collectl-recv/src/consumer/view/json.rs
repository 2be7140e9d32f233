//! A JSON object for each host and interval, one in a line. Those of `--export json` pass as they are, but for the host,
//! which has the same name in all views; figures of other formats are put under the names of their columns.

use std::borrow::Cow;
use std::collections::BTreeMap;

use collectl_wire::display::sanitize;
use serde_json::{Map, Number, Value};

use super::{Output, Start, Terminal, View, ViewEntry, accept};
use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::base::time::Time;
use crate::consumer::Arrival;
use crate::merge::{HostClock, Timing};
use crate::sample::{Catalogue, Decoder, Refused, Sample};
use crate::stream::classify::{Format, LineKind};

/// For the registry.
pub(super) const VIEW: ViewEntry = ViewEntry {
    name: "json",
    help: "A JSON object for each host and interval",
    collectl_switches: &["-scdnm", "--export", "json"],
    terminal: Terminal::Scrolls,
    switches: |command| command,
    choose: |_matches| -> Start { Box::new(|_output: Output| Ok(Box::new(JsonView::default()))) },
    refuse: accept,
};

/// Most columns of one name and group in an object; further ones are left out.
const MAX_SAME: usize = 8;

/// All streams.
#[derive(Debug, Default)]
struct JsonView {
    streams: BTreeMap<ConnId, (Decoder, HostClock)>,
    catalogue: Catalogue,
}

impl View for JsonView {
    fn interval(&mut self, arrival: &Arrival<'_>, out: &mut Vec<u8>) {
        if arrival.lines.format() == Format::Raw {
            return;
        }
        let Self { streams, catalogue } = self;
        let (decoder, clock) = streams.entry(arrival.conn).or_default();
        out.reserve(arrival.lines.text().len());
        for line in arrival.lines.iter() {
            if line.kind == LineKind::Data && line.text.starts_with(b"{") {
                let line = sanitize(line.text);
                // What is no object (cut, or noise) is none for our reader either.
                match serde_json::from_str::<Map<String, Value>>(&line) {
                    Ok(object) => push(&of_host(&line, object, arrival.host), out),
                    Err(_) => catalogue.refused.objects += 1,
                }
            } else if let Some(sample) = decoder.line(line, catalogue) {
                let timing = Timing { stamp: sample.stamp, arrival: arrival.time, rows: sample.rows };
                let (time, _) = clock.time_of(timing);
                let (object, left_out) = object(arrival.host, time, &sample);
                catalogue.refused.names += left_out;
                push(&object.to_string(), out);
            }
        }
    }

    fn gap(&mut self, host: &str, gap: Gap, out: &mut Vec<u8>) {
        let mut object = Map::new();
        object.insert("host".into(), host.into());
        object.insert("missing_intervals".into(), gap.intervals.into());
        object.insert("missing_seconds".into(), number(gap.micros as f64 / 1e6));
        push(&Value::Object(object).to_string(), out);
    }

    fn closed(&mut self, conn: ConnId) {
        self.streams.remove(&conn);
    }

    fn refused(&self) -> Refused {
        self.catalogue.refused
    }
}

fn push(line: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(line.as_bytes());
    out.push(b'\n');
}

/// An object of `--export json`, as `line`, with `host` as its host. One of collectl begins with its host: all else stays
/// as it is to the byte.
fn of_host<'a>(line: &'a str, mut object: Map<String, Value>, host: &str) -> Cow<'a, str> {
    if object.get("host").and_then(Value::as_str).is_none_or(|named| named == host) {
        return Cow::Borrowed(line);
    }
    let host = Value::from(host);
    let rest = line.strip_prefix("{\"host\":").and_then(|rest| {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        values.next()?.ok()?;
        rest.get(values.byte_offset()..)
    });
    Cow::Owned(match rest {
        Some(rest) if !rest.contains("\"host\":") => format!("{{\"host\":{host}{rest}"),
        _ => {
            object.insert("host".into(), host);
            Value::Object(object).to_string()
        }
    })
}

/// The object of a sample, and how many of its columns are left out.
fn object(host: &str, time: Time, sample: &Sample) -> (Value, u64) {
    let mut object = Map::new();
    let mut left_out = 0;
    object.insert("host".into(), host.into());
    object.insert("time".into(), number(time.to_millisecond().seconds()));
    for (column, cell) in sample.row.columns.iter().zip(sample.row.cells()) {
        let figure = cell.text.parse().ok().filter(|_| cell.number.is_some()).map(Value::Number);
        let value = figure.unwrap_or_else(|| cell.text.into());
        let target = if column.group.is_empty() {
            &mut object
        } else {
            match object.entry(&*column.group).or_insert_with(|| Map::new().into()) {
                Value::Object(inner) => inner,
                _ => continue,
            }
        };
        let names = (0..MAX_SAME).map(|same| format!("{}{}", column.name, "'".repeat(same)));
        match names.into_iter().find(|name| !target.contains_key(name)) {
            Some(name) => drop(target.insert(name, value)),
            None => left_out += 1,
        }
    }
    (object.into(), left_out)
}

fn number(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::base::time;
    use crate::stream::classify::Classifier;
    use crate::stream::lines::Lines;

    fn shown(host: &str, text: &str) -> (String, Refused) {
        let lines = Arc::new(Lines::of(text.as_bytes(), &mut Classifier::default()));
        let arrival = Arrival { conn: ConnId(1), host, lines: &lines, time: time::at(1.5) };
        let (mut view, mut out) = (JsonView::default(), Vec::new());
        view.interval(&arrival, &mut out);
        (String::from_utf8(out).unwrap(), view.refused())
    }

    #[test]
    fn an_object_has_the_name_that_the_host_is_shown_as() {
        let line = r#"{"host":"n1","time":1795355544.50,"cpu":{"user_percent":93.0}}"#;
        assert_eq!(shown("n1", line).0, format!("{line}\n"));
        let renamed = r#"{"host":"n1#2","time":1795355544.50,"cpu":{"user_percent":93.0}}"#;
        assert_eq!(shown("n1#2", line).0, format!("{renamed}\n"));
        assert_eq!(shown("a\"b", r#"{"time":1,"host":"n1"}"#).0, "{\"time\":1,\"host\":\"a\\\"b\"}\n");
        assert_eq!(shown("n2", r#"{"host":"n1","host":"n3"}"#).0, "{\"host\":\"n2\"}\n");
        assert_eq!(shown("n2", r#"{"other":1}"#).0, "{\"other\":1}\n");
    }

    #[test]
    fn what_is_no_object_and_names_without_end_are_counted() {
        assert_eq!(shown("n1", "{\"cut").1, Refused { names: 0, objects: 1 });
        let (text, refused) =
            shown("n1", &format!("#<{:-^20}>\n#{}\n{}", "x", " a".repeat(10), " 1".repeat(10)));
        assert_eq!(text.matches("\":1").count(), 8 + 1, "{text}");
        assert_eq!(refused, Refused { names: 2, objects: 0 });
    }
}
