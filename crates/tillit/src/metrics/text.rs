//! Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats), the part that is needed.

use std::fmt::{Display, Write as _};

use tillit_sso::tally::Durations;
use tillit_store::Duration;

/// Labels of a sample. Names and values are words of the program; a value is escaped all the same.
pub type Labels<'a> = &'a [(&'static str, &'a str)];

/// A page of metrics, family by family.
#[derive(Default)]
pub struct Page(String);

impl Page {
    /// A value that goes up and down.
    pub fn gauge(&mut self, name: &str, help: &str) -> Family<'_> {
        self.family(name, "gauge", help)
    }
    /// A value that only goes up, until a restart. Its name ends in `_total`.
    pub fn counter(&mut self, name: &str, help: &str) -> Family<'_> {
        self.family(name, "counter", help)
    }
    /// How long something took, in seconds. Its name ends in `_seconds`.
    pub fn histogram(&mut self, name: &str, help: &str) -> Family<'_> {
        self.family(name, "histogram", help)
    }
    /// The text.
    pub fn into_text(self) -> String {
        self.0
    }

    fn family(&mut self, name: &str, kind: &str, help: &str) -> Family<'_> {
        // Writing to a String never fails, here and below.
        let _ = write!(self.0, "# HELP {name} {}\n# TYPE {name} {kind}\n", help.replace('\\', "\\\\").replace('\n', "\\n"));
        Family { page: self, name: name.to_owned() }
    }
}

/// One family: samples of the same name with different labels.
pub struct Family<'a> {
    page: &'a mut Page,
    name: String,
}

impl Family<'_> {
    /// Adds a sample.
    pub fn add(&mut self, labels: Labels<'_>, value: impl Display) -> &mut Self {
        self.line("", labels, None, value);
        self
    }
    /// Adds what a histogram needs: the buckets, the sum, the count.
    pub fn add_durations(&mut self, labels: Labels<'_>, durations: &Durations) -> &mut Self {
        for (bound, count) in durations.within() {
            self.line("_bucket", labels, Some(&seconds(bound)), count);
        }
        self.line("_bucket", labels, Some("+Inf"), durations.count());
        self.line("_sum", labels, None, seconds(durations.total()));
        self.line("_count", labels, None, durations.count());
        self
    }

    fn line(&mut self, suffix: &str, labels: Labels<'_>, bound: Option<&str>, value: impl Display) {
        let mut all = labels.iter().copied().chain(bound.map(|bound| ("le", bound))).peekable();
        let text = &mut self.page.0;
        text.push_str(&self.name);
        text.push_str(suffix);
        if all.peek().is_some() {
            let pairs: Vec<String> = all.map(|(name, value)| format!("{name}=\"{}\"", escaped(value))).collect();
            let _ = write!(text, "{{{}}}", pairs.join(","));
        }
        let _ = writeln!(text, " {value}");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

/// Seconds as a decimal number, to the microsecond.
pub fn seconds(span: Duration) -> String {
    let micros = span.0.unsigned_abs();
    let sign = if span.0 < 0 { "-" } else { "" };
    let text = format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_written_as_prometheus_reads_them() {
        let mut page = Page::default();
        page.gauge("a", "Back\\slash\nand line").add(&[], 1).add(&[("x", "q\"\\\n")], 2);
        let text = page.into_text();
        assert_eq!(text, "# HELP a Back\\\\slash\\nand line\n# TYPE a gauge\na 1\na{x=\"q\\\"\\\\\\n\"} 2\n");
    }

    #[test]
    fn seconds_are_exact() {
        for (micros, text) in [(0, "0"), (5_000, "0.005"), (1_000_000, "1"), (10_000_000, "10"), (2_500_001, "2.500001"), (-1, "-0.000001")]
        {
            assert_eq!(seconds(Duration(micros)), text);
        }
    }
}
