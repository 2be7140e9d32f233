//! The order of figures in a format, computed at compile time.

use super::{Column, Figure};

/// Most figures in a group.
const MOST: usize = 64;

/// The figures of a group that a format has, as indexes in its order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    indexes: [u8; MOST],
    length: usize,
}

/// The format that an order is for.
#[derive(Clone, Copy)]
pub(super) enum Layout {
    Plot,
    PlotTotals,
    Lexpr,
}

impl Order {
    /// The order of `figures`. Duplicate positions, and positions for only some of the figures, are compile errors.
    pub(super) const fn new<T>(figures: &[Figure<T>], of: Layout) -> Self {
        assert!(figures.len() <= MOST, "a group has too many figures");
        let mut order = Self { indexes: [0; MOST], length: 0 };
        let mut index = 0;
        while index < figures.len() {
            if let Some(column) = column(&figures[index], of) {
                let mut place = order.length;
                while place > 0 && comes_before(column, &figures[order.indexes[place - 1] as usize], of) {
                    order.indexes[place] = order.indexes[place - 1];
                    place -= 1;
                }
                order.indexes[place] = index as u8;
                order.length += 1;
            }
            index += 1;
        }
        order
    }

    /// The indexes of the figures.
    pub(super) fn iter(&self) -> impl Iterator<Item = usize> {
        self.indexes[..self.length].iter().map(|&index| usize::from(index))
    }
}

const fn column<T>(figure: &Figure<T>, of: Layout) -> Option<Column> {
    match of {
        Layout::Plot => figure.plot,
        Layout::PlotTotals if figure.total.is_some() => figure.plot,
        Layout::PlotTotals => None,
        Layout::Lexpr => figure.lexpr,
    }
}

/// Whether `column` comes before that of a figure that was declared earlier.
const fn comes_before<T>(later: Column, earlier: &Figure<T>, of: Layout) -> bool {
    let Some(earlier) = column(earlier, of) else { return false };
    match (later.at, earlier.at) {
        (None, None) => false,
        (Some(later), Some(earlier)) => {
            assert!(later != earlier, "two figures of a group have the same position");
            later < earlier
        }
        _ => panic!("only some figures of a group have a position"),
    }
}

/// Concatenates `lists`; the result has the length `ALL`.
#[must_use]
pub const fn join<T, const ALL: usize>(lists: &[&[Figure<T>]]) -> [Figure<T>; ALL] {
    let mut all = [lists[0][0]; ALL];
    let (mut list, mut index, mut length) = (0, 0, 0);
    while list < lists.len() {
        if index == lists[list].len() {
            (list, index) = (list + 1, 0);
        } else {
            all[length] = lists[list][index];
            (index, length) = (index + 1, length + 1);
        }
    }
    assert!(length == ALL, "the result must be as long as all lists together");
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    static FIGURES: [Figure<f64>; 3] = [
        Figure::rate("a", |it: &f64| (*it).into()).plot_at(7, "A").lexpr("a"),
        Figure::rate("b", |it: &f64| (*it).into()).plot_at(2, "B").total("BTot"),
        Figure::rate("c", |it: &f64| (*it).into()).lexpr("c"),
    ];

    #[test]
    fn positions_come_before_the_order_of_declaration() {
        let order = |of| Order::new(&FIGURES, of).iter().collect::<Vec<_>>();
        assert_eq!(order(Layout::Plot), [1, 0]);
        assert_eq!(order(Layout::PlotTotals), [1]);
        assert_eq!(order(Layout::Lexpr), [0, 2]);
    }

    #[test]
    #[should_panic = "two figures of a group have the same position"]
    fn a_position_is_given_once() {
        let twice = [FIGURES[0], FIGURES[1], FIGURES[2].plot_at(7, "C")];
        let _ = Order::new(&twice, Layout::Plot);
    }

    #[test]
    #[should_panic = "only some figures of a group have a position"]
    fn all_have_positions_or_none() {
        let some = [FIGURES[0], FIGURES[1], FIGURES[2].plot("C")];
        let _ = Order::new(&some, Layout::Plot);
    }

    #[test]
    fn lists_are_joined() {
        let joined: [Figure<f64>; 4] = join(&[&[FIGURES[2]], &FIGURES]);
        assert_eq!(joined.map(|figure| figure.key.unwrap()), ["c", "a", "b", "c"]);
    }
}
