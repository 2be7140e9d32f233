//! Containers with a value for each resource, and for each kind of waiting.

/// A value for each resource that tasks wait for.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Resources<T> {
    pub(super) cpu: T,
    pub(super) memory: T,
    pub(super) io: T,
    /// Interrupts: the time that they take from tasks.
    pub(super) irq: T,
}

/// A value for each line that the kernel has for a resource.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub(crate) struct Lines<T> {
    /// At least one task waited.
    pub(super) some: T,
    /// All tasks waited at the same time.
    pub(super) full: T,
}

impl<T> Resources<T> {
    /// All of them with their names.
    pub(super) fn each(&self) -> [(&'static str, &T); 4] {
        [("cpu", &self.cpu), ("memory", &self.memory), ("io", &self.io), ("irq", &self.irq)]
    }
}

impl<T> Lines<T> {
    /// Both of them.
    pub(super) fn each(&self) -> [&T; 2] {
        [&self.some, &self.full]
    }
}

impl<T> Lines<Option<T>> {
    /// Whether the kernel has any line for the resource.
    pub(super) fn is_any(&self) -> bool {
        self.some.is_some() || self.full.is_some()
    }
}
