//! The game and its solution as one can look at them: what `formateur show game` and `show solution` print.

use crate::check::{Size, action_name, size};
use crate::forecast::written;
use case::model::Case;
use game::draw::Drawing;
use game::graph::{ActionRef, Edge, Game, Kind};
use serde::Serialize;
use solve::solve;
use std::fmt::Write;

/// A compiled case.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct GameView {
    pub size: Size,
    pub variables: Vec<VariableView>,
    pub turns: Vec<TurnView>,
    pub events: Vec<String>,
    pub clocks: Vec<String>,
    pub periods: Vec<PeriodView>,
    /// Distinct expressions evaluated once per draw.
    pub expressions: usize,
    /// Distinct ways of counting votes.
    pub tallies: usize,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct VariableView {
    pub id: String,
    pub values: Vec<String>,
    /// The value at `now`.
    pub start: String,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TurnView {
    pub id: String,
    pub actions: Vec<String>,
}

/// Periods of one kind that follow each other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PeriodView {
    pub begins: jiff::civil::Date,
    pub ends: jiff::civil::Date,
    pub days: f64,
    pub count: usize,
}

/// The game at the middle of all numbers, solved; choices of the first period.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SolutionView {
    pub payoffs: Vec<PayoffView>,
    pub choices: Vec<ChoiceView>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PayoffView {
    pub actor: String,
    pub payoff: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ChoiceView {
    pub at: String,
    /// The actor who decides; `None` at ballots.
    pub who: Option<String>,
    /// Chance of coming to it in the period.
    pub reach: f64,
    pub options: Vec<OptionView>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OptionView {
    pub id: String,
    pub probability: f64,
}

pub fn game(case: &Case, game: &Game) -> GameView {
    let start = game.state(game.start as usize);
    let mut periods: Vec<PeriodView> = Vec::new();
    let mut last_segment = usize::MAX;
    for period in &game.periods {
        match periods.last_mut() {
            Some(view) if last_segment == period.segment => {
                view.ends = period.ends;
                view.count += 1;
            }
            _ => {
                periods.push(PeriodView { begins: period.begins, ends: period.ends, days: period.days, count: 1 });
            }
        }
        last_segment = period.segment;
    }
    GameView {
        size: size(game),
        variables: case
            .variables
            .iter()
            .zip(start)
            .map(|(variable, at)| {
                let values: Vec<String> = variable.values.iter().map(|v| written(case, *v)).collect();
                VariableView { id: variable.id.clone(), start: values[usize::from(*at)].clone(), values }
            })
            .collect(),
        turns: game
            .turns
            .iter()
            .map(|turn| TurnView { id: turn.id.clone(), actions: turn.slots.iter().flatten().cloned().collect() })
            .collect(),
        events: game.events.clone(),
        clocks: game.clocks.clone(),
        periods,
        expressions: game.table.len(),
        tallies: game.tallies.len(),
    }
}

pub fn solution(game: &Game, drawing: &Drawing) -> SolutionView {
    solve(game, &drawing.middle(), |solved| {
        let mut states = vec![0.0; game.n_states()];
        states[game.start as usize] = 1.0;
        let mut choices: Vec<ChoiceView> = solved
            .choices(0, &states)
            .into_iter()
            .rev()
            .map(|node| {
                let (at, who) = match node.kind {
                    Kind::Decide { actor, turn, .. } => {
                        (game.turns[usize::from(turn)].id.clone(), Some(game.actors[usize::from(actor)].clone()))
                    }
                    Kind::Ballot { action, sitting, .. } => (
                        format!("{}{}", action_name(game, action), if sitting { " (sitting)" } else { " (vote)" }),
                        None,
                    ),
                    Kind::Names { action, .. } => (format!("{} (names)", action_name(game, action)), None),
                    Kind::Chance { .. } => (String::new(), None),
                };
                let options = node
                    .edges
                    .iter()
                    .map(|(label, probability)| OptionView {
                        id: option_id(game, node.kind, *label),
                        probability: *probability,
                    })
                    .collect();
                ChoiceView { at, who, reach: node.reach, options }
            })
            .collect();
        choices
            .sort_by(|a, b| b.reach.total_cmp(&a.reach).then_with(|| a.at.cmp(&b.at)).then_with(|| a.who.cmp(&b.who)));
        SolutionView {
            payoffs: game
                .actors
                .iter()
                .zip(solved.payoffs())
                .map(|(actor, payoff)| PayoffView { actor: actor.clone(), payoff })
                .collect(),
            choices,
        }
    })
}

fn option_id(game: &Game, kind: Kind, label: u32) -> String {
    match kind {
        Kind::Decide { .. } if label == Edge::HOLD => "hold".into(),
        Kind::Decide { turn, slot, .. } => {
            let action = ActionRef { turn, slot, action: label as u16 };
            game.turns[usize::from(action.turn)].slots[usize::from(action.slot)][usize::from(action.action)].clone()
        }
        Kind::Ballot { sitting: true, .. } => if label == 0 { "quorate" } else { "inquorate" }.into(),
        Kind::Ballot { .. } => if label == 0 { "passed" } else { "failed" }.into(),
        Kind::Names { .. } if label < Edge::AGAIN => format!("name {}", label + 1),
        Kind::Names { .. } => "nobody".into(),
        Kind::Chance { .. } => label.to_string(),
    }
}

impl GameView {
    /// For reading.
    pub fn text(&self) -> String {
        let mut out = String::new();
        let size = &self.size;
        let _ = writeln!(
            out,
            "{} states, {} nodes and {} edges per period, {} periods, {} actors, {} expressions, {} tallies",
            size.states,
            size.nodes_per_period,
            size.edges_per_period,
            size.periods,
            size.actors,
            self.expressions,
            self.tallies
        );
        let _ = writeln!(out, "\nperiods");
        for p in &self.periods {
            let _ = writeln!(out, "  {} of {} days, {} to {}", p.count, p.days, p.begins, p.ends);
        }
        let _ = writeln!(out, "\nvariables");
        for v in &self.variables {
            let _ = writeln!(out, "  {} = {} of {}", v.id, v.start, v.values.join(", "));
        }
        let _ = writeln!(out, "\nturns, in order");
        for turn in &self.turns {
            let _ = writeln!(out, "  {}: {}", turn.id, turn.actions.join(", "));
        }
        for (name, list) in [("events", &self.events), ("clocks", &self.clocks)] {
            if !list.is_empty() {
                let _ = writeln!(out, "\n{name}, in order\n  {}", list.join(", "));
            }
        }
        out
    }
}

impl SolutionView {
    /// For reading.
    pub fn text(&self) -> String {
        let mut out = String::from("expected payoffs at the middle of all numbers, utils\n");
        for p in &self.payoffs {
            let _ = writeln!(out, "  {:<20} {:>8.3}", p.actor, p.payoff);
        }
        let _ = writeln!(out, "\nchoices of the first period, likeliest to be met first");
        for choice in &self.choices {
            let who = choice.who.as_ref().map_or_else(String::new, |who| format!(" ({who})"));
            let _ = writeln!(out, "  {}{who}, met {:.1} %", choice.at, choice.reach * 100.0);
            for option in &choice.options {
                let _ = writeln!(out, "    {:>6.1} %  {}", option.probability * 100.0, option.id);
            }
        }
        out
    }
}
