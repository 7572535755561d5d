use super::{count, item, left, list, percent, plain, right, wrap};
use crate::power::answer::{Ballot, Coalitions, Count, Figure, Label};

/// The most players a table shows.
const ROWS: usize = 60;

/// Power in one ballot: a table and what it means.
pub fn power(ballot: &Ballot) -> String {
    let mut out = String::new();
    for c in &ballot.criteria {
        out += &wrap(&format!("{}: {} (from {} on)", c.name, c.rule, c.quota), 2);
    }
    if !ballot.vetoes.is_empty() {
        let vetoes: Vec<&str> = ballot.vetoes.iter().map(String::as_str).collect();
        out += &wrap(&format!("veto: {}", list(&vetoes, 10)), 2);
    }
    out += &passing(ballot);
    out.push('\n');
    out += &table(ballot);
    out.push('\n');
    out += &meaning(ballot);
    out += &coalitions("Minimal winning coalitions", &ballot.minimal_winning);
    out += &coalitions("Minimal blocking coalitions", &ballot.minimal_blocking);
    if let Some(quorum) = &ballot.quorum {
        let alone: Vec<&str> = quorum.alone.iter().map(String::as_str).collect();
        let who = if alone.is_empty() { String::new() } else { format!("; alone: {}", list(&alone, 10)) };
        out += &wrap(
            &format!(
                "Quorum of {}: an absence of {} denies it, {} can do that{who}.",
                quorum.needed,
                quorum.deny,
                if quorum.fewest == 1 { "one player".into() } else { format!("{} players at least", quorum.fewest) },
            ),
            2,
        );
        out += &coalitions("Minimal coalitions that deny the quorum", &quorum.minimal_blocking);
    }
    out += &labels(ballot);
    out
}

fn passing(ballot: &Ballot) -> String {
    let share = ballot.winning.power_to_act.value();
    let all = match (&ballot.winning.coalitions, share) {
        (Some(n), Some(share)) => {
            format!("{} of 2^{} coalitions win ({})", count(n), ballot.players.len(), percent(share))
        }
        (None, Some(share)) => format!("about {} of coalitions win", percent(share)),
        _ => return String::new(),
    };
    wrap(&format!("{} players; {all}.", ballot.players.len()), 2)
}

fn table(ballot: &Ballot) -> String {
    let third = if ballot.players.iter().any(|p| p.owen.is_some()) { "Owen" } else { "Deegan-P." };
    let mut out = format!(
        "{} {} {} {} {} {} {}\n",
        left("player", 18),
        right("weight", 9),
        right("Banzhaf", 9),
        right("Shapley", 9),
        right("prevent", 9),
        right("initiate", 9),
        right(third, 9),
    );
    let mut order: Vec<usize> = (0..ballot.players.len()).collect();
    let value = |f: &Figure| f.value().unwrap_or(0.0);
    order.sort_by(|&a, &b| {
        value(&ballot.players[b].banzhaf).total_cmp(&value(&ballot.players[a].banzhaf)).then(a.cmp(&b))
    });
    let shown = |f: &Figure| f.value().map_or("-".into(), percent);
    for &i in order.iter().take(ROWS) {
        let p = &ballot.players[i];
        put!(
            out,
            "{} {} {} {} {} {} {}\n",
            left(&p.id, 18),
            right(&plain(p.weight.value()), 9),
            right(&shown(&p.banzhaf), 9),
            right(&shown(&p.shapley_shubik), 9),
            right(&shown(&p.coleman_prevent), 9),
            right(&shown(&p.coleman_initiate), 9),
            right(&shown(p.owen.as_ref().unwrap_or(&p.deegan_packel)), 9),
        );
    }
    if order.len() > ROWS {
        put!(out, "… and {} more (--json has all)\n", order.len() - ROWS);
    }
    out
}

fn meaning(ballot: &Ballot) -> String {
    let total: f64 = ballot.players.iter().map(|p| p.weight.value()).sum();
    let mut out = String::new();
    let value = |f: &Figure| f.value().unwrap_or(0.0);
    let first = ballot.players.iter().max_by(|a, b| value(&a.banzhaf).total_cmp(&value(&b.banzhaf)));
    if let Some(first) = first {
        let equals: Vec<&str> =
            ballot.players.iter().filter(|p| p.banzhaf == first.banzhaf).map(|p| p.id.as_str()).collect();
        let text = if equals.len() == ballot.players.len() && equals.len() > 1 {
            format!("All {} players are equally often decisive.", equals.len())
        } else if value(&first.banzhaf) >= 1.0 {
            format!("{} decides alone; nobody else matters.", first.id)
        } else if equals.len() > 1 {
            format!(
                "{} are decisive most often: {} of all swings each.",
                list(&equals, 4),
                percent(value(&first.banzhaf))
            )
        } else {
            format!(
                "{} is decisive most often: {} of all swings, with {} of the weight; without it {} of what passes now would fail.",
                first.id,
                percent(value(&first.banzhaf)),
                percent(first.weight.value() / total),
                percent(value(&first.coleman_prevent)),
            )
        };
        out += &wrap(&text, 2);
    }
    let exact = ballot.figures.get("banzhaf") == Some(&Label::Exact);
    let name = |f: &dyn Fn(&crate::power::answer::Player) -> bool| -> Vec<&str> {
        ballot.players.iter().filter(|p| f(p)).map(|p| p.id.as_str()).collect()
    };
    let dummies = name(&|p| p.swings.as_deref() == Some("0"));
    if exact && !dummies.is_empty() && dummies.len() < ballot.players.len() {
        let verb = if dummies.len() == 1 { "never matters" } else { "never matter" };
        out += &wrap(&format!("{} {verb}: no coalition needs them to win.", list(&dummies, 8)), 2);
    }
    let vetoes = name(&|p| p.coleman_prevent == Figure::Fraction("1/1".into()));
    if !vetoes.is_empty() {
        let verb = if vetoes.len() == 1 { "has" } else { "have" };
        out += &wrap(&format!("{} {verb} a veto: nothing passes without them.", list(&vetoes, 8)), 2);
    }
    out
}

fn coalitions(title: &str, coalitions: &Coalitions) -> String {
    let number = match &coalitions.count {
        Count::Number(n) => count(&n.to_string()),
        Count::Text(digits) => count(digits),
        Count::None => return wrap(&format!("{title}: too many to count."), 2),
    };
    let mut out = format!("{title}: {number}\n");
    for members in coalitions.coalitions.iter().flatten() {
        out += &item(&members.join(" + "));
    }
    out
}

fn labels(ballot: &Ballot) -> String {
    let named = |wanted: Label| -> Vec<&str> {
        ballot.figures.iter().filter(|(_, l)| **l == wanted).map(|(name, _)| *name).collect()
    };
    let mut parts = Vec::new();
    for (label, word) in [
        (Label::Exact, "exact"),
        (Label::Bounded, "bounded"),
        (Label::Sampled, "sampled"),
        (Label::NotComputed, "not computed"),
    ] {
        let names = named(label);
        if names.is_empty() {
            continue;
        }
        let error = match (label, ballot.error) {
            (Label::Bounded, Some(e)) => format!(" (error at most {e:.0e})"),
            (Label::Sampled, Some(e)) => format!(" (standard error at most {e:.0e})"),
            _ => String::new(),
        };
        parts.push(format!("{word}{error}: {}", names.join(", ")));
    }
    wrap(&format!("Figures {}.", parts.join("; ")), 2)
}
