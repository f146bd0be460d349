//! Adding or changing a company.

use contracts::convert::required;
use contracts::v1;
use domain::finance::Company;
use store::AsyncPgConnection;

use crate::commands::{Command, Outcome, saving};
use crate::context::Context;
use crate::error::OpsError;
use crate::validate::Checks;

pub struct SaveCompany(Company);

impl TryFrom<v1::SaveCompanyRequest> for SaveCompany {
    type Error = OpsError;

    fn try_from(request: v1::SaveCompanyRequest) -> Result<Self, OpsError> {
        let mut company = required("company", request.company)?;
        saving::forget_stamps(&mut company.created_at, &mut company.updated_at);
        let company = Company::try_from(company)?;
        let mut checks = Checks::default();
        checks.chosen_id("id", company.id.0);
        let company = Company {
            name: checks.name("name", &company.name),
            email: checks.email(company.email.as_deref()),
            phone: checks.optional("phone", company.phone.as_deref(), 1..=50),
            address: checks.optional("address", company.address.as_deref(), 1..=1_000),
            tax_id: checks.optional("tax_id", company.tax_id.as_deref(), 1..=50),
            external_reference: checks.reference(company.external_reference.as_deref()),
            ..company
        };
        checks.finish()?;
        Ok(Self(company))
    }
}

impl Command for SaveCompany {
    const NAME: &'static str = "save_company";
    type Answer = Company;

    async fn execute(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> Result<Outcome<Company>, OpsError> {
        saving::save(conn, context, self.0.clone()).await
    }
}
