//! What may be missing. Where something cannot be told, these names say what to record.

use std::sync::LazyLock;

/// Declares what may be missing, with its name as it stands in records.
macro_rules! needs {
    ($($variant:ident = $name:literal),+ $(,)?) => {
        /// One thing that a record may lack.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u8)]
        #[allow(missing_docs, reason = "the names beside them say it")]
        pub enum Need { $($variant),+ }

        impl Need {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The path in a record, like `contract.signed_on`.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

needs! {
    Invoices = "invoices",
    InvoiceAmount = "invoices.amount",
    InvoiceIssueDate = "invoices.issue_date",
    InvoiceDueDate = "invoices.due_date",
    InvoiceMilestone = "invoices.milestone",
    InvoiceNumber = "invoices.number",
    InvoiceDispute = "invoices.disputed",
    PaymentDate = "invoices.payments.date",
    OneCurrency = "invoices.currency",
    Milestones = "milestones",
    MilestoneId = "milestones.id",
    MilestoneDeliverable = "milestones.deliverable",
    MilestoneDueDate = "milestones.due_date",
    RevisionRounds = "milestones.revision_rounds",
    ChangeOrders = "change_orders",
    ChangeId = "change_orders.id",
    ChangeTitle = "change_orders.title",
    ChangeMilestone = "change_orders.milestone",
    ChangeRequestedOn = "change_orders.requested_on",
    ChangeApprovedOn = "change_orders.approved_on",
    ChangeHours = "change_orders.hours",
    ChangeAmount = "change_orders.amount",
    ChangeCurrency = "change_orders.currency",
    Messages = "messages",
    MessageTime = "messages.at",
    MessageChannel = "messages.channel",
    MessageThread = "messages.thread",
    MessageText = "messages.text",
    CompleteMessages = "complete.messages",
    Feedback = "feedback",
    FeedbackDate = "feedback.date",
    FeedbackAbout = "feedback.about",
    FeedbackText = "feedback.text",
    FeedbackSize = "feedback.size",
    CompleteFeedback = "complete.feedback",
    Observations = "observations",
    ObservationDate = "observations.date",
    ObservationNote = "observations.note",
    Hours = "hours",
    HoursDate = "hours.date",
    CompleteHours = "complete.hours",
    ActionsTaken = "actions_taken",
    ActionDate = "actions_taken.date",
    SignedOn = "contract.signed_on",
    StatementOfWork = "contract.statement_of_work",
    Billing = "contract.billing",
    ContractValue = "contract.value",
    NetDays = "contract.payment_terms.net_days",
    LateFee = "contract.payment_terms.late_fee_percent",
    Deposit = "contract.payment_terms.deposit_percent",
    Rate = "contract.rate",
    RevisionsIncluded = "contract.revision_rounds_included",
    ReplyWithin = "contract.reply_within_hours",
    Covers = "contract.covers",
    Channel = "contract.channel",
    QuoteAmount = "quote.amount",
    QuoteSentOn = "quote.sent_on",
    QuoteDueDate = "quote.due_date",
    Budget = "client_wants.budget",
    WantedBy = "client_wants.by",
    Since = "client.since",
    WorkingHours = "me.working_hours",
    YearHours = "me.a_year.hours",
    YearIncome = "me.a_year.income",
}

impl Need {
    /// The list or block of the record that it belongs to, like `invoices`; completeness belongs to its list.
    #[must_use]
    pub fn list(self) -> &'static str {
        /// Cut out of the paths once: every score asks for them often.
        static LISTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
            let cut = |need: &Need| {
                let path = need.path();
                let path = path.strip_prefix("complete.").unwrap_or(path);
                path.split_once('.').map_or(path, |(list, _)| list)
            };
            Need::ALL.iter().map(cut).collect()
        });
        LISTS.get(self as usize).copied().unwrap_or_default()
    }
}

/// A set of needs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Missing(u64);

impl Missing {
    /// Nothing is missing.
    pub const NOTHING: Self = Self(0);

    /// One thing.
    #[must_use]
    pub const fn one(need: Need) -> Self {
        Self(1 << need as u8)
    }
    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
    /// Whether there is anything in it.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
    /// Its members, in the order of the record.
    pub fn iter(self) -> impl Iterator<Item = Need> {
        let mut left = self.0;
        std::iter::from_fn(move || {
            let next = Need::ALL.get(left.trailing_zeros() as usize).copied()?;
            left &= left - 1;
            Some(next)
        })
    }
}

// One bit each.
const _: () = assert!(Need::ALL.len() <= 64);

/// The answer to a question: yes, no, or that it cannot be told, and for want of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It holds.
    Yes,
    /// It does not hold.
    No,
    /// It cannot be told without these.
    CannotTell(Missing),
}

impl Answer {
    /// The answer to a plain yes or no.
    #[must_use]
    pub const fn of(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
    /// Both hold. A no decides, whatever the other is.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Yes, answer) | (answer, Self::Yes) => answer,
            (Self::CannotTell(a), Self::CannotTell(b)) => Self::CannotTell(a.and(b)),
        }
    }
    /// One of them holds. A yes decides, whatever the other is.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::No, answer) | (answer, Self::No) => answer,
            (Self::CannotTell(a), Self::CannotTell(b)) => Self::CannotTell(a.and(b)),
        }
    }
    /// It does not hold.
    #[must_use]
    pub const fn not(self) -> Self {
        match self {
            Self::Yes => Self::No,
            Self::No => Self::Yes,
            unknown @ Self::CannotTell(_) => unknown,
        }
    }
}
