//! Answers as pictures: one place for the charts of terminal, page, report and notebook.
//!
//! A chart is made from the JSON that commands print (`docs/json`), so whoever has an answer can draw it: `formateur plot`,
//! the workbench, the report, a notebook. Every chart is labelled directly, draws its uncertainty, says in words what it
//! shows, and reads in light, dark and print.
//!
//! ```
//! let run: chart::data::Run = serde_json::from_value(serde_json::json!({
//!     "case": { "id": "small", "title": "Small" }, "now": "2026-01-01", "until": "2026-06-30",
//!     "headline": { "variable": "government", "outcomes": [
//!         { "id": "a", "label": "A & B", "mean": 0.6, "p10": 0.4, "p90": 0.8, "error": 0.01 },
//!         { "id": "none", "label": "none", "mean": 0.4, "p10": 0.2, "p90": 0.6, "error": 0.01 } ] },
//!     "when": { "median": null, "p10": null, "p25": null, "p75": null, "p90": null, "never": 0.4, "by_month": [] }
//! })).unwrap();
//! let svg = chart::outcomes(&run, chart::WIDE).svg(chart::Style::Alone);
//! assert!(svg.starts_with("<svg") && svg.contains("A &amp; B"));
//! ```

mod chamber;
mod change;
pub mod data;
mod flow;
mod options;
mod outcomes;
mod png;
mod reliability;
mod scale;
mod style;
mod svg;
mod tornado;
mod trajectory;
mod when;
mod words;

pub use chamber::chamber;
pub use change::change;
pub use flow::{Links, flow, flow_with};
pub use options::options;
pub use outcomes::outcomes;
pub use png::{PngError, REGULAR, SEMIBOLD};
pub use reliability::reliability;
pub use style::{colour_of, css, plain_css};
pub use svg::{Chart, Style, escape};
pub use tornado::tornado;
pub use trajectory::trajectory;
pub use when::when;
pub use words::{day, percent, signed};

/// Width of a chart on a laptop or on paper, in CSS pixels.
pub const WIDE: f64 = 860.0;
/// Width of half a laptop's page.
pub const HALF: f64 = 480.0;
/// Width of a chart on a phone.
pub const NARROW: f64 = 360.0;
