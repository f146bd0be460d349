//! Requests about how long the log is kept.

use contracts::convert::{parse, timestamp};
use contracts::v1::{
    self, GetRetentionRequest, GetRetentionResponse, SetRetentionRequest, SetRetentionResponse,
};
use domain::OrgId;

use super::Webhooks;
use crate::db::retention;
use crate::error::DispatcherError;
use crate::retention::Days;

impl Webhooks {
    pub(super) async fn retention(
        &self,
        request: GetRetentionRequest,
    ) -> Result<GetRetentionResponse, DispatcherError> {
        let organization = parse("organization_id", &request.organization_id)?;
        Ok(GetRetentionResponse {
            retention: Some(self.kept(organization).await?),
        })
    }

    /// The next round goes by it.
    pub(super) async fn choose_retention(
        &self,
        request: SetRetentionRequest,
    ) -> Result<SetRetentionResponse, DispatcherError> {
        let organization: OrgId = parse("organization_id", &request.organization_id)?;
        let days = request.days.map(Days::try_from).transpose()?;
        let mut conn = self.db.conn().await?;
        retention::set(&mut conn, organization, days, self.now()).await?;
        drop(conn);
        let days = days.map(Days::number);
        tracing::info!(organization_id = %organization, days, "retention changed");
        Ok(SetRetentionResponse {
            retention: Some(self.kept(organization).await?),
        })
    }

    async fn kept(&self, organization: OrgId) -> Result<v1::Retention, DispatcherError> {
        let chosen = retention::find(&mut *self.db.conn().await?, organization).await?;
        let days = chosen.and_then(|row| row.days());
        let number = |days: Days| u32::from(days.number());
        Ok(v1::Retention {
            organization_id: organization.to_string(),
            days: number(days.unwrap_or(self.retention)),
            standard_days: number(self.retention),
            chosen_at: chosen.map(|row| timestamp(row.updated_at)),
        })
    }
}
