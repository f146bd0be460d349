//! Everything there is of a school, page by page, as the messages that would tell of it.

use contracts::convert::parse;
use contracts::v1::{self, record_change::Record as Wire};
use domain::OrgId;
use store::AsyncPgConnection;
use uuid::Uuid;

use crate::commands::school;
use crate::error::OpsError;
use crate::records;

/// Records of one page, at most; also what is meant by no limit at all.
const MOST: i32 = 500;

/// The records that follow upon a position, in the order of kinds and then of ids; the
/// organisation's own comes first of all. Records that are deleted do not come. Each page shows
/// what is there when it is read: what changes meanwhile is told as ever, in a newer version.
pub async fn export_records(
    conn: &mut AsyncPgConnection,
    request: &v1::ExportRecordsRequest,
) -> Result<v1::ExportRecordsResponse, OpsError> {
    let organization: OrgId = parse("organization_id", &request.organization_id)?;
    let school = school(conn, organization).await?;
    let most = match request.limit {
        asked if asked <= 0 => MOST,
        asked => asked.min(MOST),
    };
    let most = usize::try_from(most).unwrap_or_default();
    let mut after = position(request.after.as_ref())?;
    let mut changes = Vec::new();
    if request.after.is_none() {
        let record = Wire::Organization((&school.organization).into());
        changes.push(change(organization, record));
    }
    let mut next = None;
    let first = after.as_ref().map(|(kind, _)| *kind);
    let kinds = records::KINDS.iter().copied();
    for kind in kinds.skip_while(|kind| first.is_some_and(|first| first != *kind)) {
        let room = most.saturating_sub(changes.len());
        let from = after.take().map(|(_, id)| id);
        let limit = i64::try_from(room).unwrap_or_default();
        let page = records::page(conn, kind, organization, from, limit).await?;
        let last = page.last().map(|(id, _)| *id).or(from);
        changes.extend(
            page.into_iter()
                .map(|(_, record)| change(organization, record)),
        );
        if changes.len() >= most {
            next = Some(v1::ExportPosition {
                kind: kind.to_owned(),
                id: last.unwrap_or_default().to_string(),
            });
            break;
        }
    }
    Ok(v1::ExportRecordsResponse { changes, next })
}

fn position(after: Option<&v1::ExportPosition>) -> Result<Option<(&'static str, Uuid)>, OpsError> {
    let Some(after) = after else {
        return Ok(None);
    };
    let kind = records::KINDS.iter().find(|kind| **kind == after.kind);
    let kind = kind.ok_or(OpsError::no_such_at("after.kind", "kind of record"))?;
    Ok(Some((kind, parse("after.id", &after.id)?)))
}

fn change(organization: OrgId, record: Wire) -> v1::RecordChange {
    v1::RecordChange {
        organization_id: organization.to_string(),
        record: Some(record),
    }
}
