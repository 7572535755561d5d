use super::{left, list, percent, plain, right, wrap};
use crate::seats::Answer;

/// Seats: a table, ties, and what a poll leaves open.
pub fn seats(answer: &Answer) -> String {
    let mut out = wrap(&format!("{} seats, {}", answer.total, answer.method), 2);
    out.push('\n');
    put!(out, "{} {} {} {}\n", left("party", 24), right("votes", 14), right("share", 8), right("seats", 6));
    let most = answer.seats.iter().map(|p| p.seats).max().unwrap_or(0).max(1);
    for p in &answer.seats {
        let bar = "█".repeat((p.seats as f64 / most as f64 * 22.0).round() as usize);
        let seats = if p.share_of_passing.is_some() { p.seats.to_string() } else { "out".into() };
        out += format!(
            "{} {} {} {} {bar}",
            left(&p.id, 24),
            right(&plain(p.votes), 14),
            right(&percent(p.share), 8),
            right(&seats, 6)
        )
        .trim_end();
        out.push('\n');
    }
    out.push('\n');
    if let Some(tie) = &answer.tie {
        let among: Vec<&str> = tie.among.iter().map(String::as_str).collect();
        let seats = if tie.seats == 1 { "1 seat is".into() } else { format!("{} seats are", tie.seats) };
        out += &wrap(
            &format!(
                "{seats} tied between {} and not given out: the votes do not decide it. --ties lot draws lots, --ties votes prefers the larger party.",
                list(&among, 10)
            ),
            2,
        );
    }
    let largest = answer.seats.iter().max_by_key(|p| p.seats);
    if let Some(largest) = largest.filter(|p| p.seats > 0) {
        let need = answer.total / 2 + 1;
        let text = if largest.seats >= need {
            format!("{} has a majority alone ({} of {}).", largest.id, largest.seats, answer.total)
        } else {
            format!("Nobody has a majority alone; {} lacks {} of {need}.", largest.id, need - largest.seats)
        };
        out += &wrap(&text, 2);
    }
    if let Some(poll) = &answer.poll {
        out.push('\n');
        out += &wrap(
            &format!(
                "If this is a poll of {} answers ({} draws, seed {}):",
                plain(poll.answers),
                poll.draws,
                poll.seed
            ),
            2,
        );
        put!(out, "{} {} {} {}\n", left("party", 24), right("seats", 10), right("80 %", 12), right("enters", 9));
        for p in &poll.parties {
            put!(
                out,
                "{} {} {} {}\n",
                left(&p.id, 24),
                right(&format!("{:.1}", p.mean), 10),
                right(&format!("{}–{}", p.p10, p.p90), 12),
                right(&percent(p.enters), 9)
            );
        }
        let error = poll.parties.iter().map(|p| p.error).fold(0.0, f64::max);
        out += &wrap(&format!("Error of the means from drawing: at most {error:.2} seats."), 2);
        for c in &poll.coalitions {
            out += &wrap(
                &format!(
                    "{}: a majority with chance {} (± {}).",
                    c.parties.join(" + "),
                    percent(c.probability),
                    percent(c.error)
                ),
                2,
            );
        }
    }
    out
}
