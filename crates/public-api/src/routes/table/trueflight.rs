//! The rows of TrueFlight, a file for each resource.

mod locations;
mod me;

use super::super::Route;
use super::row;

/// Every route of TrueFlight that needs a key. What the vendor names is no addition; everything
/// else is.
pub static ROUTES: &[Route] = &[me::ME, locations::LIST, locations::DETAIL];

#[cfg(test)]
mod tests {
    use super::*;

    /// Paths that the vendor's document names; of most resources it names no path.
    const PUBLISHED: [&str; 1] = ["/me"];

    #[test]
    fn what_the_vendor_does_not_name_is_an_addition() {
        for row in ROUTES {
            assert_eq!(row.addition, !PUBLISHED.contains(&row.path), "{}", row.path);
        }
    }
}
