//! How a figure is declared.

use super::Value;

/// A figure of a `T`, which is what a subsystem knows of one interval and one instance.
///
/// It is made by a constructor for its kind, and then completed:
/// `Figure::rate("reads", |disk| disk.reads.into()).help("reads").plot("Reads").lexpr("reads")`.
pub struct Figure<T> {
    /// Its key in JSON; none for a column that only other formats have.
    pub key: Option<&'static str>,
    /// What it is.
    pub kind: Kind,
    /// What it is measured in.
    pub unit: Unit,
    /// What the documentation says about it: a short phrase in lower case.
    pub help: &'static str,
    /// Takes it from what was measured.
    pub get: fn(&T) -> Value<'_>,
    /// Its column in the plot format, below the name of the group. A name that ends with `/` continues with `sec` or
    /// `int`.
    pub plot: Option<Column>,
    /// The name of that column in a group of totals, if it has one there.
    pub total: Option<&'static str>,
    /// The name of a column of a value with many numbers, by its index.
    pub names: Option<fn(usize) -> String>,
    /// Its line in lexpr, below the name of the group. A name with a point in it is a whole name.
    pub lexpr: Option<Column>,
}

/// The name and the place of a figure in a format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its position in the group. Either all figures of a group have one, or none, and then they are in the order of
    /// their declaration.
    pub at: Option<u8>,
    /// How it is written.
    pub form: Form,
}

/// How a number is written in the plot format and in lexpr.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As the format writes such a value.
    Own,
    /// A whole number with the decimals that the user chose for those with a fraction.
    Number,
    /// A number whose fraction is cut off.
    Integer,
    /// The same, where it may be below zero.
    Truncated,
    /// With this many decimals.
    Fixed(u8),
    /// In four columns, cut to a unit where it has more digits.
    Scaled,
}

/// What a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// What the kernel counts, per second.
    Rate,
    /// What happened in the interval, never per second.
    Count,
    /// What there is at the end of the interval.
    Level,
    /// A part of a whole.
    Share,
    /// The mean of what happened in the interval.
    Mean,
    /// The name or the number of an instance.
    Name,
    /// Another text.
    Text,
}

/// What a figure is measured in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Nothing: it is a number of things, or it is text.
    None,
    /// Hundredths.
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
    /// Its sign in the documentation; empty for a number of things.
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

    /// A column of the Perl collectl that has no key in JSON: it repeats what is there, or is always 0.
    pub const fn column(get: fn(&T) -> Value<'_>) -> Self {
        Self::new(None, Kind::Level, Unit::None, get)
    }

    /// The same in this unit.
    #[must_use]
    pub const fn unit(mut self, unit: Unit) -> Self {
        self.unit = unit;
        self
    }

    /// The same in kB.
    #[must_use]
    pub const fn kilobytes(self) -> Self {
        self.unit(Unit::Kilobytes)
    }

    /// The same in milliseconds.
    #[must_use]
    pub const fn milliseconds(self) -> Self {
        self.unit(Unit::Milliseconds)
    }

    /// The same with this text in the documentation.
    #[must_use]
    pub const fn help(mut self, help: &'static str) -> Self {
        self.help = help;
        self
    }

    /// The same with a column in the plot format.
    #[must_use]
    pub const fn plot(mut self, name: &'static str) -> Self {
        self.plot = Some(Column { name, at: None, form: Form::Own });
        self
    }

    /// The same with a column in the plot format at this position in its group.
    #[must_use]
    pub const fn plot_at(mut self, at: u8, name: &'static str) -> Self {
        self.plot = Some(Column { name, at: Some(at), form: Form::Own });
        self
    }

    /// The same with this name for its column in a group of totals. It has none there otherwise.
    #[must_use]
    pub const fn total(mut self, name: &'static str) -> Self {
        self.total = Some(name);
        self
    }

    /// The same with a column for each of its many numbers, named by `names`.
    #[must_use]
    pub const fn plot_each(mut self, names: fn(usize) -> String) -> Self {
        self.names = Some(names);
        self.plot("")
    }

    /// The same with its column, which was declared before, in this form.
    #[must_use]
    pub const fn plot_as(mut self, form: Form) -> Self {
        if let Some(column) = &mut self.plot {
            column.form = form;
        }
        self
    }

    /// The same with a line in lexpr.
    #[must_use]
    pub const fn lexpr(mut self, name: &'static str) -> Self {
        self.lexpr = Some(Column { name, at: None, form: Form::Own });
        self
    }

    /// The same with a line in lexpr at this position in its group.
    #[must_use]
    pub const fn lexpr_at(mut self, at: u8, name: &'static str) -> Self {
        self.lexpr = Some(Column { name, at: Some(at), form: Form::Own });
        self
    }

    /// The same with its line, which was declared before, in this form.
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
