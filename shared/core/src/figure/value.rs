//! The value of a figure in an interval.

use std::borrow::Cow;

use collectl_wire::display::sanitize;

use crate::number::push_padded;

/// The value of a figure.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// A number with a fraction; JSON has at most three decimals.
    Number(f64),
    /// A level that is stored with a fraction; JSON cuts the fraction off.
    Whole(f64),
    /// A whole number.
    Integer(u64),
    /// A whole number that may be negative.
    Signed(i64),
    /// Text. It may be foreign: each format removes what could control a terminal.
    Text(Cow<'a, [u8]>),
    /// True or false, in JSON only.
    Flag(bool),
    /// Several numbers: an array in JSON, columns in the plot format.
    Numbers(&'a [f64]),
    /// Several whole numbers.
    Integers(&'a [u64]),
    /// Not known: null in JSON, 0 elsewhere.
    Unknown,
    /// Not requested: left out in JSON; 0 elsewhere, where the columns are always the same.
    Unmeasured,
    /// This instance has no such figure: left out everywhere.
    Absent,
}

impl Value<'_> {
    /// Appends the name or number of an instance.
    pub fn push_name(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => out.extend_from_slice(text),
            value => push_padded(out, value.as_number() as u64, 1),
        }
    }

    /// The number shown by formats that have no value for the unknown.
    #[must_use]
    pub fn as_number(&self) -> f64 {
        match self {
            Self::Number(value) | Self::Whole(value) => *value,
            Self::Integer(value) => *value as f64,
            Self::Signed(value) => *value as f64,
            _ => 0.0,
        }
    }
}

impl<'a> Value<'a> {
    /// Borrowed text.
    #[must_use]
    pub fn text(text: &'a (impl AsRef<[u8]> + ?Sized)) -> Self {
        Self::Text(Cow::Borrowed(text.as_ref()))
    }

    /// Foreign text without what could control a terminal, for formats that show text unchanged.
    #[must_use]
    pub fn sanitized(text: &'a [u8]) -> Self {
        sanitize(text).into()
    }

    /// The value, or [`Value::Unknown`].
    #[must_use]
    pub fn known(value: Option<f64>) -> Self {
        value.map_or(Self::Unknown, Self::Number)
    }
}

impl From<f64> for Value<'_> {
    /// NaN is not known.
    fn from(value: f64) -> Self {
        if value.is_nan() { Self::Unknown } else { Self::Number(value) }
    }
}

impl From<u64> for Value<'_> {
    fn from(value: u64) -> Self {
        Self::Integer(value)
    }
}

impl From<usize> for Value<'_> {
    fn from(value: usize) -> Self {
        Self::Integer(value as u64)
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(text: &'a [u8]) -> Self {
        Self::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<Cow<'a, str>> for Value<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(match text {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        })
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text.into_bytes()))
    }
}
