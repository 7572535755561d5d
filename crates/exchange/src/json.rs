//! A compiled game as JSON: its graph, with the numbers of one draw.

use crate::drawn::{Drawn, Marks};
use game::graph::{Cause, Child, Edge, Kind, Step, Voicing};
use game::tally::{Counting, Suffices};
use serde::Serialize;
use serde_json::{Value, json};

/// The game as one JSON object, in the form that `docs/json/export.md` describes.
///
/// `variables`: each variable's id and its values as written, in the order of the case.
pub fn write(drawn: &Drawn, marks: &Marks, variables: &[(String, Vec<String>)]) -> Value {
    let game = drawn.game;
    let states: Vec<&[u8]> = (0..game.n_states()).map(|state| game.state(state)).collect();
    let paid = |payments| -> Value {
        let list = game.payments.list(payments);
        Value::Object(
            list.iter()
                .map(|(actor, slot)| (game.actors[usize::from(*actor)].clone(), json!(drawn.value(*slot))))
                .collect(),
        )
    };
    let step = |step: Step| {
        let mut to = match step.child {
            Child::Node(node) => json!({ "node": node }),
            Child::Next(state) => json!({ "next": state }),
        };
        if !game.payments.list(step.payments).is_empty() {
            to["pays"] = paid(step.payments);
        }
        to
    };
    let segments: Vec<Value> = game
        .segments
        .iter()
        .map(|segment| {
            let nodes: Vec<Value> = segment
                .nodes
                .iter()
                .map(|node| {
                    let edges = &segment.edges[node.first as usize..][..node.count as usize];
                    let mut shown = kind(drawn, node.kind);
                    shown["edges"] = edges
                        .iter()
                        .map(|edge| {
                            let mut to = step(edge.to);
                            match node.kind {
                                Kind::Decide { turn, slot, .. } => {
                                    to["prior"] = json!(drawn.value(edge.weight));
                                    to["action"] = match edge.label {
                                        Edge::HOLD => json!("hold"),
                                        action => {
                                            json!(
                                                game.turns[usize::from(turn)].slots[usize::from(slot)][action as usize]
                                            )
                                        }
                                    };
                                }
                                Kind::Chance { .. } => to["probability"] = json!(drawn.value(edge.weight)),
                                Kind::Ballot { .. } | Kind::Names { .. } => {}
                            }
                            to
                        })
                        .collect();
                    shown
                })
                .collect();
            json!({
                "days": segment.days,
                "discount": drawn.value(segment.discount),
                "roots": segment.roots.iter().map(|root| root.map(step)).collect::<Vec<_>>(),
                "nodes": nodes,
            })
        })
        .collect();
    let periods: Vec<Value> = game
        .periods
        .iter()
        .map(|p| json!({ "begins": p.begins.to_string(), "ends": p.ends.to_string(), "days": p.days, "segment": p.segment }))
        .collect();
    json!({
        "form": "formateur-game-1",
        "actors": game.actors,
        "precision": drawn.precision,
        "variables": variables.iter().map(|(id, values)| json!({ "id": id, "values": values })).collect::<Vec<_>>(),
        "states": states,
        "start": game.start,
        "ended": game.ended,
        "settled": marks.settled,
        "outcomes": marks.outcomes,
        "outcome_of": marks.outcome_of,
        "last": game.last.iter().map(|payments| paid(*payments)).collect::<Vec<_>>(),
        "periods": periods,
        "segments": segments,
        "tallies": tallies(drawn),
        "answers": answers(drawn),
    })
}

fn tallies(drawn: &Drawn) -> Vec<Value> {
    let counting = |rule: &Counting| {
        let what = match rule.what {
            Suffices::Votes(votes) => json!({ "votes": votes }),
            Suffices::Cast { part, strict } => json!({ "share_of_votes": [part.0, part.1], "strict": strict }),
            Suffices::Consent => json!("consent"),
            Suffices::Better => json!("better"),
        };
        json!({ "suffices": what, "negative": rule.negative })
    };
    drawn
        .game
        .tallies
        .iter()
        .map(|tally| {
            let members: Vec<Value> = tally
                .members
                .iter()
                .map(|members| match members.uncertain {
                    Some((weight, present)) => {
                        json!({ "weight": drawn.value(weight).round(), "present": drawn.value(present) })
                    }
                    None => json!({ "weight": members.most, "present": 1.0 }),
                })
                .collect();
            let reading = tally.hypothesis.map_or(0, |h| drawn.readings[h as usize]).min(tally.rules.len() - 1);
            json!({ "members": members, "cohesion": drawn.value(tally.cohesion), "rule": counting(&tally.rules[reading]) })
        })
        .collect()
}

fn answers(drawn: &Drawn) -> Vec<Value> {
    #[derive(Serialize)]
    struct Answers {
        voice: Value,
        pays: Vec<f64>,
    }
    let one = |answering: &game::graph::Answering| {
        let voice = match answering.voice {
            Voicing::Actor(actor) => json!({ "actor": drawn.game.actors[usize::from(actor)] }),
            Voicing::Habit { comes, yes } => json!({ "comes": drawn.value(comes), "yes": drawn.value(yes) }),
            Voicing::Silent => Value::Null,
        };
        json!(Answers { voice, pays: answering.pays.iter().map(|slot| drawn.value(*slot)).collect() })
    };
    drawn.game.answers.iter().map(|electors| electors.iter().map(one).collect()).collect()
}

fn kind(drawn: &Drawn, kind: Kind) -> Value {
    let game = drawn.game;
    let turn = |turn: u16| &game.turns[usize::from(turn)].id;
    let action =
        |a: game::graph::ActionRef| &game.turns[usize::from(a.turn)].slots[usize::from(a.slot)][usize::from(a.action)];
    match kind {
        Kind::Decide { actor, turn: at, .. } => {
            json!({ "kind": "decide", "actor": game.actors[usize::from(actor)], "turn": turn(at) })
        }
        Kind::Chance { cause } => {
            let (what, of) = match cause {
                Cause::Turn(at) => ("turn", turn(at)),
                Cause::Proposer(at) => ("proposer", turn(at)),
                Cause::Nature(at, _) => ("nature", turn(at)),
                Cause::Result(a) => ("result", action(a)),
                Cause::Event(event) => ("event", &game.events[usize::from(event)]),
                Cause::EventResult(event) => ("event_result", &game.events[usize::from(event)]),
                Cause::Clock(clock) => ("clock", &game.clocks[usize::from(clock)]),
                Cause::Lapse(clock) => ("lapse", &game.clocks[usize::from(clock)]),
                Cause::Breach(clock) => ("breach", &game.clocks[usize::from(clock)]),
            };
            json!({ "kind": "chance", "about": what, "of": of })
        }
        Kind::Ballot { tally, answers, action: a, sitting } => {
            json!({ "kind": if sitting { "sitting" } else { "ballot" }, "tally": tally, "answers": answers, "action": action(a) })
        }
        Kind::Names { tally, answers, action: a, names, pairs } => json!({
            "kind": "names", "tally": tally, "answers": answers, "action": action(a), "names": names, "pairs": pairs,
        }),
    }
}
