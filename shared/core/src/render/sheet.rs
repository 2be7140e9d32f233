//! What a subsystem writes its figures to, in any format.

use super::json::Object;
use super::lexpr::Pairs;
use super::plot::{Names, PlotLines, Values};
use crate::figure::{Group, Shape, Value};

/// A format for programs, while an interval is written.
pub enum Sheet<'a> {
    /// The names of the columns of the plot format.
    PlotNames(&'a mut Names),
    /// The values of these columns.
    Plot(&'a mut Values),
    /// The lines of instances with their own lines in the plot format.
    PlotLines(PlotLines<'a>),
    /// lexpr.
    Lexpr(&'a mut Pairs),
    /// JSON.
    Json(&'a mut Object),
}

impl Sheet<'_> {
    /// Adds the figures of one thing.
    pub fn one<T>(&mut self, group: &Group<'_, T>, item: &T) {
        match self {
            Self::PlotNames(names) => names.one(group, item),
            Self::Plot(values) => values.columns(group, item),
            Self::PlotLines(_) => {}
            Self::Lexpr(pairs) => pairs.one(group, item),
            Self::Json(object) => {
                object.object(group.key, |object| object.figures(group, item));
            }
        }
    }

    /// Adds the figures of many things, each with its name or its number.
    pub fn many<'i, T: 'i, N: Into<Value<'i>>>(
        &mut self,
        group: &Group<'_, T>,
        items: impl IntoIterator<Item = (N, &'i T)>,
    ) {
        let Shape::Many(instances) = group.shape else { return };
        let mut items = items.into_iter().map(|(name, item)| (name.into(), item));
        match self {
            Self::PlotNames(names) if instances.own_lines => names.lines(group, instances.column),
            Self::PlotNames(names) => items.for_each(|(name, item)| names.instance(group, &name, item)),
            Self::Plot(values) => {
                items.for_each(|(name, item)| values.instance(group, instances.column, &name, item));
            }
            Self::PlotLines(lines) => items.for_each(|(name, item)| {
                lines.line(|values| values.instance(group, instances.column, &name, item));
            }),
            Self::Lexpr(pairs) => {
                items.for_each(|(name, item)| pairs.instance(group, instances.lexpr, &name, item));
            }
            Self::Json(object) => {
                object.list(group.key, &mut items, |(name, item), object| {
                    if let Some((key, _)) = instances.key {
                        object.figure(key, name);
                    }
                    object.figures(group, item);
                });
            }
        }
    }

    /// Adds what `fill` adds; in JSON inside an object with this key.
    pub fn within(&mut self, key: &str, fill: impl FnOnce(&mut Sheet<'_>)) {
        match self {
            Self::Json(object) => {
                object.object(key, |object| fill(&mut Sheet::Json(object)));
            }
            Self::PlotNames(names) => fill(&mut Sheet::PlotNames(names)),
            Self::Plot(values) => fill(&mut Sheet::Plot(values)),
            Self::PlotLines(_) => {}
            Self::Lexpr(pairs) => fill(&mut Sheet::Lexpr(pairs)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Figure, Form};
    use crate::settings::Per;

    type Fan = Figure<Option<f64>>;

    static FIGURES: [Fan; 4] = [
        Fan::rate("turns", |fan| Value::known(*fan)).plot_at(2, "Turns/").total("All").lexpr("turns"),
        Fan::text("state", |_| Value::text("on")).plot_at(1, "State").lexpr("whole.name"),
        Fan::level("watts", |fan| fan.map_or(Value::Absent, Value::Whole)).plot_at(3, "W").lexpr("watts"),
        Fan::column(|_| Value::Number(0.5)).plot_at(0, "Half").plot_as(Form::Fixed(1)),
    ];
    static FAN: Group<'_, Option<f64>> = Group::one("fan", "", &FIGURES).plot("FAN").lexpr("f.");
    static ALL: Group<'_, Option<f64>> = Group::totals("all", "", &FIGURES).plot("FAN").column_prefix("Tot");
    static FANS: Group<'_, Option<f64>> =
        Group::many("fans", "", &FIGURES).name("name", "").plot("FAN").name_column("Name").lexpr("f.");

    /// What `fill` adds to the header and the line of the plot format, to lexpr and to JSON.
    fn shown(fill: impl Fn(&mut Sheet<'_>)) -> [String; 4] {
        let (mut pairs, mut object) = (Pairs::default(), Object::default());
        let (mut names, mut values) = (Names::new(Per::Second), Values::new(b' ', 0));
        fill(&mut Sheet::PlotNames(&mut names));
        fill(&mut Sheet::Plot(&mut values));
        fill(&mut Sheet::Lexpr(&mut pairs));
        fill(&mut Sheet::Json(&mut object));
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let lexpr = text(pairs.bytes()).replace('\n', ",");
        let names = names.names.iter().map(|name| format!(" {name}")).collect();
        let values = text(&values.bytes);
        [names, values, lexpr, object.to_string()]
    }

    #[test]
    fn one_thing_in_each_format() {
        let expected = [
            " [FAN]Half [FAN]State [FAN]Turns/sec [FAN]W",
            " 0.5 on 2 2",
            "f.turns 3,whole.name on,f.watts 3,",
            r#"{"fan":{"turns":2.5,"state":"on","watts":2}}"#,
        ];
        assert_eq!(shown(|sheet| sheet.one(&FAN, &Some(2.5))), expected);
        let [names, values, ..] = shown(|sheet| sheet.one(&ALL, &Some(2.0)));
        assert_eq!((names.as_str(), values.as_str()), (" [FAN]TotAll", " 2"));
    }

    #[test]
    fn many_things_with_unknown_figures() {
        let fans = [(&b"a"[..], &None), (b"b", &Some(1.0))];
        let expected = [
            " [FAN:a]Name [FAN:a]Half [FAN:a]State [FAN:a]Turns/sec \
             [FAN:b]Name [FAN:b]Half [FAN:b]State [FAN:b]Turns/sec [FAN:b]W",
            " a 0.5 on 0 b 0.5 on 1 1",
            "f.turns.a 0,whole.name.a on,f.turns.b 1,whole.name.b on,f.watts.b 1,",
            r#"{"fans":[{"name":"a","turns":null,"state":"on"},{"name":"b","turns":1.0,"state":"on","watts":1}]}"#,
        ];
        assert_eq!(shown(|sheet| sheet.many(&FANS, fans)), expected);
    }

    #[test]
    fn objects_within_objects() {
        let [.., json] = shown(|sheet| sheet.within("rack", |sheet| sheet.one(&FAN, &None)));
        assert_eq!(json, r#"{"rack":{"fan":{"turns":null,"state":"on"}}}"#);
    }
}
