//! Figures of an interval, each declared once.
//!
//! A [`Figure`] has its names in the plot format, lexpr and JSON, its unit, its kind, a help text, and a function that
//! reads it from what a subsystem measured. A [`Group`] is a list of figures: of the machine as a whole, or of each
//! disk. The formats and `docs/json.md` are made from both. JSON has the order of the declaration; if the Perl collectl
//! has another order, the figures of a group have positions.
//!
//! Nothing here writes: see [`crate::render::sheet`].

mod declaration;
mod group;
mod order;
mod table;
mod value;

pub use declaration::{Column, Figure, Form, Kind, Unit};
pub use group::{Group, Instances, LexprName, Shape};
pub use order::join;
pub use table::{Row, Table};
pub use value::Value;
