//! A subsystem with the user's options, without its types.

use std::fmt;

use super::metered::Metered;
use super::{Analysis, Descriptor, Meter, Part, Subsystem};
use crate::capture::{Capture, KeepRule, Probe};
use crate::kernel::Roots;
use crate::settings::Settings;

/// A subsystem with the user's options: what is captured, and meters for it.
pub trait Configured: fmt::Debug + Send + Sync {
    /// Its fixed properties.
    fn descriptor(&self) -> &'static Descriptor;
    /// The kernel files that it reads.
    fn captures(&self) -> &'static [&'static Capture];
    /// See [`Subsystem::keep_rule`].
    fn keep_rule(&self, roots: &Roots) -> Option<KeepRule>;
    /// See [`Subsystem::probes`].
    fn probes(&self, roots: &Roots) -> Vec<Box<dyn Probe>>;
    /// See [`Subsystem::needs_verbose`].
    fn needs_verbose(&self) -> bool;
    /// An analysis of whole recordings, if there is one.
    fn analysis(&self, settings: &Settings) -> Option<Box<dyn Analysis>>;
    /// A meter of some parts, without samples yet.
    fn meter(&self, settings: &Settings, parts: Vec<Part>) -> Box<dyn Meter>;
}

/// The options of `S`.
pub(crate) struct Options<S: Subsystem>(pub(crate) S::Options);

impl<S: Subsystem> fmt::Debug for Options<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple(S::DESCRIPTOR.name).field(&self.0).finish()
    }
}

impl<S: Subsystem> Configured for Options<S> {
    fn descriptor(&self) -> &'static Descriptor {
        &const { S::DESCRIPTOR }
    }

    fn captures(&self) -> &'static [&'static Capture] {
        S::captures(&self.0)
    }

    fn keep_rule(&self, roots: &Roots) -> Option<KeepRule> {
        S::keep_rule(&self.0, roots)
    }

    fn probes(&self, roots: &Roots) -> Vec<Box<dyn Probe>> {
        S::probes(&self.0, roots)
    }

    fn needs_verbose(&self) -> bool {
        S::needs_verbose(&self.0)
    }

    fn analysis(&self, settings: &Settings) -> Option<Box<dyn Analysis>> {
        S::ANALYSIS.map(|make| make(settings, &self.0))
    }

    fn meter(&self, settings: &Settings, parts: Vec<Part>) -> Box<dyn Meter> {
        Box::new(Metered::new(S::new(settings, &self.0), parts, settings.per))
    }
}
