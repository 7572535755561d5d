//! Colours and type: one sheet for light, dark and print.
//!
//! The ten colours differ in lightness as well as in hue, so that they stay apart for those who see hues poorly and on grey
//! paper; nothing is told by colour alone, everything is labelled.

use std::fmt::Write;

/// Of each colour: as a surface and as text on light, as a surface and as text on dark.
const COLOURS: [(&str, [&str; 4]); 11] = [
    ("0", ["#2a5d8f", "#2a5d8f", "#6ea6d8", "#8fbde6"]),
    ("1", ["#d99a2b", "#855600", "#e0a94a", "#ebbd6d"]),
    ("2", ["#3c8d88", "#22655f", "#5fb8b2", "#7fcdc7"]),
    ("3", ["#b5532d", "#9c4322", "#e0825c", "#ee9d7b"]),
    ("4", ["#7a4a78", "#6b3f69", "#b98ab6", "#cfa8cc"]),
    ("5", ["#8fb3d3", "#3d6184", "#4d7ba6", "#8fb3d3"]),
    ("6", ["#c9b78e", "#6d5b29", "#a5946b", "#cfc09a"]),
    ("7", ["#7d3a1f", "#7d3a1f", "#b9714f", "#d79373"]),
    ("8", ["#9dbf8a", "#456335", "#6f9160", "#a8c797"]),
    ("9", ["#5a6b7b", "#4c5b69", "#8d9dac", "#a9b6c2"]),
    ("n", ["#a9b1b9", "#5d6670", "#6b747d", "#a2abb4"]),
];

/// Class suffix of an outcome's colour: by its place among all outcomes; where nothing is settled it is grey.
pub fn colour_of<'i>(ids: impl Iterator<Item = &'i str>, id: &str) -> String {
    if id == "none" {
        return "n".into();
    }
    let place = ids.filter(|known| *known != "none").position(|known| known == id).unwrap_or(0);
    (place % 10).to_string()
}

const LIGHT: [&str; 5] = ["#1c2024", "#5d6670", "#d9dde2", "#f0eee8", "#ffffff"];
const DARK: [&str; 5] = ["#e8e6e1", "#a2abb4", "#3a4149", "#2a2f35", "#181b1f"];

fn shade([ink, soft, rule, track, paper]: [&str; 5], dark: bool) -> String {
    let mut out = format!(
        ".chart text{{fill:{ink}}}.chart .soft{{fill:{soft}}}.chart .rule{{stroke:{rule}}}.chart .ink{{stroke:{ink}}}.chart .inkfill{{fill:{ink}}}\
         .chart .track{{fill:{track}}}.chart .paper{{fill:{paper}}}.chart .halo{{stroke:{paper}}}"
    );
    for (name, colours) in COLOURS {
        let (surface, text) = if dark { (colours[2], colours[3]) } else { (colours[0], colours[1]) };
        let _ = write!(
            out,
            ".chart .f{name}{{fill:{surface}}}.chart .s{name}{{stroke:{surface}}}.chart text.x{name}{{fill:{text}}}"
        );
    }
    out
}

/// Sheet for what knows no media queries: light.
pub fn plain_css() -> String {
    format!(
        ".chart text{{font-family:'Source Sans 3','Segoe UI','DejaVu Sans',system-ui,sans-serif;font-size:13px}}\
         .chart .small{{font-size:11.5px}}.chart .lab{{font-size:14px;font-weight:600}}.chart .num{{font-size:15px;font-weight:600}}\
         .chart .big{{font-size:30px;font-weight:600;font-family:Georgia,'DejaVu Serif',serif}}\
         .chart line,.chart polyline{{fill:none}}.chart .thin{{stroke-width:1}}.chart .mid{{stroke-width:1.5}}.chart .bold{{stroke-width:2.4}}\
         .chart .dash{{stroke-dasharray:4 3}}.chart .veil{{opacity:.18}}.chart .flow{{opacity:.42}}.chart .round{{stroke-linejoin:round;stroke-linecap:round}}\
         .chart .halo{{stroke-width:3.5;paint-order:stroke;stroke-linejoin:round}}\
         .chart a{{cursor:pointer}}.chart a:hover text,.chart a:focus text{{text-decoration:underline}}.chart .hit{{fill:transparent}}{}",
        shade(LIGHT, false)
    )
}

/// The whole sheet: light, dark where the reader's device is, and print, which is light with darker greys.
pub fn css() -> String {
    format!(
        "{}@media (prefers-color-scheme:dark){{{}}}@media print{{{}.chart .soft{{fill:#333}}}}",
        plain_css(),
        shade(DARK, true),
        shade(LIGHT, false)
    )
}

#[cfg(test)]
mod tests {
    use super::{COLOURS, colour_of};

    /// Relative luminance (WCAG 2.2).
    fn luminance(hex: &str) -> f64 {
        let part = |at: usize| {
            let c = f64::from(u8::from_str_radix(&hex[at..at + 2], 16).expect("a colour")) / 255.0;
            if c <= 0.040_45 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(1) + 0.7152 * part(3) + 0.0722 * part(5)
    }

    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn coloured_text_can_be_read_on_light_and_on_dark() {
        for (name, colours) in COLOURS {
            assert!(contrast(colours[1], "#fbfaf7") >= 4.5, "{name} on light");
            assert!(contrast(colours[3], "#181b1f") >= 4.5, "{name} on dark");
        }
    }

    #[test]
    fn nothing_settled_is_grey_and_takes_no_colour_from_others() {
        let ids = ["none", "a", "b"];
        assert_eq!(colour_of(ids.into_iter(), "none"), "n");
        assert_eq!(colour_of(ids.into_iter(), "b"), "1");
    }
}
