//! A new migration is a new directory, which cargo does not see by itself.

fn main() {
    println!("cargo:rerun-if-changed=../migrations/read-model");
}
