//! What a subsystem writes its figures on, whatever the format.

use super::json::Object;
use super::lexpr::Pairs;
use super::plot::{Names, PlotLines, Values};
use crate::figure::{Group, Shape, Value};

/// A format that programs read, as an interval is written in it.
pub enum Sheet<'a> {
    /// The names of the columns of the plot format.
    PlotNames(&'a mut Names),
    /// The values in these columns.
    Plot(&'a mut Values),
    /// The lines of instances that have lines of their own in the plot format.
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

    /// Adds what `fill` adds, in JSON within an object with this key.
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
