//! Requests about recoveries.

use contracts::convert::parse;
use contracts::rpc::Call;
use contracts::v1::{
    CancelRecoveryRequest, CancelRecoveryResponse, GetRecoveryRequest, GetRecoveryResponse,
    ListRecoveriesRequest, ListRecoveriesResponse, StartRecoveryRequest, StartRecoveryResponse,
};

use super::{Webhooks, cut, page_of};
use crate::commands::cancel_recovery::cancel_recovery;
use crate::commands::start_recovery::{StartRecovery, start_recovery};
use crate::db::{endpoints, recoveries};
use crate::error::DispatcherError;
use crate::recovery::Counter;
use crate::wire;

impl Webhooks {
    pub(super) async fn begin_recovery(
        &self,
        call: Call,
        request: StartRecoveryRequest,
    ) -> Result<StartRecoveryResponse, DispatcherError> {
        let asked = wire::start_recovery(request, self.now())?;
        let (organization, id) = (asked.organization_id, asked.endpoint_id);
        let endpoint = endpoints::find(&mut *self.db.conn().await?, organization, id).await?;
        let endpoint = endpoint.ok_or(DispatcherError::NoSuchEndpoint)?;
        let counter = Counter {
            db: &self.db,
            retention: self.retention,
            now: self.now(),
            // The caller must still be there for the answer.
            patience: call.remaining / 2,
        };
        let counted = counter.count(&endpoint, &asked.search).await?;
        let mut answer = StartRecoveryResponse {
            recovery: None,
            count: Some(wire::recovery_count(counted)),
        };
        if !asked.dry_run {
            let request = StartRecovery {
                organization_id: organization,
                endpoint_id: id,
                search: asked.search,
                pace: asked.pace.unwrap_or(self.recovery_pace),
                expected: counted.is_complete.then_some(counted.recoverable),
            };
            let entropy = self.entropy.as_ref();
            let recovery = start_recovery(&self.db, entropy, request, self.now()).await?;
            answer.recovery = Some(wire::recovery(recovery));
        }
        Ok(answer)
    }

    pub(super) async fn recovery(
        &self,
        request: GetRecoveryRequest,
    ) -> Result<GetRecoveryResponse, DispatcherError> {
        let organization = parse("organization_id", &request.organization_id)?;
        let id = parse("recovery_id", &request.recovery_id)?;
        let found = recoveries::find(&mut *self.db.conn().await?, organization, id).await?;
        let recovery = found.ok_or(DispatcherError::NoSuchRecovery)?;
        Ok(GetRecoveryResponse {
            recovery: Some(wire::recovery(recovery)),
        })
    }

    pub(super) async fn recoveries(
        &self,
        request: ListRecoveriesRequest,
    ) -> Result<ListRecoveriesResponse, DispatcherError> {
        let filter = wire::recoveries_filter(&request)?;
        let page = page_of(request.limit);
        let mut rows = recoveries::list(&mut *self.db.conn().await?, &filter, page + 1).await?;
        let has_more = cut(&mut rows, page);
        let last = rows.last().filter(|_| has_more);
        Ok(ListRecoveriesResponse {
            next_after_id: last.map(|last| last.id.to_string()),
            recoveries: rows.into_iter().map(wire::recovery).collect(),
        })
    }

    pub(super) async fn end_recovery(
        &self,
        request: CancelRecoveryRequest,
    ) -> Result<CancelRecoveryResponse, DispatcherError> {
        let organization = parse("organization_id", &request.organization_id)?;
        let which = (organization, parse("recovery_id", &request.recovery_id)?);
        let (recovery, applied) = cancel_recovery(&self.db, which, self.now()).await?;
        Ok(CancelRecoveryResponse {
            recovery: Some(wire::recovery(recovery)),
            applied,
        })
    }
}
