//! Figures: what is known of an interval, each declared once.
//!
//! A [`Figure`] has its names in the plot format, lexpr and JSON, its unit, its kind, a sentence for the
//! documentation, and the function that takes it from what a subsystem measured. A [`Group`] is the figures that
//! stand together: those of the machine as a whole, or those of each disk. The formats and `docs/json.md` are made
//! from both. The order of declaration is that of JSON; where the Perl collectl has another order, the figures of a
//! group have positions.
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
