//! The kinds of problems.

use super::html::{code, element, escape, example, link, table};
use super::prose;
use crate::problem::{PAGES, ProblemKind};
use crate::{openapi, reference};

/// The way back, and to the other kinds.
pub(super) fn contents() -> String {
    let entry = |kind: &ProblemKind| {
        let page = format!("{PAGES}{}", kind.code());
        element("li", &link(&page, kind.code()))
    };
    let others: String = ProblemKind::ALL.iter().map(entry).collect();
    let back = link(reference::PATH, "The reference");
    format!("<p>{back}</p><h2>Problems</h2><ul>{others}</ul>")
}

/// What it means, what to do, and one of them.
pub(super) fn page(kind: ProblemKind) -> String {
    format!(
        "<h1>{}</h1><p>HTTP status {}, {}</p><h2>What it means</h2><p>{}</p>\
         <h2>What to do</h2><p>{}</p><h2>Example</h2>{}",
        escape(kind.title()),
        kind.status(),
        code(kind.code()),
        prose::inline(kind.meaning()),
        prose::inline(kind.advice()),
        example(&openapi::problem_example(kind)),
    )
}

/// All of them.
pub(super) fn section() -> String {
    let row = |kind: &ProblemKind| {
        [
            kind.status().to_string(),
            link(&format!("{PAGES}{}", kind.code()), kind.code()),
            prose::inline(kind.meaning()),
        ]
    };
    let rows: Vec<_> = ProblemKind::ALL.iter().map(row).collect();
    let title = "<h2 id=\"problems\">Problems</h2>";
    element(
        "section",
        &format!("{title}{}", table(["Status", "Kind", ""], &rows)),
    )
}
