//! The migrations are embedded; a new one is otherwise not noticed.

fn main() {
    println!("cargo:rerun-if-changed=../../migrations/flight-ops");
}
