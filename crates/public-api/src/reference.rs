//! The pages for people: the reference, rendered out of the OpenAPI document, and a page for each
//! kind of problem. Plain HTML with one style sheet; nothing is fetched from anywhere else.

mod events;
mod html;
mod operations;
mod problems;
mod prose;
mod schemas;

use crate::openapi::Json;
use crate::problem::ProblemKind;
use crate::routes::Api;

use html::{element, escape, link};

/// The style sheet of all pages, which links to it as [`STYLE_PATH`].
pub const STYLE: &str = include_str!("reference/style.css");
/// Where the style sheet is served.
pub const STYLE_PATH: &str = "/docs/style.css";
/// Where the reference of GA Flight is served, to which every page of a problem leads back.
const PATH: &str = path(Api::GaFlight);

/// Where the reference of an API is served.
pub const fn path(api: Api) -> &'static str {
    match api {
        Api::GaFlight => "/docs",
        Api::TrueFlight => "/trueflight/docs",
    }
}

/// The descriptions for machines, each with what it is.
const fn descriptions(api: Api) -> &'static [(&'static str, &'static str)] {
    match api {
        Api::GaFlight => &[
            ("/openapi.json", "OpenAPI 3.1 as JSON"),
            ("/openapi.yaml", "YAML"),
            ("/asyncapi.json", "AsyncAPI 3 of webhooks as JSON"),
            ("/asyncapi.yaml", "YAML"),
        ],
        Api::TrueFlight => &[
            ("/trueflight/openapi.json", "OpenAPI 3.1 as JSON"),
            ("/trueflight/openapi.yaml", "YAML"),
        ],
    }
}

/// The reference: the guide, every operation, every event, every type, every problem.
pub fn page(api: Api, openapi: &Json) -> String {
    let text = |pointer: &str| openapi.at(pointer).and_then(Json::text).unwrap_or_default();
    let title = text("/info/title");
    let mut main = element("h1", &escape(title));
    main += &format!(
        "<p class=\"lead\">{} Version {}.</p>",
        escape(text("/info/summary")),
        escape(text("/info/version"))
    );
    let machines = descriptions(api).iter().map(|(to, what)| link(to, what));
    let machines = machines.collect::<Vec<_>>().join(", ");
    main += &format!("<p>For machines: {machines}.</p>");
    main += &prose::render(text("/info/description"));
    main += &operations::sections(openapi);
    if has_webhooks(openapi) {
        main += &events::section(openapi);
    }
    main += &schemas::section(openapi);
    main += &problems::section();
    document(title, &navigation(openapi), &main)
}

/// The page of a kind of problem.
pub fn problem_page(kind: ProblemKind) -> String {
    document(kind.title(), &problems::contents(), &problems::page(kind))
}

fn has_webhooks(openapi: &Json) -> bool {
    openapi.get("webhooks").is_some()
}

fn navigation(openapi: &Json) -> String {
    let mut groups = vec![(
        "Guide".to_owned(),
        prose::headings(openapi.at("/info/description").and_then(Json::text)),
    )];
    groups.extend(operations::contents(openapi));
    if has_webhooks(openapi) {
        groups.push(("Webhooks".to_owned(), events::contents(openapi)));
    }
    groups.push((
        "More".to_owned(),
        vec![
            ("types".to_owned(), "Types".to_owned()),
            ("problems".to_owned(), "Problems".to_owned()),
        ],
    ));
    let group = |(title, entries): (String, Vec<(String, String)>)| {
        let entries = entries
            .iter()
            .map(|(id, text)| element("li", &link(&format!("#{id}"), text)));
        let entries: String = entries.collect();
        format!("<h2>{}</h2><ul>{entries}</ul>", escape(&title))
    };
    groups.into_iter().map(group).collect()
}

fn document(title: &str, navigation: &str, main: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{}</title><link rel=\"stylesheet\" href=\"{STYLE_PATH}\"></head>\
         <body><nav aria-label=\"Contents\">{navigation}</nav><main>{main}</main></body></html>\n",
        escape(title)
    )
}

#[cfg(test)]
mod tests;
