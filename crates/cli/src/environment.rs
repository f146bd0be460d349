//! What is known without being said: variables, and the file that `./dev up` writes.

use std::collections::HashMap;
use std::path::Path;

/// Where the stack that `./dev up` started is written down, from the project's directory.
const FILE: &str = ".dev/env";

/// Looks names up in the environment first, then in the nearest `.dev/env`.
#[derive(Debug, Default)]
pub struct Environment {
    variables: HashMap<String, String>,
    file: HashMap<String, String>,
}

impl Environment {
    /// Searches for the file from `directory` upwards. One that cannot be read counts as none.
    pub fn new(variables: HashMap<String, String>, directory: &Path) -> Self {
        let file = directory
            .ancestors()
            .find_map(|above| std::fs::read_to_string(above.join(FILE)).ok())
            .map(|text| parse(&text))
            .unwrap_or_default();
        Self { variables, file }
    }

    /// The value of `name`, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        let given = |map: &'_ HashMap<String, String>| map.get(name).is_some_and(|v| !v.is_empty());
        let map = if given(&self.variables) {
            &self.variables
        } else {
            &self.file
        };
        map.get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }
}

/// `KEY=VALUE` lines. A value is a value, whatever it holds; blank lines and comments are none.
fn parse(text: &str) -> HashMap<String, String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variable_goes_before_the_file_and_an_empty_one_counts_as_none() {
        let root = tempfile::tempdir().unwrap();
        let deep = root.path().join("a/b");
        std::fs::create_dir_all(&deep).unwrap();
        std::fs::create_dir(root.path().join(".dev")).unwrap();
        let text =
            "# written by ./dev up\n\nORG_ID=from-file\nAMQP_URL=amqp://u:p=x@h/%2f\nEMPTY=\n";
        std::fs::write(root.path().join(FILE), text).unwrap();

        let variables = [("ORG_ID", "from-variable"), ("AMQP_URL", "")];
        let variables = variables
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        let environment = Environment::new(variables, &deep);
        assert_eq!(environment.get("ORG_ID"), Some("from-variable"));
        assert_eq!(environment.get("AMQP_URL"), Some("amqp://u:p=x@h/%2f"));
        assert_eq!(environment.get("EMPTY"), None);
        assert_eq!(environment.get("OTHER"), None);
    }

    #[test]
    fn the_nearest_file_counts() {
        let root = tempfile::tempdir().unwrap();
        let near = root.path().join("near");
        for (directory, org) in [(root.path(), "far"), (near.as_path(), "near")] {
            std::fs::create_dir_all(directory.join(".dev")).unwrap();
            std::fs::write(directory.join(FILE), format!("ORG_ID={org}\n")).unwrap();
        }
        assert_eq!(
            Environment::new(HashMap::new(), &near).get("ORG_ID"),
            Some("near")
        );
    }
}
