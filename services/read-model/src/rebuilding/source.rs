//! Where everything there is can be had again.

use contracts::rpc::{RpcError, Transport};
use contracts::v1::{
    ExportPosition, ExportRecordsRequest, ExportRecordsResponse, FlightOpsClient,
    ListOrganizationsRequest,
};

/// A system of record.
pub trait Source: Send + Sync {
    /// The school that follows upon `after` in the order of ids.
    fn organization(
        &self,
        after: Option<String>,
    ) -> impl Future<Output = Result<Option<String>, RpcError>> + Send;

    /// Records of a school that follow upon `after`, and where the next page begins.
    fn page(
        &self,
        organization_id: String,
        after: Option<ExportPosition>,
    ) -> impl Future<Output = Result<ExportRecordsResponse, RpcError>> + Send;
}

impl<T: Transport> Source for FlightOpsClient<T> {
    async fn organization(&self, after: Option<String>) -> Result<Option<String>, RpcError> {
        let request = ListOrganizationsRequest {
            after_id: after,
            limit: 1,
        };
        let found = self.list_organizations(request).await?.organizations;
        Ok(found.into_iter().next().map(|organization| organization.id))
    }

    async fn page(
        &self,
        organization_id: String,
        after: Option<ExportPosition>,
    ) -> Result<ExportRecordsResponse, RpcError> {
        let request = ExportRecordsRequest {
            organization_id,
            after,
            limit: 0,
        };
        self.export_records(request).await
    }
}
