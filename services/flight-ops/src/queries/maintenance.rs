//! What falls due, defects and work.

use contracts::convert::{parse, parse_optional};
use contracts::v1;
use domain::OrgId;
use domain::maintenance::{DueItem, Squawk, SquawkStatus, WorkOrder, WorkOrderStatus};
use store::AsyncPgConnection;

use super::limit;
use crate::commands::school;
use crate::db::maintenance::lists::{self, Part};
use crate::error::OpsError;

/// Reads what part of a list is asked for, of a school that exists.
async fn part(
    conn: &mut AsyncPgConnection,
    organization: &str,
    aircraft: Option<&str>,
    after: Option<&str>,
    asked: i32,
) -> Result<Part, OpsError> {
    let organization: OrgId = parse("organization_id", organization)?;
    let part = Part {
        organization,
        aircraft: parse_optional("aircraft_id", aircraft)?,
        after: parse_optional("after_id", after)?,
        limit: limit(asked),
    };
    school(conn, organization).await?;
    Ok(part)
}

pub async fn list_due_items(
    conn: &mut AsyncPgConnection,
    request: &v1::ListDueItemsRequest,
) -> Result<Vec<DueItem>, OpsError> {
    let (aircraft, after) = (request.aircraft_id.as_deref(), request.after_id.as_deref());
    let part = part(
        conn,
        &request.organization_id,
        aircraft,
        after,
        request.limit,
    )
    .await?;
    Ok(lists::of_aircraft(conn, part).await?)
}

pub async fn list_work_orders(
    conn: &mut AsyncPgConnection,
    request: &v1::ListWorkOrdersRequest,
) -> Result<Vec<WorkOrder>, OpsError> {
    let status: Option<WorkOrderStatus> = parse_optional("status", request.status.as_deref())?;
    let (aircraft, after) = (request.aircraft_id.as_deref(), request.after_id.as_deref());
    let part = part(
        conn,
        &request.organization_id,
        aircraft,
        after,
        request.limit,
    )
    .await?;
    Ok(lists::in_status(conn, part, status.map(WorkOrderStatus::as_str)).await?)
}

pub async fn list_squawks(
    conn: &mut AsyncPgConnection,
    request: &v1::ListSquawksRequest,
) -> Result<Vec<Squawk>, OpsError> {
    let status: Option<SquawkStatus> = parse_optional("status", request.status.as_deref())?;
    let (aircraft, after) = (request.aircraft_id.as_deref(), request.after_id.as_deref());
    let part = part(
        conn,
        &request.organization_id,
        aircraft,
        after,
        request.limit,
    )
    .await?;
    Ok(lists::in_status(conn, part, status.map(SquawkStatus::as_str)).await?)
}
