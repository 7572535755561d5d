//! How probability flows through acts to an outcome: what is done first, then next, as ribbons.

use crate::data::Why;
use crate::svg::{At, Chart};
use crate::words::{fit, percent, plain};
use jiff::civil::Date;

/// A stop on the way: a kind of act at one place in the order.
struct Node {
    column: usize,
    name: String,
    who: String,
    share: f64,
    day: Option<Date>,
    top: f64,
}

/// The ways that lead to an outcome, acts that come at the same place in the order put together.
///
/// - Ways that were met too seldom to be listed go by `other ways`.
pub fn flow(why: &Why, width: f64) -> Chart {
    let narrow = width < 600.0;
    let columns = why.paths.iter().map(|p| p.steps.len()).max().unwrap_or(0);
    let shown = columns.min(if narrow { 3 } else { 6 });
    let listed: f64 = why.paths.iter().map(|p| p.probability).sum();
    let mut nodes: Vec<Node> = Vec::new();
    let mut links: Vec<(usize, usize, f64)> = Vec::new();
    let place = |nodes: &mut Vec<Node>, column: usize, who: &str, name: &str, share: f64, day: Option<Date>| -> usize {
        let known = nodes.iter().position(|n| n.column == column && n.name == name && n.who == who);
        let at = known.unwrap_or_else(|| {
            nodes.push(Node { column, name: name.to_owned(), who: who.to_owned(), share: 0.0, day, top: 0.0 });
            nodes.len() - 1
        });
        nodes[at].share += share;
        at
    };
    let others = (why.probability - listed).max(0.0);
    for path in &why.paths {
        let mut last: Option<usize> = None;
        for (column, step) in path.steps.iter().take(shown).enumerate() {
            let node = place(&mut nodes, column, &step.who, &plain(&step.did), path.probability, Some(step.date));
            if let Some(last) = last {
                add(&mut links, last, node, path.probability);
            }
            last = Some(node);
        }
        let end = place(&mut nodes, shown, "", &why.label, path.probability, None);
        if let Some(last) = last {
            add(&mut links, last, end, path.probability);
        }
    }
    if others > 0.005 && shown > 0 {
        let from = place(&mut nodes, 0, "", "other ways", others, None);
        let end = place(&mut nodes, shown, "", &why.label, others, None);
        add(&mut links, from, end, others);
    }
    let most = (0..=shown).map(|c| nodes.iter().filter(|n| n.column == c).count()).max().unwrap_or(1);
    let tall = (most as f64 * 46.0).clamp(180.0, 620.0);
    let mut chart = Chart::new("flow", width, tall + 40.0);
    chart.title = format!("Ways to {}", why.label);
    chart.description = format!(
        "{} of all ways lead there. {}",
        percent(why.probability),
        why.paths
            .iter()
            .map(|p| {
                let steps: Vec<String> = p.steps.iter().map(|s| format!("{} {}", s.who, plain(&s.did))).collect();
                format!("{}: {}", percent(p.probability), steps.join(", then "))
            })
            .collect::<Vec<_>>()
            .join("; ")
    );
    if shown == 0 {
        chart.height = 40.0;
        chart.text((0.0, 20.0), "soft", At::Start, "No way there was met.");
        return chart;
    }
    let total = why.probability.max(listed).max(1e-9);
    let gap = 34.0;
    let unit = ((tall - gap * most as f64) / total).max(10.0);
    for column in 0..=shown {
        let mut members: Vec<usize> = (0..nodes.len()).filter(|n| nodes[*n].column == column).collect();
        members.sort_by(|a, b| {
            let last = |n: usize| nodes[n].name == "other ways";
            last(*a).cmp(&last(*b)).then(nodes[*b].share.total_cmp(&nodes[*a].share))
        });
        let mut y = 34.0;
        for n in members {
            nodes[n].top = y;
            y += nodes[n].share * unit + gap;
        }
        chart.height = chart.height.max(y + 6.0);
    }
    let step = (width - 12.0 - if narrow { 90.0 } else { 130.0 }) / shown as f64;
    let x = |column: usize| step * column as f64;
    let mut out: Vec<f64> = vec![0.0; nodes.len()];
    let mut into: Vec<f64> = vec![0.0; nodes.len()];
    links.sort_by(|a, b| nodes[a.1].top.total_cmp(&nodes[b.1].top).then(nodes[a.0].top.total_cmp(&nodes[b.0].top)));
    for (from, to, share) in &links {
        let (a, b) = (&nodes[*from], &nodes[*to]);
        let thick = share * unit;
        let colour = if a.name == "other ways" { "fn".to_owned() } else { format!("f{}", colour(&nodes, *from)) };
        chart.ribbon(
            (x(a.column) + 8.0, a.top + out[*from]),
            (x(b.column), b.top + into[*to]),
            thick.max(0.8),
            &format!("{colour} flow"),
            &format!("{} to {}: {}", a.name, b.name, percent(*share)),
        );
        out[*from] += thick;
        into[*to] += thick;
    }
    let n = why.sampled.max(1) as f64;
    for node in &nodes {
        let colour = if node.column == shown { "9".into() } else { colour_of_node(&nodes, node) };
        chart.rect((x(node.column), node.top), (8.0, (node.share * unit).max(1.0)), &format!("f{colour}"));
        let room = if node.column == shown { width - x(shown) - 4.0 } else { step - 10.0 };
        let name = if node.who.is_empty() { node.name.clone() } else { format!("{}: {}", plain(&node.who), node.name) };
        let error = (node.share * (1.0 - node.share) / n).sqrt();
        let share = if why.sampled > 0 {
            format!("{} ± {:.0}", percent(node.share), error * 100.0)
        } else {
            percent(node.share)
        };
        let day = node.day.map_or_else(String::new, |d| format!(", {}", crate::words::short_day(d)));
        chart.text((x(node.column), node.top - 16.0), "small", At::Start, &fit(&name, 11.5, room));
        chart.text(
            (x(node.column), node.top - 4.0),
            "soft small",
            At::Start,
            &fit(&format!("{share}{day}"), 11.5, room),
        );
    }
    chart
}

fn add(links: &mut Vec<(usize, usize, f64)>, from: usize, to: usize, share: f64) {
    match links.iter_mut().find(|(a, b, _)| (*a, *b) == (from, to)) {
        Some(link) => link.2 += share,
        None => links.push((from, to, share)),
    }
}

/// Acts of one name have one colour wherever they come.
fn colour(nodes: &[Node], at: usize) -> usize {
    let mut names: Vec<&str> = Vec::new();
    for node in nodes {
        if !names.contains(&node.name.as_str()) {
            names.push(&node.name);
        }
    }
    names.iter().position(|n| *n == nodes[at].name).unwrap_or(0) % 10
}

fn colour_of_node(nodes: &[Node], node: &Node) -> String {
    if node.name == "other ways" {
        return "n".into();
    }
    let at = nodes.iter().position(|n| std::ptr::eq(n, node)).unwrap_or(0);
    colour(nodes, at).to_string()
}
