//! How it is to be shown.

use super::PlanError;
use crate::consumer::view::columns::Hosts;
use crate::consumer::view::{Look, View, columns, table};
use crate::merge::Limits;
use crate::run::cli::ViewArgs;

/// Widest column of '--view columns'.
pub(super) const MAX_WIDTH: usize = 64;
/// Longest wait for late hosts, in seconds.
pub(super) const MAX_WINDOW: f64 = 3600.0;

/// Makes the look out of the switches of views.
pub(super) fn look(args: &ViewArgs) -> Result<Look, PlanError> {
    match (args.view, args.columns.first()) {
        (View::Columns, None) => return Err(PlanError::NoColumns),
        (View::Columns, Some(_)) | (_, None) => {}
        (_, Some(_)) => return Err(PlanError::ColumnsElsewhere(args.columns.join(","))),
    }
    if !(1..=MAX_WIDTH).contains(&args.col_width) {
        return Err(PlanError::Width);
    }
    if args.rows == Some(0) {
        return Err(PlanError::NoRows);
    }
    if !(0.0..=MAX_WINDOW).contains(&args.window) {
        return Err(PlanError::Window);
    }
    Ok(Look {
        view: args.view,
        table: table::Options {
            sort: args.sort.clone(),
            ascending: args.reverse,
            rows: args.rows,
            hide_zeros: args.hide_zeros,
        },
        columns: columns::Options {
            columns: args.columns.clone(),
            hosts: if args.col_no_detail { Hosts::None } else { Hosts::All },
            totals: args.col_total || args.col_no_detail,
            scale: args.col_scale,
            unscaled: args.col_no_scale.clone(),
            width: args.col_width,
            age: args.col_age,
            no_data: args.col_no_data.clone(),
            negative: args.col_negative.clone(),
        },
        limits: Limits { window: args.window },
    })
}
