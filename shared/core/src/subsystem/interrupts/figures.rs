//! The figures of interrupts.

use std::borrow::Cow;

use super::{Active, Rates};
use crate::figure::{Figure, Group, Value};
use crate::scan::Words;

type All = Figure<Rates>;
type Each = Figure<Active>;

/// All interrupts together.
pub(super) static INTERRUPTS: Group<'_, Rates> = Group::one("interrupts", "all interrupts", &SUMMARY)
    .note("Left out if `C` is selected too: each of the `cpus` has its interrupts then.");

/// Each interrupt.
pub(super) static INTERRUPT_LINES: Group<'_, Active> =
    Group::many("interrupt_lines", "each interrupt", &DETAIL)
        .note("An array. It has the interrupts that occurred in the interval.")
        .name("name", "number or name");

static SUMMARY: [All; 1] = [All::rate("by_cpu", |all| Value::Numbers(&all.by_cpu))
    .help("an array: interrupts of each processor, in the order of their numbers")];

static DETAIL: [Each; 2] = [
    Each::text("about", |interrupt| {
        let words: Vec<&[u8]> = Words(&interrupt.about).collect();
        Value::Text(Cow::Owned(words.join(&b' ')))
    })
    .help("the kernel's description: type and devices"),
    Each::rate("by_cpu", |interrupt| Value::Numbers(&interrupt.by_cpu))
        .help("an array: the same of this interrupt"),
];
