//! Groups of figures.

use super::order::{Layout, Order};
use super::{Figure, Form, Kind, Row, Table, Unit};

/// Figures of one thing: the machine, or each of its disks.
pub struct Group<'a, T> {
    /// The key of its object or array in JSON.
    pub key: &'static str,
    title: &'static str,
    note: &'static str,
    /// The figures, in the order of JSON.
    pub figures: &'a [Figure<T>],
    /// The text in brackets before the names of columns in the plot format: `CPU`; for `[DSK:sda]` it is `DSK`.
    pub plot: &'static str,
    /// The text after the brackets: `CpuSome` in `[PSI]CpuSome10`.
    pub column_prefix: &'static str,
    /// The text before names in lexpr: `disktotals.`
    pub lexpr: &'static str,
    /// Whether it is one thing or many.
    pub shape: Shape,
    columns: Order,
    lines: Order,
    is_totals: bool,
}

/// Whether a group is of one thing or of many.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// One: an object in JSON.
    One,
    /// Many: an array in JSON.
    Many(Instances),
}

/// How instances are identified.
#[derive(Debug, Clone, Copy)]
pub struct Instances {
    /// The key of their names in JSON, and its text in the documentation.
    pub key: Option<(&'static str, &'static str)>,
    /// The column of their names in the plot format, before all others.
    pub column: Option<&'static str>,
    /// Whether each has its own line in the plot format instead of columns, with names without a group.
    pub own_lines: bool,
    /// Where lexpr has their names.
    pub lexpr: LexprName,
}

/// The position of an instance's name in lexpr.
#[derive(Debug, Clone, Copy)]
pub enum LexprName {
    /// Last, after this text: `diskinfo.reads.sda`, `cpuinfo.user.cpu0`.
    Last(&'static str),
    /// Before the name of the figure: `iconnect.mlx5_0.kbin`, `env.Fan1`.
    First,
}

impl<'a, T> Group<'a, T> {
    const fn of(key: &'static str, title: &'static str, figures: &'a [Figure<T>], shape: Shape) -> Self {
        Self {
            key,
            title,
            note: "",
            figures,
            plot: "",
            column_prefix: "",
            lexpr: "",
            shape,
            columns: Order::new(figures, Layout::Plot),
            lines: Order::new(figures, Layout::Lexpr),
            is_totals: false,
        }
    }

    /// Figures of one thing, with the key and the title of their table in the documentation.
    pub const fn one(key: &'static str, title: &'static str, figures: &'a [Figure<T>]) -> Self {
        Self::of(key, title, figures, Shape::One)
    }

    /// The same for the sum of things with the same figures. The plot format shows those with a name for it
    /// ([`Figure::total`]).
    pub const fn totals(key: &'static str, title: &'static str, figures: &'a [Figure<T>]) -> Self {
        let columns = Order::new(figures, Layout::PlotTotals);
        Self { columns, is_totals: true, ..Self::one(key, title, figures) }
    }

    /// Figures of many things.
    pub const fn many(key: &'static str, title: &'static str, figures: &'a [Figure<T>]) -> Self {
        let instances = Instances { key: None, column: None, own_lines: false, lexpr: LexprName::Last("") };
        let group = Self::of(key, title, figures, Shape::Many(instances));
        group.note("An array.")
    }

    /// Sets the text above its table in the documentation.
    #[must_use]
    pub const fn note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    /// Sets the name in brackets before its columns in the plot format.
    #[must_use]
    pub const fn plot(mut self, name: &'static str) -> Self {
        self.plot = name;
        self
    }

    /// Sets the text after the brackets.
    #[must_use]
    pub const fn column_prefix(mut self, prefix: &'static str) -> Self {
        self.column_prefix = prefix;
        self
    }

    /// Sets the text before its names in lexpr.
    #[must_use]
    pub const fn lexpr(mut self, name: &'static str) -> Self {
        self.lexpr = name;
        self
    }

    const fn instances(mut self, instances: Instances) -> Self {
        self.shape = Shape::Many(instances);
        self
    }

    const fn instances_so_far(&self) -> Instances {
        match self.shape {
            Shape::Many(instances) => instances,
            Shape::One => panic!("the group has no instances"),
        }
    }

    /// Gives the names of instances, or their numbers, a key in JSON.
    #[must_use]
    pub const fn name(self, key: &'static str, help: &'static str) -> Self {
        let instances = Instances { key: Some((key, help)), ..self.instances_so_far() };
        self.instances(instances)
    }

    /// Gives the names of instances a column in the plot format.
    #[must_use]
    pub const fn name_column(self, column: &'static str) -> Self {
        let instances = Instances { column: Some(column), ..self.instances_so_far() };
        self.instances(instances)
    }

    /// Numbers the instances; lexpr has the number after `word`.
    #[must_use]
    pub const fn numbered(self, word: &'static str) -> Self {
        let instances = Instances { lexpr: LexprName::Last(word), ..self.instances_so_far() };
        self.instances(instances)
    }

    /// Puts the name of the instance before that of the figure in lexpr.
    #[must_use]
    pub const fn name_first(self) -> Self {
        let instances = Instances { lexpr: LexprName::First, ..self.instances_so_far() };
        self.instances(instances)
    }

    /// Gives each instance its own line in the plot format.
    #[must_use]
    pub const fn own_lines(self) -> Self {
        let instances = Instances { own_lines: true, ..self.instances_so_far() };
        self.instances(instances)
    }

    /// The columns of the plot format in their order, each with its name and figure.
    pub fn columns(&self) -> impl Iterator<Item = (&'static str, Form, &Figure<T>)> {
        self.columns.iter().filter_map(|index| {
            let figure = &self.figures[index];
            let column = figure.plot?;
            let name = if self.is_totals { figure.total? } else { column.name };
            Some((name, column.form, figure))
        })
    }

    /// The lines of lexpr in their order.
    pub fn lines(&self) -> impl Iterator<Item = (&'static str, Form, &Figure<T>)> {
        self.lines.iter().filter_map(|index| {
            let figure = &self.figures[index];
            let line = figure.lexpr?;
            Some((line.name, line.form, figure))
        })
    }

    /// Its table in the documentation.
    #[must_use]
    pub fn table(&self) -> Table {
        let label = match self.shape {
            Shape::Many(Instances { key: Some((key, help)), .. }) => {
                Some(Row::new(key, Unit::None, Kind::Name, help))
            }
            _ => None,
        };
        let row = |figure: &Figure<T>| Some(Row::new(figure.key?, figure.unit, figure.kind, figure.help));
        let rows = label.into_iter().chain(self.figures.iter().filter_map(row)).collect();
        Table { key: self.key, title: self.title, note: self.note, rows }
    }
}
