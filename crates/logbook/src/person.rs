//! People on a flight.

use crate::cells::Cells;
use crate::column::Column;
use crate::private::Private;

/// Someone on a flight, from `Person1` ... (`name;role;email;phone`) or from
/// `InstructorName`. All of it is personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name as the pilot wrote it.
    pub name: Option<Private>,
    /// The role as the file has it: `Instructor`, `Passenger`, `Examiner` ...
    pub role: Option<Private>,
    /// An address for electronic mail.
    pub email: Option<Private>,
    /// A telephone number.
    pub phone: Option<Private>,
}

impl Person {
    /// Everyone named in a row.
    pub(crate) fn read_all(cells: &mut Cells<'_>) -> Vec<Self> {
        let packed = cells.texts(Column::Person);
        let named = packed
            .iter()
            .filter(|(_, text)| text.contains(|c: char| c != ';'));
        let mut people: Vec<Self> = named.map(|(_, text)| Self::unpack(text)).collect();
        if let Some(name) = cells.text(Column::InstructorName) {
            people.push(Self {
                name: Some(Private::new(name)),
                role: Some(Private::new("Instructor")),
                email: None,
                phone: None,
            });
        }
        people
    }

    fn unpack(packed: &str) -> Self {
        let mut parts = packed.splitn(4, ';').map(str::trim);
        let mut next = || {
            let part = parts.next().filter(|part| !part.is_empty());
            part.map(Private::new)
        };
        Self {
            name: next(),
            role: next(),
            email: next(),
            phone: next(),
        }
    }
}
