//! Pieces of HTML.

use crate::openapi::Json;

pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// An element around HTML.
pub(super) fn element(name: &str, inner: &str) -> String {
    format!("<{name}>{inner}</{name}>")
}

pub(super) fn link(href: &str, text: &str) -> String {
    format!("<a href=\"{}\">{}</a>", escape(href), escape(text))
}

pub(super) fn code(text: &str) -> String {
    element("code", &escape(text))
}

/// JSON as it is read best.
pub(super) fn example(value: &Json) -> String {
    let text = value.pretty();
    format!(
        "<pre tabindex=\"0\"><code>{}</code></pre>",
        escape(text.trim_end())
    )
}

/// Something that is shown when it is asked for.
pub(super) fn fold(title: &str, inner: &str) -> String {
    format!(
        "<details><summary>{}</summary>{inner}</details>",
        escape(title)
    )
}

/// A table with a head; the rows are HTML. Nothing where there are no rows.
pub(super) fn table<const N: usize>(heads: [&str; N], rows: &[[String; N]]) -> String {
    if rows.is_empty() {
        return String::new();
    }
    let head: String = heads
        .iter()
        .map(|head| format!("<th scope=\"col\">{}</th>", escape(head)))
        .collect();
    let row = |cells: &[String; N]| {
        let cells: String = cells.iter().map(|cell| element("td", cell)).collect();
        element("tr", &cells)
    };
    let rows: String = rows.iter().map(row).collect();
    format!(
        "<div class=\"wide\" tabindex=\"0\"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
}

/// A small word beside a heading.
pub(super) fn badge(kind: &str, text: &str) -> String {
    format!("<span class=\"badge {kind}\">{}</span>", escape(text))
}
