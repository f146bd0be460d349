//! The W3C `traceparent` value (<https://www.w3.org/TR/trace-context/>), which carries one trace
//! through HTTP headers, message headers and outbox rows.

use std::collections::HashMap;

use opentelemetry::propagation::TextMapPropagator;
use opentelemetry_sdk::propagation::TraceContextPropagator;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const KEY: &str = "traceparent";

/// The current span, as a header value to send along. `None` outside any span.
pub fn current() -> Option<String> {
    of(&Span::current())
}

/// `span`, as a header value to send along.
pub fn of(span: &Span) -> Option<String> {
    let mut carrier = HashMap::new();
    TraceContextPropagator::new().inject_context(&span.context(), &mut carrier);
    carrier.remove(KEY)
}

/// Makes `span`, not yet entered, a child of the span that `traceparent` names. A value that is
/// none is ignored: the trace then begins here.
pub fn continue_from(span: &Span, traceparent: &str) {
    let carrier = HashMap::from([(KEY.to_owned(), traceparent.to_owned())]);
    let parent = TraceContextPropagator::new().extract(&carrier);
    // It fails only for spans that the filter dropped or that have begun; no trace is lost by it.
    let _ = span.set_parent(parent);
}
