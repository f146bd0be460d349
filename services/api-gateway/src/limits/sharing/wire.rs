//! Subjects and limits as messages have them.

use bytes::Bytes;
use contracts::convert::InvalidMessage;
use contracts::v1::limit_subject::Of;
use contracts::v1::{self, LimitSubject};
use domain::api_key::RateLimit;
use uuid::Uuid;

use super::super::subject::{AddressBlock, Subject};

impl From<Subject> for LimitSubject {
    fn from(subject: Subject) -> Self {
        let uuid = |id: Uuid| Bytes::copy_from_slice(id.as_bytes());
        let of = match subject {
            Subject::Key(id) => Of::KeyId(uuid(id.into())),
            Subject::Organization(id) => Of::OrganizationId(uuid(id.into())),
            Subject::Address(block) => {
                Of::Address(Bytes::copy_from_slice(&block.first().to_be_bytes()))
            }
        };
        Self { of: Some(of) }
    }
}

impl TryFrom<LimitSubject> for Subject {
    type Error = InvalidMessage;

    fn try_from(subject: LimitSubject) -> Result<Self, InvalidMessage> {
        let wrong = || InvalidMessage::new("subject", "expected 16 bytes");
        let bytes = |bytes: &Bytes| <[u8; 16]>::try_from(bytes.as_ref()).map_err(|_| wrong());
        match subject.of.ok_or_else(wrong)? {
            Of::KeyId(id) => Ok(Self::Key(Uuid::from_bytes(bytes(&id)?).into())),
            Of::OrganizationId(id) => Ok(Self::Organization(Uuid::from_bytes(bytes(&id)?).into())),
            Of::Address(first) => {
                let first = u128::from_be_bytes(bytes(&first)?);
                Ok(Self::Address(AddressBlock::of_first(first)))
            }
        }
    }
}

/// Both, as each entry of a message has them.
pub(super) fn read(
    subject: Option<LimitSubject>,
    limit: Option<v1::RateLimit>,
) -> Result<(Subject, RateLimit), InvalidMessage> {
    let missing = |field| move || InvalidMessage::new(field, "is missing");
    let subject = subject.ok_or_else(missing("subject"))?;
    let limit = limit.ok_or_else(missing("limit"))?;
    Ok((subject.try_into()?, limit.try_into()?))
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;

    use super::*;

    #[test]
    fn subjects_arrive_as_they_were_sent() {
        let id = Uuid::from_u128(7);
        let address = |text: &str| Subject::Address(text.parse::<IpAddr>().unwrap().into());
        for subject in [
            Subject::Key(id.into()),
            Subject::Organization(id.into()),
            address("203.0.113.7"),
            address("2001:db8::7"),
        ] {
            assert_eq!(Subject::try_from(LimitSubject::from(subject)), Ok(subject));
        }
    }

    #[test]
    fn what_names_nobody_is_refused() {
        let short = Of::KeyId(Bytes::from_static(b"short"));
        for of in [None, Some(short)] {
            assert!(Subject::try_from(LimitSubject { of }).is_err());
        }
    }
}
