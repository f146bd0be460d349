//! Where documents are.

/// A set of documents of the read side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum View {
    Flights,
    Fleet,
    Pilots,
    Compliance,
    MaintenanceDue,
    WorkOrders,
    TrainingProgress,
    Signoffs,
    Vtr,
    Sessions,
    Invoices,
    FinanceSummaries,
    Events,
    Organizations,
    Locations,
}

impl View {
    pub const ALL: &'static [Self] = &[
        Self::Flights,
        Self::Fleet,
        Self::Pilots,
        Self::Compliance,
        Self::MaintenanceDue,
        Self::WorkOrders,
        Self::TrainingProgress,
        Self::Signoffs,
        Self::Vtr,
        Self::Sessions,
        Self::Invoices,
        Self::FinanceSummaries,
        Self::Events,
        Self::Organizations,
        Self::Locations,
    ];

    /// Its name in messages and in the read model.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Flights => "flights",
            Self::Fleet => "fleet",
            Self::Pilots => "pilots",
            Self::Compliance => "compliance",
            Self::MaintenanceDue => "maintenance-due",
            Self::WorkOrders => "work-orders",
            Self::TrainingProgress => "training-progress",
            Self::Signoffs => "signoffs",
            Self::Vtr => "vtr",
            Self::Sessions => "planning-sessions",
            Self::Invoices => "invoices",
            Self::FinanceSummaries => "finance-summaries",
            Self::Events => "events",
            Self::Organizations => "organizations",
            Self::Locations => "locations",
        }
    }

    /// Whether its documents last, from their sort key on: `from` then asks for those that end
    /// after it, and not only for those that begin after it.
    pub const fn lasts(self) -> bool {
        matches!(self, Self::Sessions)
    }

    /// One of its documents, in words.
    pub const fn noun(self) -> &'static str {
        match self {
            Self::Flights => "flight",
            Self::Fleet => "aircraft",
            Self::Pilots => "pilot",
            Self::Compliance => "compliance record",
            Self::MaintenanceDue => "aircraft",
            Self::WorkOrders => "work order",
            Self::TrainingProgress => "enrolment",
            Self::Signoffs => "signoff",
            Self::Vtr => "VTR",
            Self::Sessions => "session",
            Self::Invoices => "invoice",
            Self::FinanceSummaries => "finance summary",
            Self::Events => "event",
            Self::Organizations => "organisation",
            Self::Locations => "location",
        }
    }
}
