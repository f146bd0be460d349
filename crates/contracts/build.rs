//! Compiles `proto/` without a protoc on the machine, and writes an RPC client and a server
//! trait for each `service`.

use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

use prost_build::{Config, Method, Service, ServiceGenerator};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../proto");
    println!("cargo:rerun-if-changed={}", root.display());
    let mut files: Vec<PathBuf> = std::fs::read_dir(root.join("gaf/v1"))?
        .map(|entry| entry.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|e| e == "proto"));
    files.sort();
    let descriptors = protox::compile(&files, [&root])?;
    Config::new()
        .bytes(["."])
        // They carry a secret; `redacted` prints them without it.
        .skip_debug([
            ".gaf.v1.MintKeyResponse",
            ".gaf.v1.RotateKeyResponse",
            ".gaf.v1.CreateEndpointResponse",
        ])
        .service_generator(Box::new(RpcGenerator))
        .compile_fds(descriptors)?;
    Ok(())
}

struct RpcGenerator;

impl ServiceGenerator for RpcGenerator {
    fn generate(&mut self, service: Service, out: &mut String) {
        write_methods(&service, out);
        write_trait(&service, out);
        write_server(&service, out);
        write_client(&service, out);
        write_refusals(&service, out);
    }
}

/// `UPPER_SNAKE` constant that holds a method's descriptor.
fn constant(method: &Method) -> String {
    method.name.to_uppercase()
}

fn is_read_only(method: &Method) -> bool {
    use prost_types::method_options::IdempotencyLevel;
    method.options.idempotency_level() == IdempotencyLevel::NoSideEffects
}

fn write_methods(service: &Service, out: &mut String) {
    let _ = writeln!(out, "/// The methods of `{}`.", service.proto_name);
    let _ = writeln!(out, "pub mod {} {{", module(service));
    let _ = writeln!(out, "use crate::rpc::Method;");
    let _ = writeln!(out, "/// The queue its requests wait in.");
    let _ = writeln!(
        out,
        "pub const QUEUE: &str = \"rpc.{}\";",
        service.proto_name
    );
    for m in &service.methods {
        let _ = writeln!(
            out,
            "pub static {}: Method = Method {{ queue: QUEUE, name: \"{}/{}\", read_only: {} }};",
            constant(m),
            service.proto_name,
            m.proto_name,
            is_read_only(m)
        );
    }
    let _ = writeln!(out, "}}");
}

/// `KeyService` has its descriptors in `key_service_methods`.
fn module(service: &Service) -> String {
    let mut snake = String::new();
    for (i, c) in service.name.char_indices() {
        if c.is_uppercase() && i > 0 {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    format!("{snake}_methods")
}

fn write_trait(service: &Service, out: &mut String) {
    service.comments.append_with_indent(0, out);
    let _ = writeln!(out, "pub trait {}: Send + Sync + 'static {{", service.name);
    for m in &service.methods {
        m.comments.append_with_indent(1, out);
        let _ = writeln!(
            out,
            "fn {}(&self, call: crate::rpc::Call, request: {}) -> impl ::core::future::Future<Output = ::core::result::Result<{}, Fault>> + Send;",
            m.name, m.input_type, m.output_type
        );
    }
    let _ = writeln!(out, "}}");
}

fn write_server(service: &Service, out: &mut String) {
    let name = &service.name;
    let _ = writeln!(
        out,
        "/// Hands requests to an implementation of [`{name}`]."
    );
    let _ = writeln!(out, "pub struct {name}Server<S>(pub S);");
    let _ = writeln!(
        out,
        "impl<S: {name}> crate::rpc::Handler for {name}Server<S> {{"
    );
    let _ = writeln!(
        out,
        "const QUEUE: &'static str = {}::QUEUE;",
        module(service)
    );
    let _ = writeln!(
        out,
        "async fn handle(&self, call: crate::rpc::Call, method: &str, body: ::prost::bytes::Bytes) -> ::core::result::Result<::std::vec::Vec<u8>, Fault> {{ match method {{"
    );
    for m in &service.methods {
        let _ = writeln!(
            out,
            "\"{}/{}\" => crate::rpc::serve(body, |request| self.0.{}(call, request)).await,",
            service.proto_name, m.proto_name, m.name
        );
    }
    let _ = writeln!(
        out,
        "other => Err(crate::rpc::unknown_method(other)), }} }} }}"
    );
}

fn write_client(service: &Service, out: &mut String) {
    let name = &service.name;
    let _ = writeln!(out, "/// Calls [`{name}`] over a transport.");
    let _ = writeln!(
        out,
        "#[derive(Clone)] pub struct {name}Client<T> {{ transport: T, timeout: ::core::time::Duration }}"
    );
    let _ = writeln!(out, "impl<T: crate::rpc::Transport> {name}Client<T> {{");
    let _ = writeln!(
        out,
        "pub fn new(transport: T) -> Self {{ Self {{ transport, timeout: crate::rpc::DEFAULT_TIMEOUT }} }}"
    );
    let _ = writeln!(
        out,
        "/// The same client with another deadline for its calls."
    );
    let _ = writeln!(
        out,
        "pub fn with_timeout(self, timeout: ::core::time::Duration) -> Self {{ Self {{ timeout, ..self }} }}"
    );
    for m in &service.methods {
        m.comments.append_with_indent(1, out);
        let _ = writeln!(
            out,
            "pub async fn {}(&self, request: {}) -> ::core::result::Result<{}, crate::rpc::RpcError> {{ crate::rpc::call(&self.transport, &{}::{}, self.timeout, &request).await }}",
            m.name,
            m.input_type,
            m.output_type,
            module(service),
            constant(m)
        );
    }
    let _ = writeln!(out, "}}");
}

/// A macro for implementations that stand in for a service in a test: the methods it names are
/// refused.
fn write_refusals(service: &Service, out: &mut String) {
    let name = format!("refuse_{}", module(service).trim_end_matches("_methods"));
    let _ = writeln!(
        out,
        "/// Implements the named methods of `{}` by a fault, for a double that a test does not ask.",
        service.name
    );
    let _ = writeln!(out, "#[macro_export] macro_rules! {name} {{");
    for m in &service.methods {
        let _ = writeln!(
            out,
            "(@{0}) => {{ async fn {0}(&self, _: $crate::rpc::Call, _: $crate::v1::{1}) -> ::core::result::Result<$crate::v1::{2}, $crate::v1::Fault> {{ Err($crate::v1::Fault::internal()) }} }};",
            m.name, m.input_type, m.output_type
        );
    }
    let _ = writeln!(
        out,
        "($($method:ident),+ $(,)?) => {{ $($crate::{name}!(@$method);)+ }}; }}"
    );
}
