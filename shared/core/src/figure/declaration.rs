//! How a figure is declared.

use super::Value;

/// A figure of a `T`, which holds what a subsystem knows of one interval and one instance.
///
/// It is made by a constructor for its kind and then completed:
/// `Figure::rate("reads", |disk| disk.reads.into()).help("reads").plot("Reads").lexpr("reads")`.
pub struct Figure<T> {
    /// Its key in JSON; none for a column that only other formats have.
    pub key: Option<&'static str>,
    /// What it is.
    pub kind: Kind,
    /// Its unit.
    pub unit: Unit,
    /// Its text in the documentation: a short phrase in lower case.
    pub help: &'static str,
    /// Reads it from the `T`.
    pub get: fn(&T) -> Value<'_>,
    /// Its column in the plot format, after the name of the group. A name that ends with `/` continues with `sec` or
    /// `int`.
    pub plot: Option<Column>,
    /// The name of that column in a group of totals, if it has one there.
    pub total: Option<&'static str>,
    /// The names of the columns of a value with several numbers, by index.
    pub names: Option<fn(usize) -> String>,
    /// Its line in lexpr, after the name of the group. A name with a dot is a complete name.
    pub lexpr: Option<Column>,
}

/// The name and the position of a figure in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its position in the group. Either all figures of a group have one, or none; then their order is that of the
    /// declaration.
    pub at: Option<u8>,
    /// How it is written.
    pub form: Form,
}

/// How a number is written in the plot format and in lexpr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// The usual form for such a value.
    Own,
    /// A whole number with the decimals that the user chose for fractions.
    Number,
    /// A number without its fraction.
    Integer,
    /// The same, possibly negative.
    Truncated,
    /// With this many decimals.
    Fixed(u8),
    /// In four columns, shortened to a unit if it has more digits.
    Scaled,
}

/// The kind of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A kernel counter, per second.
    Rate,
    /// A number of events in the interval, never per second.
    Count,
    /// A level at the end of the interval.
    Level,
    /// A share of a whole.
    Share,
    /// A mean over the interval.
    Mean,
    /// The name or the number of an instance.
    Name,
    /// Another text.
    Text,
}

/// The unit of a figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// None: a plain number, or text.
    None,
    /// Percent.
    Percent,
    /// 1024 bytes.
    Kilobytes,
    /// Bytes.
    Bytes,
    /// Pages of memory.
    Pages,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
}

impl Kind {
    /// Its name in the documentation.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Rate => "rate",
            Self::Count => "count",
            Self::Level => "level",
            Self::Share => "share",
            Self::Mean => "mean",
            Self::Name => "name",
            Self::Text => "text",
        }
    }
}

impl Unit {
    /// Its symbol in the documentation; empty for a plain number.
    #[must_use]
    pub fn sign(self) -> &'static str {
        match self {
            Self::None => "",
            Self::Percent => "%",
            Self::Kilobytes => "kB",
            Self::Bytes => "bytes",
            Self::Pages => "pages",
            Self::Seconds => "s",
            Self::Milliseconds => "ms",
        }
    }
}

impl<T> Figure<T> {
    const fn new(key: Option<&'static str>, kind: Kind, unit: Unit, get: fn(&T) -> Value<'_>) -> Self {
        Self { key, kind, unit, help: "", get, plot: None, total: None, names: None, lexpr: None }
    }

    /// A [`Kind::Rate`].
    pub const fn rate(key: &'static str, get: fn(&T) -> Value<'_>) -> Self {
        Self::new(Some(key), Kind::Rate, Unit::None, get)
    }

    /// A [`Kind::Count`].
    pub const fn count(key: &'static str, get: fn(&T) -> Value<'_>) -> Self {
        Self::new(Some(key), Kind::Count, Unit::None, get)
    }

    /// A [`Kind::Level`].
    pub const fn level(key: &'static str, get: fn(&T) -> Value<'_>) -> Self {
        Self::new(Some(key), Kind::Level, Unit::None, get)
    }

    /// A [`Kind::Share`], in percent.
    pub const fn share(key: &'static str, get: fn(&T) -> Value<'_>) -> Self {
        Self::new(Some(key), Kind::Share, Unit::Percent, get)
    }

    /// A [`Kind::Mean`].
    pub const fn mean(key: &'static str, get: fn(&T) -> Value<'_>) -> Self {
        Self::new(Some(key), Kind::Mean, Unit::None, get)
    }

    /// A [`Kind::Text`].
    pub const fn text(key: &'static str, get: fn(&T) -> Value<'_>) -> Self {
        Self::new(Some(key), Kind::Text, Unit::None, get)
    }

    /// A column of the Perl collectl without a key in JSON: it repeats another one, or is always 0.
    pub const fn column(get: fn(&T) -> Value<'_>) -> Self {
        Self::new(None, Kind::Level, Unit::None, get)
    }

    /// Sets the unit.
    #[must_use]
    pub const fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// Sets the unit to kB.
    #[must_use]
    pub const fn kilobytes(self) -> Self {
        self.unit(Unit::Kilobytes)
    }

    /// Sets the unit to milliseconds.
    #[must_use]
    pub const fn milliseconds(self) -> Self {
        self.unit(Unit::Milliseconds)
    }

    /// Sets the text in the documentation.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// Adds a column in the plot format.
    #[must_use]
    pub const fn plot(mut self, name: &'static str) -> Self {
        self.plot = Some(Column { name, at: None, form: Form::Own });
        self
    }

    /// Adds a column in the plot format at this position in its group.
    #[must_use]
    pub const fn plot_at(mut self, at: u8, name: &'static str) -> Self {
        self.plot = Some(Column { name, at: Some(at), form: Form::Own });
        self
    }

    /// Sets the name of its column in a group of totals. Without it there is none.
    #[must_use]
    pub const fn total(mut self, name: &'static str) -> Self {
        self.total = Some(name);
        self
    }

    /// Adds one column for each of several numbers, named by `names`.
    #[must_use]
    pub const fn plot_each(mut self, names: fn(usize) -> String) -> Self {
        self.names = Some(names);
        self.plot("")
    }

    /// Sets the form of the column declared before.
    #[must_use]
    pub const fn plot_as(mut self, form: Form) -> Self {
        if let Some(column) = &mut self.plot {
            column.form = form;
        }
        self
    }

    /// Adds a line in lexpr.
    #[must_use]
    pub const fn lexpr(mut self, name: &'static str) -> Self {
        self.lexpr = Some(Column { name, at: None, form: Form::Own });
        self
    }

    /// Adds a line in lexpr at this position in its group.
    #[must_use]
    pub const fn lexpr_at(mut self, at: u8, name: &'static str) -> Self {
        self.lexpr = Some(Column { name, at: Some(at), form: Form::Own });
        self
    }

    /// Sets the form of the line declared before.
    #[must_use]
    pub const fn lexpr_as(mut self, form: Form) -> Self {
        if let Some(column) = &mut self.lexpr {
            column.form = form;
        }
        self
    }
}

impl<T> Clone for Figure<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Figure<T> {}
