//! What is served to anybody: the descriptions of the APIs, for machines and for people.

use std::collections::HashMap;
use std::io::Write;

use actix_web::http::StatusCode;
use actix_web::http::header::{
    AcceptEncoding, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ETAG, Encoding,
    Header, IF_NONE_MATCH,
};
use actix_web::{HttpRequest, HttpResponse};
use anyhow::Context;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use public_api::etag::ETag;
use public_api::openapi::Json;
use public_api::problem::{Problem, ProblemKind};
use public_api::reference;
use public_api::routes::Api;

use super::respond;

/// They change with a release only.
const KEEP: &str = "public, max-age=300";

/// A page may load its style sheet, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const HTML: &str = "text/html; charset=utf-8";

/// The generated files, as they are committed.
const FILES: [(&str, &str, &str); 6] = [
    (
        "/openapi.json",
        "application/json",
        include_str!("../../../../docs/api/openapi.json"),
    ),
    (
        "/openapi.yaml",
        "application/yaml",
        include_str!("../../../../docs/api/openapi.yaml"),
    ),
    (
        "/trueflight/openapi.json",
        "application/json",
        include_str!("../../../../docs/api/trueflight.openapi.json"),
    ),
    (
        "/trueflight/openapi.yaml",
        "application/yaml",
        include_str!("../../../../docs/api/trueflight.openapi.yaml"),
    ),
    (
        "/asyncapi.json",
        "application/json",
        include_str!("../../../../docs/api/asyncapi.json"),
    ),
    (
        "/asyncapi.yaml",
        "application/yaml",
        include_str!("../../../../docs/api/asyncapi.yaml"),
    ),
];

/// Every page by its path, ready to be sent.
pub(crate) struct Pages(HashMap<String, Page>);

struct Page {
    content_type: &'static str,
    plain: Bytes,
    /// Compressed once: they are long, and asked for without a key.
    gzip: Bytes,
    etag: ETag,
}

impl Pages {
    /// Renders all of them.
    ///
    /// # Errors
    /// Where the committed description is no JSON.
    pub(crate) fn render() -> anyhow::Result<Self> {
        let mut pages = HashMap::new();
        let mut add = |path: String, content_type, text: &str| -> anyhow::Result<()> {
            let page = Page::new(content_type, text).with_context(|| path.clone())?;
            pages.insert(path, page);
            Ok(())
        };
        for (path, content_type, text) in FILES {
            add(path.to_owned(), content_type, text)?;
        }
        let [(_, _, ga), _, (_, _, trueflight), ..] = FILES;
        for (api, openapi) in [(Api::GaFlight, ga), (Api::TrueFlight, trueflight)] {
            let openapi: Json = serde_json::from_str(openapi).context(api.name())?;
            let page = reference::page(api, &openapi);
            add(reference::path(api).to_owned(), HTML, &page)?;
        }
        add(
            reference::STYLE_PATH.to_owned(),
            "text/css; charset=utf-8",
            reference::STYLE,
        )?;
        for kind in ProblemKind::ALL {
            let path = format!("{}{}", public_api::problem::PAGES, kind.code());
            add(path, HTML, &reference::problem_page(*kind))?;
        }
        Ok(Self(pages))
    }

    /// None where the path is no page's.
    pub(crate) fn answer(&self, request: &HttpRequest) -> Option<Result<HttpResponse, Problem>> {
        let page = self.0.get(request.path())?;
        Some(match request.method().as_str() {
            "GET" | "HEAD" => Ok(page.respond(request)),
            _ => {
                let detail = "this is a page; allowed: GET, HEAD";
                let problem = Problem::new(ProblemKind::MethodNotAllowed, detail);
                Err(problem.with_header("Allow", "GET, HEAD"))
            }
        })
    }
}

impl Page {
    fn new(content_type: &'static str, text: &str) -> std::io::Result<Self> {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::default());
        gzip.write_all(text.as_bytes())?;
        Ok(Self {
            content_type,
            plain: Bytes::copy_from_slice(text.as_bytes()),
            gzip: gzip.finish()?.into(),
            etag: ETag::of(text.as_bytes()),
        })
    }

    fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let known = request
            .headers()
            .get_all(&IF_NONE_MATCH)
            .filter_map(|value| value.to_str().ok());
        let unchanged = known.into_iter().any(|value| self.etag.is_named_by(value));
        let status = if unchanged {
            StatusCode::NOT_MODIFIED
        } else {
            StatusCode::OK
        };
        let mut response = respond::begin(request, status);
        response
            .insert_header((CACHE_CONTROL, KEEP))
            .insert_header((ETAG, self.etag.as_str()))
            .insert_header((CONTENT_SECURITY_POLICY, POLICY));
        if unchanged {
            return response.finish();
        }
        response.content_type(self.content_type);
        if takes_gzip(request) {
            response
                .insert_header((CONTENT_ENCODING, "gzip"))
                .body(self.gzip.clone())
        } else {
            response.body(self.plain.clone())
        }
    }
}

fn takes_gzip(request: &HttpRequest) -> bool {
    let Ok(accepted) = AcceptEncoding::parse(request) else {
        return false;
    };
    let forms = [Encoding::gzip(), Encoding::identity()];
    accepted.negotiate(forms.iter()) == Some(Encoding::gzip())
}
