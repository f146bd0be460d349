//! What a fuzzer found worth keeping, and the tables, replayed.

use std::fs;
use std::path::PathBuf;

use egress::{Egress, Settings};

use crate::forms::{accepted_urls, refused_addresses, refused_urls};
use crate::oracle;

#[path = "../../fuzz/fuzz_targets/inputs.rs"]
mod inputs;

fn inputs_of(target: &str) -> Vec<Vec<u8>> {
    let directory = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus")).join(target);
    let mut files: Vec<_> = fs::read_dir(&directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(
        files.len() >= 50,
        "{}: {}",
        directory.display(),
        files.len()
    );
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

fn egress(allow_loopback: bool) -> Egress {
    Egress::new(&Settings {
        allow_loopback,
        ..Settings::default()
    })
    .unwrap()
}

#[test]
fn urls_of_the_corpus_hold() {
    let (strict, development) = (egress(false), egress(true));
    for input in inputs_of("url") {
        inputs::url(&strict, &development, &input);
    }
}

#[test]
fn addresses_of_the_corpus_hold() {
    let (strict, development) = (egress(false), egress(true));
    for input in inputs_of("address") {
        inputs::address(&strict, &development, &input);
    }
}

#[test]
fn the_tables_hold_before_the_oracle() {
    let (strict, development) = (egress(false), egress(true));
    let addresses = refused_addresses();
    let hosts = addresses.iter().flat_map(|row| &row.spellings);
    let texts = accepted_urls()
        .map(|[given, _]| given.to_owned())
        .chain(refused_urls().map(|row| row.url.to_owned()))
        .chain(hosts.flat_map(|host| [format!("https://{host}/"), format!("http://{host}:8080/")]));
    for text in texts {
        oracle::check(&strict, false, &text);
        oracle::check(&development, true, &text);
    }
}
