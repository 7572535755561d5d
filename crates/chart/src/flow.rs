//! How probability flows through acts to an outcome: what is done first, then next, as ribbons.

use crate::data::Why;
use crate::svg::{At, Chart};
use crate::words::{fit, percent, plain, wrap};
use jiff::civil::Date;

/// A stop on the way: a kind of act at one place in the order.
struct Node {
    column: usize,
    name: String,
    who: String,
    /// As the answer has it.
    did: String,
    share: f64,
    day: Option<Date>,
    top: f64,
}

/// The ways that lead to an outcome, acts that come at the same place in the order put together.
///
/// - Ways that were met too seldom to be listed go by `other ways`.
pub fn flow(why: &Why, width: f64) -> Chart {
    flow_with(why, width, None)
}

/// Where the acts of a flow lead.
pub struct Links<'l> {
    /// The address that says why, for who does what.
    pub to: &'l dyn Fn(&str, &str) -> String,
    /// Who and what is being looked at.
    pub chosen: Option<(&'l str, &'l str)>,
}

/// The same with acts that can be followed.
pub fn flow_with(why: &Why, width: f64, links_of: Option<&Links>) -> Chart {
    let narrow = width < 600.0;
    let columns = why.paths.iter().map(|p| p.steps.len()).max().unwrap_or(0);
    let shown = columns.min(if narrow { 3 } else { 6 });
    let listed: f64 = why.paths.iter().map(|p| p.probability).sum();
    let mut nodes: Vec<Node> = Vec::new();
    let mut links: Vec<(usize, usize, f64)> = Vec::new();
    let place = |nodes: &mut Vec<Node>, column: usize, who: &str, did: &str, share: f64, day: Option<Date>| -> usize {
        let known = nodes.iter().position(|n| n.column == column && n.did == did && n.who == who);
        let at = known.unwrap_or_else(|| {
            let name = if who.is_empty() { did.to_owned() } else { plain(did) };
            nodes.push(Node { column, name, who: who.to_owned(), did: did.to_owned(), share: 0.0, day, top: 0.0 });
            nodes.len() - 1
        });
        nodes[at].share += share;
        at
    };
    let others = (why.probability - listed).max(0.0);
    for path in &why.paths {
        let mut last: Option<usize> = None;
        for (column, step) in path.steps.iter().take(shown).enumerate() {
            let node = place(&mut nodes, column, &step.who, &step.did, path.probability, Some(step.date));
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
    let tall = (most as f64 * 84.0).clamp(180.0, 660.0);
    let mut chart = Chart::new("flow", width, 60.0);
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
    let gap = 48.0;
    let unit = ((tall - gap * most as f64) / total).max(10.0);
    for column in 0..=shown {
        let mut members: Vec<usize> = (0..nodes.len()).filter(|n| nodes[*n].column == column).collect();
        members.sort_by(|a, b| {
            let last = |n: usize| nodes[n].name == "other ways";
            last(*a).cmp(&last(*b)).then(nodes[*b].share.total_cmp(&nodes[*a].share))
        });
        let mut y = 46.0;
        for n in members {
            nodes[n].top = y;
            y += nodes[n].share * unit + gap;
        }
        chart.height = chart.height.max(y - gap + 10.0);
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
        let tall = (node.share * unit).max(1.0);
        let room = if node.column == shown { width - x(shown) - 4.0 } else { step - 10.0 };
        let name = if node.who.is_empty() {
            node.name.clone()
        } else {
            format!("{}: {}", plain(&node.who.replace('.', " ")), node.name)
        };
        let error = (node.share * (1.0 - node.share) / n).sqrt();
        let share = if why.sampled > 0 {
            format!("{} ± {:.0}", percent(node.share), error * 100.0)
        } else {
            percent(node.share)
        };
        let day = node.day.map_or_else(String::new, |d| format!(", {}", crate::words::short_day(d)));
        let followed = links_of.filter(|_| !node.who.is_empty());
        if let Some(links) = followed {
            let chosen = links.chosen == Some((node.who.as_str(), node.did.as_str()));
            chart.link(&(links.to)(&node.who, &node.did), chosen);
            chart.rect((x(node.column), node.top - 44.0), (room.max(8.0), tall + 44.0), "hit");
            if chosen {
                chart.rect((x(node.column) - 3.0, node.top - 2.0), (14.0, tall + 4.0), "inkfill");
            }
        }
        chart.rect((x(node.column), node.top), (8.0, tall), &format!("f{colour}"));
        let lines = wrap(&name, 11.5, room, 2);
        for (k, line) in lines.iter().enumerate() {
            let up = 16.0 + 13.0 * (lines.len() - 1 - k) as f64;
            chart.text((x(node.column), node.top - up), "small halo", At::Start, line);
        }
        chart.text(
            (x(node.column), node.top - 4.0),
            "soft small halo",
            At::Start,
            &fit(&format!("{share}{day}"), 11.5, room),
        );
        if followed.is_some() {
            chart.unlink();
        }
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
