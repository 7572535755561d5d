//! The votes file: `id,votes`, and `exempt` for parties to which the hurdle does not apply.

use crate::decimal::Decimal;
use crate::findings::{Findings, span};
use crate::table::{self, row_span};
use num_rational::BigRational;
use num_traits::One;
use std::collections::BTreeMap;

/// What a votes file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Votes {
    pub ids: Vec<String>,
    pub votes: Vec<Decimal>,
    pub exempt: Vec<bool>,
}

impl Votes {
    /// Votes as whole numbers of a common unit.
    pub fn units(&self) -> Result<Vec<u128>, String> {
        let scale = self.votes.iter().map(|v| v.scale).max().unwrap_or(0);
        let units: Option<Vec<u128>> = self.votes.iter().map(|v| v.in_units(scale).filter(|u| *u < 1 << 80)).collect();
        units.ok_or_else(|| "the votes are too large or too fine to be counted exactly".to_owned())
    }
}

/// Reads a votes file; every mistake is reported with its place.
pub fn parse(text: &str) -> (Option<Votes>, Findings) {
    let (rows, mut findings) = table::read(text);
    let Some((header, body)) = rows.split_first() else {
        findings.error("empty-file", span(0, 0), "the file is empty", Some("begin with the line `id,votes`".into()));
        return (None, findings);
    };
    let find = |names: &[&str]| header.iter().position(|c| names.iter().any(|n| c.text.eq_ignore_ascii_case(n)));
    let (Some(id_at), Some(votes_at)) = (find(&["id", "party", "name"]), find(&["votes", "share"])) else {
        let help = Some("begin with the line `id,votes`".into());
        findings.error("no-header", row_span(header), "the header does not name the columns `id` and `votes`", help);
        return (None, findings);
    };
    let exempt_at = find(&["exempt"]);
    let known = [Some(id_at), Some(votes_at), exempt_at];
    for (k, cell) in header.iter().enumerate() {
        if !known.contains(&Some(k)) && !cell.text.is_empty() {
            let message = format!("the column `{}` is not used", cell.text);
            findings.warning("unknown-column", cell.span, message, None);
        }
    }
    if body.is_empty() {
        findings.error("no-parties", row_span(header), "there is a header but no party", None);
    }
    let mut votes = Votes { ids: Vec::new(), votes: Vec::new(), exempt: Vec::new() };
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (k, row) in body.iter().enumerate() {
        let number = k + 2;
        let cell = |at: usize| row.get(at).filter(|c| !c.text.is_empty());
        if let Some(extra) = row.get(header.len()..).and_then(|r| r.iter().find(|c| !c.text.is_empty())) {
            let message = format!("row {number} has more cells than the header");
            let help = Some("write decimals with a point and no thousands separators".into());
            findings.error("too-many-cells", extra.span, message, help);
        }
        match cell(id_at) {
            None => findings.error("no-id", row_span(row), format!("row {number} has no id"), None),
            Some(id) => {
                if let Some(before) = seen.insert(id.text.clone(), number) {
                    let message = format!("`{}` stands in row {number} and already in row {before}", id.text);
                    findings.error("duplicate-id", id.span, message, None);
                }
                votes.ids.push(id.text.clone());
            }
        }
        match cell(votes_at) {
            None => findings.error("missing-cell", row_span(row), format!("row {number} has no votes"), None),
            Some(c) => match Decimal::parse(&c.text) {
                Ok(v) => votes.votes.push(v),
                Err(why) => {
                    findings.error("bad-votes", c.span, format!("votes in row {number}: `{}` {why}", c.text), None);
                }
            },
        }
        let exempt = exempt_at.and_then(cell);
        let yes = exempt.is_some_and(|c| ["yes", "true", "1", "x"].contains(&c.text.to_lowercase().as_str()));
        if let Some(c) = exempt.filter(|c| !yes && !["no", "false", "0"].contains(&c.text.to_lowercase().as_str())) {
            findings.error("bad-exempt", c.span, format!("`{}` is neither yes nor no", c.text), None);
        }
        votes.exempt.push(yes);
    }
    (Some(votes).filter(|_| !findings.any_error()), findings)
}

/// Reads a hurdle: `5%`, `0.05` or `1/20`.
pub fn hurdle(text: &str) -> Result<BigRational, String> {
    let trimmed = text.trim();
    let wrong = || format!("`{trimmed}` is not a hurdle; write `5%` or `0.05`");
    let hundred = BigRational::from(num_bigint::BigInt::from(100));
    let share = if let Some(percent) = trimmed.strip_suffix('%') {
        Decimal::parse(percent).map_err(|_| wrong())?.to_ratio() / hundred
    } else if let Some((over, under)) = trimmed.split_once('/') {
        let under = Decimal::parse(under).map_err(|_| wrong())?;
        if under.digits == 0 {
            return Err(wrong());
        }
        Decimal::parse(over).map_err(|_| wrong())?.to_ratio() / under.to_ratio()
    } else {
        Decimal::parse(trimmed).map_err(|_| wrong())?.to_ratio()
    };
    if share > BigRational::one() {
        return Err(format!("the hurdle `{trimmed}` is above all votes; write `{trimmed}%` for a percentage"));
    }
    Ok(share)
}
