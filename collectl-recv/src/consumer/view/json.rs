//! A JSON object for each host and interval, one in a line. Those of `--export json` pass as they are, but for the host,
//! which has the same name in all views; figures of other formats are put under their columns' names.

use std::borrow::Cow;
use std::collections::BTreeMap;

use collectl_wire::display::sanitize;
use serde_json::{Map, Number, Value};

use crate::base::gap::Gap;
use crate::base::ids::ConnId;
use crate::merge::{HostClock, Place};
use crate::sample::{Catalogue, Decoder, Sample};

/// All streams.
#[derive(Debug, Default)]
pub(crate) struct Json {
    streams: BTreeMap<ConnId, (Decoder, HostClock)>,
    catalogue: Catalogue,
}

impl Json {
    /// Shows whole lines of a connection, which came at `now`.
    pub(crate) fn lines(&mut self, conn: ConnId, host: &str, text: &[u8], now: f64) -> Vec<u8> {
        let (decoder, clock) = self.streams.entry(conn).or_default();
        let mut out = Vec::with_capacity(text.len());
        for line in text.split(|&byte| byte == b'\n') {
            if line.starts_with(b"{") {
                let line = sanitize(line);
                // What is no object (cut, or noise) would be none for our reader either.
                if let Ok(object) = serde_json::from_str::<Map<String, Value>>(&line) {
                    out.extend_from_slice(of_host(&line, object, host).as_bytes());
                    out.push(b'\n');
                }
            } else if let Some(sample) = decoder.line(line, &mut self.catalogue) {
                let place = Place { stamp: sample.stamp, arrival: now, rows: sample.rows };
                let (time, _) = clock.place(place);
                out.extend_from_slice(object(host, time, &sample).to_string().as_bytes());
                out.push(b'\n');
            }
        }
        out
    }

    /// A connection ended.
    pub(crate) fn closed(&mut self, conn: ConnId) {
        self.streams.remove(&conn);
    }
}

/// An object of `--export json`, as `line`, with `host` as its host. Whatever says another host begins with that, if it is
/// of collectl: all else stays as it is to the byte.
fn of_host<'a>(line: &'a str, mut object: Map<String, Value>, host: &str) -> Cow<'a, str> {
    if object.get("host").and_then(Value::as_str).is_none_or(|said| said == host) {
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

/// What is missing of a host: an object without a time.
pub(crate) fn gap(host: &str, gap: Gap) -> Vec<u8> {
    let mut object = Map::new();
    object.insert("host".into(), sanitize(host.as_bytes()).into());
    object.insert("missing_intervals".into(), gap.intervals.into());
    object.insert("missing_seconds".into(), number(gap.micros as f64 / 1e6));
    format!("{}\n", Value::Object(object)).into_bytes()
}

fn object(host: &str, time: f64, sample: &Sample) -> Value {
    let mut object = Map::new();
    object.insert("host".into(), sanitize(host.as_bytes()).into());
    object.insert("time".into(), number((time * 1000.0).round() / 1000.0));
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
        let mut name = column.name.to_string();
        while target.contains_key(&name) {
            name.push('\'');
        }
        target.insert(name, value);
    }
    object.into()
}

fn number(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_has_the_name_that_the_host_is_shown_as() {
        let line = br#"{"host":"n1","time":1795355544.50,"cpu":{"user_percent":93.0}}"#;
        let shown = |host: &str, line: &[u8]| {
            String::from_utf8(Json::default().lines(ConnId(1), host, line, 0.0)).unwrap()
        };
        assert_eq!(shown("n1", line).as_bytes(), [line, &b"\n"[..]].concat());
        let renamed = r#"{"host":"n1#2","time":1795355544.50,"cpu":{"user_percent":93.0}}"#;
        assert_eq!(shown("n1#2", line), format!("{renamed}\n"));
        assert_eq!(shown("a\"b", br#"{"time":1,"host":"n1"}"#), "{\"time\":1,\"host\":\"a\\\"b\"}\n");
        assert_eq!(shown("n2", br#"{"host":"n1","host":"n3"}"#), "{\"host\":\"n2\"}\n");
        assert_eq!(shown("n2", br#"{"other":1}"#), "{\"other\":1}\n");
    }
}
