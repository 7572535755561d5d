//! The answer about a conflict, in the form in which it was asked.

use super::Conflict;
use super::coalition::{self, Coalitions};
use super::inverse::{self, Requirement};
use super::say::{self, Sentence};
use super::stability::{Concept, Conventions, View};
use super::status_quo::{self, StatusQuo};
use rayon::prelude::*;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

/// What is asked besides stability.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Request {
    pub conventions: Conventions,
    /// Start from this state (its place, not its number) instead of the file's status quo.
    pub status_quo: Option<usize>,
    /// The state whose stability is wanted.
    pub wanted: Option<usize>,
    pub coalitions: bool,
    /// Sentences are written for conflicts of up to this many states.
    pub sentences_up_to: usize,
}

/// Entries in the order given.
#[derive(Debug, Clone, PartialEq)]
pub struct Ordered<V>(pub Vec<(String, V)>);

impl<V: Serialize> Serialize for Ordered<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<V> Ordered<V> {
    /// The entry under a key.
    pub fn at(&self, key: &str) -> Option<&V> {
        self.0.iter().find(|(k, _)| k == key).map(|(_, v)| v)
    }
}

/// A conflict and what is stable in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Answer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    pub decision_makers: Vec<DecisionMakerShown>,
    pub options: Vec<OptionShown>,
    pub infeasible: Vec<Vec<(usize, bool)>>,
    pub states: Vec<StateShown>,
    pub payoff_ordinal: Vec<Payoffs>,
    pub reachable: Vec<Reachable>,
    pub conventions: ConventionsShown,
    pub stability: Ordered<Vec<Stable>>,
    pub equilibria: Ordered<Vec<u64>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sentences: Vec<Sentence>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coalitions: Option<Coalitions>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status_quo: Option<StatusQuo>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inverse: Option<Inverse>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DecisionMakerShown {
    pub name: String,
    pub options: Vec<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OptionShown {
    pub name: String,
    pub direction: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StateShown {
    pub number: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decimal: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub options: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Payoffs {
    pub dm: String,
    pub by_state: Vec<i64>,
}

/// One decision maker's moves, by the number of the state they start from.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Reachable {
    pub dm: String,
    pub moves: Ordered<Vec<u64>>,
}

/// The states stable for one decision maker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stable {
    pub dm: String,
    pub stable_states: Vec<u64>,
}

/// The conventions followed, with what they mean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ConventionsShown {
    #[serde(flatten)]
    pub chosen: Conventions,
    pub meaning: Vec<String>,
}

/// What would make a state stable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Inverse {
    pub wanted: u64,
    pub requirements: Vec<Requirement>,
}

/// Analyses a conflict.
pub fn answer(conflict: &Conflict, request: &Request) -> Answer {
    let conventions = request.conventions;
    let views: Vec<View> =
        (0..conflict.decision_makers.len()).into_par_iter().map(|d| View::new(conflict, d, conventions)).collect();
    let number = |s: usize| conflict.states[s].number;
    let name = |d: usize| conflict.decision_makers[d].name.clone();
    let states = conflict.states.len();
    let mut stability = Vec::new();
    let mut equilibria = Vec::new();
    for concept in Concept::ALL {
        let Some(flags) = views
            .iter()
            .map(|v| (0..states).map(|s| v.stable(conflict, concept, s, conventions)).collect::<Option<Vec<bool>>>())
            .collect::<Option<Vec<_>>>()
        else {
            continue;
        };
        let rows = flags
            .iter()
            .enumerate()
            .map(|(d, row)| Stable {
                dm: name(d),
                stable_states: (0..states).filter(|&s| row[s]).map(number).collect(),
            })
            .collect();
        let all: Vec<u64> = (0..states).filter(|&s| flags.iter().all(|row| row[s])).map(number).collect();
        stability.push((concept.short().to_owned(), rows));
        equilibria.push((concept.short().to_owned(), all));
    }
    let sentences = if states <= request.sentences_up_to {
        (0..states)
            .flat_map(|s| views.iter().map(move |v| (v, s)))
            .map(|(v, s)| say::sentence(conflict, v, s, conventions))
            .collect()
    } else {
        Vec::new()
    };
    let equilibria = Ordered(equilibria);
    let stable = |concept: Concept, s: usize| equilibria.at(concept.short()).is_some_and(|e| e.contains(&number(s)));
    Answer {
        id: conflict.id.clone(),
        title: conflict.title.clone(),
        decision_makers: conflict
            .decision_makers
            .iter()
            .map(|d| DecisionMakerShown { name: d.name.clone(), options: d.options.clone() })
            .collect(),
        options: conflict
            .options
            .iter()
            .map(|o| OptionShown { name: o.name.clone(), direction: o.direction.written() })
            .collect(),
        infeasible: conflict.infeasible.clone(),
        states: (0..states)
            .map(|s| StateShown {
                number: number(s),
                decimal: conflict.states[s].taken,
                options: conflict.letters(s),
                name: conflict.states[s].name.clone(),
            })
            .collect(),
        payoff_ordinal: (0..views.len())
            .map(|d| Payoffs { dm: name(d), by_state: conflict.payoffs[d].clone() })
            .collect(),
        reachable: (0..views.len())
            .map(|d| Reachable {
                dm: name(d),
                moves: Ordered(
                    (0..states)
                        .map(|s| {
                            let to = conflict.moves[d][s].iter().map(|&t| number(t as usize)).collect();
                            (number(s).to_string(), to)
                        })
                        .collect(),
                ),
            })
            .collect(),
        conventions: ConventionsShown { chosen: conventions, meaning: meaning(conventions) },
        coalitions: request.coalitions.then(|| coalition::coalitions(conflict, stable)).flatten(),
        status_quo: request.status_quo.or(conflict.status_quo).map(|s| status_quo::status_quo(conflict, s)),
        inverse: request
            .wanted
            .map(|s| Inverse { wanted: number(s), requirements: inverse::inverse(conflict, &views, s, conventions) }),
        stability: Ordered(stability),
        equilibria,
        sentences,
    }
}

fn meaning(conventions: Conventions) -> Vec<String> {
    use super::stability::{JointMoves, Sanction};
    vec![
        match conventions.joint_moves {
            JointMoves::Closure => "opponents may make any sequence of moves in which nobody moves twice in succession",
            JointMoves::Once => "opponents may make any sequence of moves in which everybody moves at most once",
            JointMoves::Single => "opponents answer with one move of one of them",
        }
        .to_owned(),
        match conventions.sanction {
            Sanction::NoBetter => "a sanction leaves the decision maker no better off than where it started",
            Sanction::Worse => "a sanction leaves the decision maker worse off than where it started",
        }
        .to_owned(),
        "SEQ: opponents make only moves that improve their own lot from where they stand".to_owned(),
        "SIM: opponents improve from the same state at the same moment; an infeasible joint outcome punishes nobody"
            .to_owned(),
    ]
}
