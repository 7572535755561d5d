//! Charts over HTTP, to keep: the pictures `formateur plot` writes.

use super::Bench;
use super::api::{No, answer, usual};
use crate::ask::Depth;
use crate::plot::{About, Kind, drawn, scale};
use axum::extract::{Path, Query, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chart::Style;
use clap::ValueEnum;
use std::sync::Arc;

/// Widths one may ask for, pixels.
const WIDTHS: std::ops::RangeInclusive<f64> = 240.0..=2400.0;

fn malformed(why: &str) -> No {
    No::new(StatusCode::BAD_REQUEST, why)
}

/// `outcomes.svg`, `when.png`, …: the chart of an answer.
pub async fn picture(
    State(bench): State<Arc<Bench>>,
    Path((case, picture)): Path<(String, String)>,
    Query(asked): Query<Vec<(String, String)>>,
) -> Result<Response, No> {
    let case = bench.case(&case).ok_or_else(No::no_case)?;
    let nothing = || No::new(StatusCode::NOT_FOUND, "there is no such picture");
    let (kind, form) = picture.rsplit_once('.').ok_or_else(nothing)?;
    let kind = Kind::from_str(kind, false).map_err(|_| nothing())?;
    let pixels = match form {
        "svg" => false,
        "png" => true,
        _ => return Err(nothing()),
    };
    let (mut about, mut width, mut size, mut draws) = (About::default(), chart::WIDE, 2.0, None);
    for (name, value) in asked {
        match name.as_str() {
            "actor" => about.actor = Some(value),
            "outcome" if value.is_empty() => {}
            "outcome" => about.outcome = Some(value),
            "remove" => about.remove.push(value),
            "set" => {
                let (path, value) = value.split_once('=').ok_or_else(|| malformed("`set` is PATH=VALUE"))?;
                about.set.insert(path.trim().to_owned(), value.trim().to_owned());
            }
            "width" => {
                let wanted = value.parse().ok().filter(|width| WIDTHS.contains(width));
                width = wanted.ok_or_else(|| malformed("`width` is a number from 240 to 2400"))?;
            }
            "scale" => size = scale(&value).map_err(|why| malformed(&format!("`scale`: {why}")))?,
            "draws" => {
                let wanted = value.parse().ok().filter(|draws| (1..=super::api::MOST_DRAWS).contains(draws));
                draws = Some(wanted.ok_or_else(|| malformed("`draws` is a number from 1 to 100000"))?);
            }
            other => return Err(malformed(&format!("`{other}` means nothing here"))),
        }
    }
    let question = kind.question(about).ok_or_else(|| malformed("`actor` is missing: whose options"))?;
    let draws = draws.unwrap_or_else(|| usual(&bench, &question));
    let found = answer(&bench, case, &question, &Depth { draws, ..bench.depth.clone() }).await?;
    let failed = |why: &str| No::new(StatusCode::INTERNAL_SERVER_ERROR, why);
    let chart = drawn(kind, &found, width).map_err(|error| failed(&error.to_string()))?.ok_or_else(nothing)?;
    if !pixels {
        return Ok(([(header::CONTENT_TYPE, "image/svg+xml")], chart.svg(Style::Alone)).into_response());
    }
    // Drawing pixels takes a moment of a whole core.
    let drawing = tokio::task::spawn_blocking(move || chart.png(size)).await;
    match drawing {
        Ok(Ok(bytes)) => Ok(([(header::CONTENT_TYPE, "image/png")], bytes).into_response()),
        Ok(Err(error)) => Err(malformed(&error.to_string())),
        Err(_) => Err(failed("the picture cannot be drawn")),
    }
}
