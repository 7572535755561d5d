use super::{item, left, list, plain, right, wrap};
use crate::bargain::answer::{CaseAnswer, RunShown};

/// Where an issue settles, model by model.
pub fn bargain(case: &CaseAnswer) -> String {
    let mut out = String::new();
    if let Some(title) = case.title.as_ref().or(case.id.as_ref()) {
        out += &wrap(title, 2);
    }
    let scale: Vec<String> =
        case.scale.iter().map(|(low, high)| format!("{} to {}", plain(*low), plain(*high))).collect();
    out += &wrap(&format!("{} actors; scale {}.", case.actors.len(), scale.join(", ")), 2);
    out.push('\n');
    let band = case.settlements.iter().any(|s| s.band.is_some());
    for (k, dimension) in case.dimensions.iter().enumerate() {
        if case.dimensions.len() > 1 {
            put!(out, "{dimension}\n");
        }
        put!(out, "{} {}", left("model", 18), right("settles at", 11));
        if band {
            put!(out, " {} {} {}", right("mean", 9), right("80 %", 16), right("error", 8));
        }
        out.push('\n');
        for s in &case.settlements {
            put!(out, "{} {}", left(s.method, 18), right(&plain(s.point[k]), 11));
            if let Some(b) = s.band.as_ref().map(|b| &b[k]) {
                put!(
                    out,
                    " {} {} {}",
                    right(&plain(b.mean), 9),
                    right(&format!("{} to {}", plain(b.p10), plain(b.p90)), 16),
                    right(&plain(b.error), 8)
                );
            }
            out.push('\n');
        }
        out.push('\n');
    }
    out += &spread(case);
    if let Some(end) = case.challenge.as_ref().map(|c| &c.run_scholz.end).filter(|e| *e != "still" && *e != "settled") {
        let what = if end == "moving" { "has not come to rest".to_owned() } else { format!("runs in a {end}") };
        out += &wrap(&format!("The challenge model {what}: its last median is one of several, not a forecast."), 2);
    }
    for s in &case.settlements {
        out += &wrap(&format!("{}: {}.", s.method, s.convention), 2);
    }
    if let Some(c) = &case.challenge {
        out += &rounds("Challenge model, Scholz's reading", &c.run_scholz);
        out += &rounds("Without capitulation", &c.run_scholz_no_capitulation);
        out += &rounds("As in the paper", &c.run_paper);
    }
    if let Some(c) = &case.condorcet {
        let last = c.fractional_change_by_turn.len();
        let mut chance: Vec<(&str, f64)> = c
            .winner_probability_by_turn
            .0
            .iter()
            .map(|(name, row)| (name.as_str(), row.last().copied().unwrap_or(0.0)))
            .collect();
        chance.sort_by(|a, b| b.1.total_cmp(&a.1));
        let top: Vec<String> = chance.iter().take(3).map(|(n, p)| format!("{n} {:.0} %", p * 100.0)).collect();
        out.push('\n');
        out += &wrap(
            &format!(
                "Probabilistic Condorcet election: {last} turns ({}); likeliest positions in the end: {}.",
                c.end,
                top.join(", ")
            ),
            2,
        );
    }
    out
}

/// How far the models are apart, in words.
fn spread(case: &CaseAnswer) -> String {
    let mut out = String::new();
    for (k, (low, high)) in case.scale.iter().enumerate() {
        let points: Vec<f64> = case.settlements.iter().map(|s| s.point[k]).filter(|x| x.is_finite()).collect();
        let least = points.iter().copied().fold(f64::INFINITY, f64::min);
        let most = points.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let share = (most - least) / (high - low);
        let what = if case.dimensions.len() > 1 { format!(" on {}", case.dimensions[k]) } else { String::new() };
        let judgement = if share < 0.1 {
            "the models agree"
        } else if share < 0.3 {
            "the models differ somewhat"
        } else {
            "the models disagree: none of them alone is a forecast"
        };
        out += &wrap(&format!("Between {} and {}{what}: {judgement}.", plain(least), plain(most)), 2);
    }
    out
}

fn rounds(title: &str, run: &RunShown) -> String {
    let mut out = format!("\n{title}\n");
    let medians: Vec<String> = run.median.iter().map(|m| plain(*m)).collect();
    out += &item(&format!("median by round: {}", medians.join(" ")));
    let moves: Vec<String> = run
        .moves_round1
        .iter()
        .map(|(who, offer, towards, to)| {
            let how = match offer {
                crate::bargain::challenge::Offer::Confrontation => "loses to",
                crate::bargain::challenge::Offer::Compromise => "meets",
                crate::bargain::challenge::Offer::Capitulation => "gives in to",
            };
            format!("{who} {how} {towards} at {}", plain(*to))
        })
        .collect();
    let moves: Vec<&str> = moves.iter().map(String::as_str).collect();
    let text = if moves.is_empty() { "nobody moves".to_owned() } else { list(&moves, 6) };
    out += &item(&format!("first round: {text}"));
    out += &item(&format!("in the end: {}", run.end));
    out
}
