//! A plot for pages: a dot a case on a logarithmic scale, a line from the least round to the
//! most, and what is claimed as a dashed line across.
//!
//! Written by hand, since what pages need is what libraries for plots do not give: one element
//! that takes its colors from the theme of the page, and is drawn once more for phones.

use std::fmt::Write;
use std::{env, fs};

use anyhow::{Context, Result};

use crate::rounds::Spread;

/// Where a plot is written, if the environment says so. `cargo course measure` does.
const FILE: &str = "MEASURE_PLOT";

/// In pixels, as all lengths here.
const WIDE: f64 = 720.0;
/// The page of a phone, without its margins.
const NARROW: f64 = 356.0;
/// Where dots begin; names stand left of it, or above the dots where the plot is narrow.
const NAMES: f64 = 250.0;
/// Room for a value beside the last dot.
const VALUES: f64 = 56.0;
const LINE: f64 = 20.0;

const STYLE: &str = "\
.pl{display:block;width:100%;max-width:720px;height:auto;margin:1em auto;font:12px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;--pl-claim:#b3261e;--pl-dot:#2a6fb0;--pl-paper:var(--bg,#fff)}\
.pl text{fill:currentColor}\
.pl .pl-head{font-weight:600;font-size:13px}\
.pl .pl-soft{opacity:.8}\
.pl .pl-value{paint-order:stroke;stroke:var(--pl-paper);stroke-width:4px;stroke-linejoin:round}\
.pl .pl-mid{text-anchor:middle}\
.pl .pl-end{text-anchor:end}\
.pl .pl-grid{stroke:currentColor;opacity:.18}\
.pl .pl-span{stroke:var(--pl-dot);stroke-width:3;stroke-linecap:round;opacity:.55}\
.pl .pl-dot{fill:var(--pl-dot)}\
.pl .pl-claim{stroke:var(--pl-claim);stroke-width:1.5;stroke-dasharray:5 4;fill:none}\
.pl .pl-said{fill:var(--pl-claim);font-weight:600}\
.coal .pl,.navy .pl,.ayu .pl{--pl-claim:#ff8a80;--pl-dot:#77b7f0}\
svg.pl:root{color:#1b1b1b;background:#fff;margin:0 auto}\
@media(prefers-color-scheme:dark){svg.pl:root{color:#e6e6e6;background:#16181d;--pl-paper:#16181d;--pl-claim:#ff8a80;--pl-dot:#77b7f0}html:not(.js) .pl{--pl-claim:#ff8a80;--pl-dot:#77b7f0}}\
@media(max-width:700px){.pl:not(:root){max-width:480px;aspect-ratio:var(--pl-narrow)}.pl:not(:root) .pl-w{display:none}.pl:not(:root) .pl-n{display:inline}}";

/// Panels below each other, each with an axis of its own.
#[derive(Clone, Debug)]
pub struct Plot {
    title: String,
    panels: Vec<Panel>,
}

/// Cases that share an axis.
#[derive(Clone, Debug)]
pub struct Panel {
    heading: String,
    unit: fn(f64) -> String,
    claims: Vec<(String, f64)>,
    rows: Vec<Row>,
}

#[derive(Clone, Debug)]
enum Row {
    Group(String),
    Case(String, Spread),
}

impl Panel {
    /// An empty panel; the heading says what is measured.
    pub fn new(heading: &str, unit: fn(f64) -> String) -> Panel {
        Panel { heading: heading.into(), unit, claims: vec![], rows: vec![] }
    }

    /// Draws a line at what people say.
    pub fn claim(mut self, said: &str, value: f64) -> Panel {
        self.claims.push((said.into(), value));
        self
    }

    /// Names the cases that follow.
    pub fn group(&mut self, name: &str) {
        self.rows.push(Row::Group(name.into()));
    }

    /// Adds a case.
    pub fn case(&mut self, name: &str, spread: Spread) {
        self.rows.push(Row::Case(name.into(), spread));
    }

    fn spreads(&self) -> impl Iterator<Item = &Spread> {
        self.rows.iter().filter_map(|row| match row {
            Row::Case(_, spread) => Some(spread),
            Row::Group(_) => None,
        })
    }

    /// The powers of ten around all that is drawn. Zero has no place on such a scale, and
    /// stands at its left end.
    fn decades(&self) -> (i32, i32) {
        let ends = self.spreads().flat_map(|spread| [spread.least(), spread.most()]);
        let values = ends.chain(self.claims.iter().map(|claim| claim.1));
        let logs: Vec<f64> =
            values.filter(|value| *value > 0.0).map(f64::log10).collect();
        let least = logs.iter().copied().fold(f64::INFINITY, f64::min);
        let most = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        if logs.is_empty() {
            return (0, 1);
        }
        let first = least.floor() as i32;
        (first, (most.ceil() as i32).max(first + 1))
    }

    fn words(&self) -> String {
        let mut words = format!("{}.", self.heading);
        let mut group = String::new();
        for row in &self.rows {
            match row {
                Row::Group(name) => group = format!("{name}, "),
                Row::Case(name, spread) => {
                    let _ = write!(
                        words,
                        " {group}{name}: {} ({} to {}).",
                        (self.unit)(spread.median()),
                        (self.unit)(spread.least()),
                        (self.unit)(spread.most())
                    );
                }
            }
        }
        for (said, _) in &self.claims {
            let _ = write!(words, " Claimed: {said}.");
        }
        words
    }
}

impl Plot {
    /// A plot whose title says what to see.
    pub fn new(title: &str) -> Plot {
        Plot { title: title.into(), panels: vec![] }
    }

    /// Adds a panel below the others.
    pub fn panel(mut self, panel: Panel) -> Plot {
        self.panels.push(panel);
        self
    }

    /// Writes the plot into the file that the variable `MEASURE_PLOT` names, if it is set.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn write(&self) -> Result<()> {
        let Some(file) = env::var_os(FILE) else { return Ok(()) };
        fs::write(&file, self.to_svg() + "\n")
            .with_context(|| format!("cannot write {}", file.display()))
    }

    /// One `<svg>` element that a Markdown page can include: its first tag has a line of its
    /// own, or Markdown would look for text in what follows.
    fn to_svg(&self) -> String {
        let id = format!("pl{:08x}", hash(&self.title));
        let (wide, high) = self.drawn(WIDE);
        let (narrow, tall) = self.drawn(NARROW);
        let words: Vec<String> = self.panels.iter().map(Panel::words).collect();
        let scale = WIDE / NARROW;
        // Both drawings share the box of the wide one; where the narrow one is shown, the style
        // gives the element the room that it needs.
        let tall = tall.max(high / scale);
        format!(
            r#"<svg class="pl" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {high}" preserveAspectRatio="xMinYMin meet" overflow="visible" role="img" aria-labelledby="{id}-t" aria-describedby="{id}-d" style="--pl-narrow:{NARROW}/{tall}">
<title id="{id}-t">{}</title><desc id="{id}-d">{}</desc><style>{STYLE}</style><g class="pl-w">{wide}</g><g class="pl-n" display="none" transform="scale({scale:.4})">{narrow}</g></svg>"#,
            escaped(&self.title),
            escaped(&words.join(" ")),
        )
    }

    fn drawn(&self, width: f64) -> (String, f64) {
        let narrow = width == NARROW;
        let mut drawing = Drawing {
            width,
            left: if narrow { 20.0 } else { NAMES },
            right: width - VALUES,
            y: 4.0,
            svg: String::new(),
            narrow,
        };
        drawing.paragraph(&self.title, "pl-head");
        for panel in &self.panels {
            drawing.panel(panel);
        }
        (drawing.svg, drawing.y.ceil())
    }
}

struct Drawing {
    width: f64,
    left: f64,
    right: f64,
    y: f64,
    svg: String,
    narrow: bool,
}

impl Drawing {
    fn panel(&mut self, panel: &Panel) {
        self.y += 8.0;
        self.paragraph(&panel.heading, "pl-soft");
        let (first, last) = panel.decades();
        let (left, right) = (self.left, self.right);
        let place = |value: f64| {
            let share = (value.max(f64::MIN_POSITIVE).log10() - f64::from(first))
                / f64::from(last - first);
            left + share.clamp(0.0, 1.0) * (right - left)
        };

        let mut tops = Vec::new();
        for (said, value) in &panel.claims {
            let (x, words) = (place(*value), format!("claimed: {said}"));
            // Bold, and so wider.
            let room = text_width(&words) * 1.2;
            let class = if x + room > self.width { "pl-said pl-end" } else { "pl-said" };
            self.text(x, self.y + 12.0, class, &words);
            self.y += 16.0;
            tops.push((x, self.y));
        }

        let top = self.y;
        let mut cases = String::new();
        std::mem::swap(&mut cases, &mut self.svg);
        for row in &panel.rows {
            match row {
                Row::Group(name) => {
                    self.y += 4.0;
                    self.text(2.0, self.y + 14.0, "pl-soft pl-value", name);
                    self.y += LINE;
                }
                Row::Case(name, spread) => self.case(name, spread, panel.unit, &place),
            }
        }
        std::mem::swap(&mut cases, &mut self.svg);

        let bottom = self.y + 3.0;
        let ticks: Vec<(f64, String)> = (first..=last)
            .map(|power| 10_f64.powi(power))
            .map(|value| (place(value), tick(value, panel.unit)))
            .collect();
        let widest = ticks.iter().map(|(_, words)| text_width(words)).fold(0.0, f64::max);
        let apart = (right - left) / f64::from(last - first);
        let every = ((widest + 8.0) / apart).ceil() as usize;
        for (nth, (x, words)) in ticks.iter().enumerate() {
            self.line("pl-grid", *x, top, bottom);
            if nth % every == 0 {
                self.text(*x, bottom + 13.0, "pl-soft pl-mid", words);
            }
        }
        for (x, from) in tops {
            self.line("pl-claim", x, from, bottom);
        }
        self.svg += &cases;
        self.y = bottom + 20.0;
    }

    fn case(
        &mut self,
        name: &str,
        spread: &Spread,
        unit: fn(f64) -> String,
        place: &impl Fn(f64) -> f64,
    ) {
        if self.narrow {
            self.text(8.0, self.y + 13.0, "pl-value", name);
            self.y += 14.0;
        } else {
            self.text(self.left - 12.0, self.y + 14.0, "pl-end", name);
        }
        let middle = self.y + LINE / 2.0;
        let (least, x, most) =
            (place(spread.least()), place(spread.median()), place(spread.most()));
        let value = unit(spread.median());
        let title = format!(
            "{name}: {value}, from {} to {}",
            unit(spread.least()),
            unit(spread.most())
        );
        let _ = write!(
            self.svg,
            r#"<g><path class="pl-span" d="M{least:.1} {middle}H{most:.1}"/><circle class="pl-dot" cx="{x:.1}" cy="{middle}" r="5"/><title>{}</title></g>"#,
            escaped(&title)
        );
        self.text(most + 10.0, middle + 4.0, "pl-value", &value);
        self.y += LINE;
    }

    fn line(&mut self, class: &str, x: f64, top: f64, bottom: f64) {
        let _ = write!(self.svg, r#"<path class="{class}" d="M{x:.1} {top}V{bottom}"/>"#);
    }

    fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        let _ = write!(
            self.svg,
            r#"<text class="{class}" x="{x:.1}" y="{y}">{}</text>"#,
            escaped(text)
        );
    }

    /// Text as wide as the plot, on as many lines as it needs.
    fn paragraph(&mut self, text: &str, class: &str) {
        let wider = if class == "pl-head" { 1.2 } else { 1.0 };
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = format!("{line} {word}");
            if !line.is_empty() && text_width(&longer) * wider > self.width {
                self.text(2.0, self.y + 12.0, class, &line);
                self.y += 16.0;
                line.clear();
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line += word;
        }
        self.text(2.0, self.y + 12.0, class, &line);
        self.y += 18.0;
    }
}

/// `1 kB` for `1.00 kB`, since a tick is exact, and `0.001` for what would be `0.00`.
fn tick(value: f64, unit: fn(f64) -> String) -> String {
    let words = unit(value);
    let (number, unit) = words.split_once(' ').unwrap_or((&words, ""));
    let number = match number.parse() {
        Ok(0.0) => value.to_string(),
        _ if number.contains('.') => {
            number.trim_end_matches('0').trim_end_matches('.').into()
        }
        _ => number.to_string(),
    };
    format!("{number} {unit}").trim_end().into()
}

/// How wide a text is at 12 px in most fonts, or a little less.
fn text_width(text: &str) -> f64 {
    let width = text.chars().map(|letter| match letter {
        'i' | 'j' | 'l' | '.' | ',' | ':' | ';' | '!' | '\'' | '|' | ' ' => 3.6,
        'f' | 't' | 'r' | '(' | ')' | '[' | ']' | '-' | '"' => 4.6,
        'm' | 'w' | 'M' | 'W' | '…' | '@' | '%' => 11.0,
        'A'..='Z' | '_' => 8.2,
        _ => 7.3,
    });
    width.sum()
}

/// Text for XML that neither Markdown nor mdBook takes for their own.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '{' | '}' | '`' | '*' | '_' => {
                let _ = write!(safe, "&#{};", u32::from(letter));
            }
            letter if letter.is_control() => safe.push(' '),
            letter => safe.push(letter),
        }
    }
    safe
}

/// FNV-1a: names a plot's parts, so that several can stand on one page.
fn hash(text: &str) -> u32 {
    text.bytes().fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

#[cfg(test)]
mod tests {
    use super::{Panel, Plot, tick};
    use crate::{Spread, bytes, number, time};

    fn plot() -> String {
        let mut panel = Panel::new("memory", bytes).claim("64 bytes", 64.0);
        panel.group("tasks");
        panel.case("one <that> waits", Spread::of(&[300.0, 310.0, 290.0], |one| *one));
        panel.case("none", Spread::of(&[0.0], |one| *one));
        Plot::new("A task & its memory").panel(panel).to_svg()
    }

    #[test]
    fn a_plot_says_all_in_words_too() {
        let svg = plot();
        assert!(svg.contains("A task &amp; its memory</title>"), "{svg}");
        let words = "memory. tasks, one &lt;that&gt; waits: 300 B (290 B to 310 B).";
        assert!(svg.contains(words), "{svg}");
        assert!(svg.contains("Claimed: 64 bytes."), "{svg}");
    }

    #[test]
    fn markdown_takes_a_plot_for_html() {
        let svg = plot();
        let (first, rest) = svg.split_once('\n').expect("the first tag has its line");
        assert!(first.starts_with("<svg ") && first.ends_with('>'), "{first}");
        assert!(!first[1..].contains('<') && !rest.contains("\n\n"), "{svg}");
    }

    #[test]
    fn no_place_is_outside_or_not_a_number() {
        let svg = plot();
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }

    #[test]
    fn ticks_are_round() {
        assert_eq!(tick(1e3, bytes), "1 kB");
        assert_eq!(tick(1e4, time), "10 µs");
        assert_eq!(tick(100.0, time), "100 ns");
        assert_eq!(tick(1e6, number), "1,000,000");
        assert_eq!(tick(0.01, number), "0.01");
        assert_eq!(tick(0.001, number), "0.001");
    }
}
