//! The events that webhooks deliver, and how to know that they are ours.

use super::html::{badge, code, element, escape, example, fold, table};
use super::operations::text;
use super::{prose, schemas};
use crate::openapi::{Json, WEBHOOK_GUIDE};
use crate::payloads::delivery::{GA, Scheme, TRUEFLIGHT};

/// How a receiver in Node verifies a delivery, as the vendor publishes it.
const VERIFY: &str = include_str!("verify.js");

/// Id and text of each part, for the contents.
pub(super) fn contents(openapi: &Json) -> Vec<(String, String)> {
    let mut contents = vec![(
        "webhooks".to_owned(),
        "Deliveries and signatures".to_owned(),
    )];
    let events = webhooks(openapi).iter();
    contents.extend(events.map(|(name, _)| (anchor(name), name.clone())));
    contents
}

pub(super) fn section(openapi: &Json) -> String {
    let events: String = webhooks(openapi)
        .iter()
        .map(|(name, webhook)| event(openapi, name, webhook))
        .collect();
    format!(
        "<section><h2 id=\"webhooks\">Webhooks</h2>{}{}{}{}{events}</section>",
        prose::render(WEBHOOK_GUIDE),
        scheme(&GA),
        fold(
            "Verify in Node.js",
            &format!("<pre tabindex=\"0\"><code>{}</code></pre>", escape(VERIFY))
        ),
        scheme(&TRUEFLIGHT),
    )
}

fn webhooks(openapi: &Json) -> &[(String, Json)] {
    openapi
        .get("webhooks")
        .map(Json::members)
        .unwrap_or_default()
}

fn scheme(scheme: &Scheme) -> String {
    let rows: Vec<_> = scheme
        .headers
        .iter()
        .map(|header| {
            let example = code(header.example);
            [
                code(header.name),
                prose::inline(header.description),
                example,
            ]
        })
        .collect();
    format!(
        "<h3>Signed as {} does</h3><p>{}</p>{}",
        escape(scheme.title),
        prose::inline(scheme.description),
        table(["Header", "", "Example"], &rows)
    )
}

fn event(openapi: &Json, name: &str, webhook: &Json) -> String {
    let Some(operation) = webhook.get("post") else {
        return String::new();
    };
    let stability = text(operation, "x-stability");
    let content = operation.at("/requestBody/content/application~1json");
    let schema = content.and_then(|content| content.get("schema"));
    let fields = schema.map(|schema| {
        let body = schemas::resolve(openapi, schema);
        let data = body
            .at("/properties/data")
            .map(|data| schemas::resolve(openapi, data));
        let data = data.map(schemas::fields).unwrap_or_default();
        schemas::fields(body) + "<h4>data</h4>" + &data
    });
    let shown = content
        .and_then(|content| content.get("example"))
        .map(example);
    let article = format!(
        "<h3 id=\"{}\">{}</h3><p>{}</p><p>{}</p>{}{}",
        anchor(name),
        code(name),
        badge(stability, stability),
        escape(text(operation, "summary")),
        fold("Fields of the body", &fields.unwrap_or_default()),
        fold("Example", &shown.unwrap_or_default()),
    );
    element("article", &article)
}

fn anchor(name: &str) -> String {
    format!("event-{name}")
}
