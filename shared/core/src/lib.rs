//! What collectl measures: from the text of the kernel to figures and text for people.
//!
//! A [`source`] fills a [`frame`] with tagged lines of kernel text; each [`subsystem`] reads its part and turns two
//! samples into rates; a [`report`] shows them by means of [`render`]. Only [`registry`] knows all subsystems;
//! [`choice`] reads the switches that select them. Nothing here knows a program or a socket.

pub mod capture;
pub mod choice;
pub mod clock;
pub mod facts;
pub mod figure;
mod filter;
pub mod frame;
pub mod header;
pub mod kernel;
pub mod machine;
pub mod number;
pub mod registry;
pub mod render;
pub mod report;
pub mod roll;
pub mod scan;
pub mod settings;
pub mod source;
pub mod subsystem;
pub mod text;
pub mod usage;
pub mod wall;
