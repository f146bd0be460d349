//! The little of Markdown that our texts use: headings, paragraphs, code in the line.

use super::html::{code, escape};

/// Headings and paragraphs as HTML.
pub(super) fn render(text: &str) -> String {
    text.split("\n\n")
        .map(|block| paragraph(block.trim()))
        .collect()
}

fn paragraph(block: &str) -> String {
    match block.strip_prefix("## ") {
        Some(title) => format!("<h2 id=\"{}\">{}</h2>", anchor(title), escape(title)),
        None => format!("<p>{}</p>", inline(block)),
    }
}

/// Text with code between backticks.
pub(super) fn inline(text: &str) -> String {
    let parts = text.split('`').enumerate();
    parts
        .map(|(at, part)| {
            if at % 2 == 1 {
                code(part)
            } else {
                escape(part)
            }
        })
        .collect()
}

/// Id and text of each heading.
pub(super) fn headings(text: Option<&str>) -> Vec<(String, String)> {
    let blocks = text.unwrap_or_default().split("\n\n");
    let titles = blocks.filter_map(|block| block.trim().strip_prefix("## "));
    titles
        .map(|title| (anchor(title), title.to_owned()))
        .collect()
}

fn anchor(title: &str) -> String {
    format!("guide-{}", title.to_lowercase().replace(' ', "-"))
}
