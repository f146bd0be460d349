//! Tables, times and figures as people read them.

use chrono::{DateTime, SecondsFormat, Utc};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, Table};

/// A table without lines: columns of text under a heading.
pub struct Columns {
    table: Table,
}

impl Columns {
    pub fn new<const N: usize>(heading: [&str; N]) -> Self {
        let mut table = Table::new();
        table
            .load_style(NOTHING)
            .set_header(heading.map(str::to_uppercase));
        Self { table }
    }

    /// Columns of figures, from 0, end at the right.
    #[must_use]
    pub fn figures(mut self, columns: &[usize]) -> Self {
        for column in columns {
            if let Some(column) = self.table.column_mut(*column) {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        self
    }

    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        self.table.add_row(cells.map(|cell| printable(&cell)));
    }
}

impl std::fmt::Display for Columns {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Each cell has a blank at either side.
        let lines = self.table.lines().map(|line| {
            line.strip_prefix(' ')
                .unwrap_or(&line)
                .trim_end()
                .to_owned()
        });
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// Names and values, one a line. What is not there is left out.
#[derive(Default)]
pub struct Fields(Vec<(&'static str, String)>);

impl Fields {
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.0.push((name, printable(&value.to_string())));
        self
    }

    #[must_use]
    pub fn maybe(self, name: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }
}

impl std::fmt::Display for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let width = self
            .0
            .iter()
            .map(|(name, _)| name.len())
            .max()
            .unwrap_or_default();
        let lines = self
            .0
            .iter()
            .map(|(name, value)| format!("{name:width$}  {value}"));
        f.write_str(&lines.collect::<Vec<_>>().join("\n"))
    }
}

/// `text` on one line and without anything that moves a terminal's cursor or turns what is read
/// around: it may come from a partner's server.
pub fn printable(text: &str) -> String {
    text.chars()
        .map(|c| if misleads(c) { ' ' } else { c })
        .collect()
}

/// Controls, line and paragraph separators, and the marks that change the direction of writing.
fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// `2026-05-28T12:03:11Z`.
pub fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// The same; a dash for none.
pub fn maybe_time(at: Option<DateTime<Utc>>) -> String {
    at.map_or_else(dash, time)
}

pub fn or_dash(text: Option<&str>) -> String {
    text.map_or_else(dash, str::to_owned)
}

fn dash() -> String {
    "-".to_owned()
}

/// Minutes as hours with one decimal, as logbooks have them: `2.3`.
pub fn hours(minutes: u64) -> String {
    let tenths = (minutes + 3) / 6;
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// `1 flight`, `2 flights`.
pub fn count(number: u64, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        _ => format!("{number} {one}s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_under_their_heading() {
        let mut columns = Columns::new(["name", "count"]).figures(&[1]);
        columns.row(["first".into(), "1".into()]);
        columns.row(["the second".into(), "20".into()]);
        let lines: Vec<String> = columns.to_string().lines().map(str::to_owned).collect();
        assert_eq!(
            lines,
            [
                "NAME        COUNT",
                "first           1",
                "the second     20"
            ]
        );
    }

    #[test]
    fn fields_line_up_and_leave_out_what_is_not_there() {
        let fields = Fields::default()
            .with("id", 1)
            .maybe("note", None::<String>)
            .with("name", "x");
        assert_eq!(fields.to_string(), "id    1\nname  x");
    }

    #[test]
    fn nothing_from_outside_moves_the_cursor() {
        assert_eq!(printable("a\u{1b}[2Jb\r\nc\u{9b}d"), "a [2Jb  c d");
    }

    #[test]
    fn hours_have_one_decimal() {
        assert_eq!(
            [0, 2, 3, 96, 22_326].map(hours),
            ["0.0", "0.0", "0.1", "1.6", "372.1"]
        );
    }
}
