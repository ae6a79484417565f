//! What a member of the operator's staff may do.

/// A role of the operator's staff. [`Role::Owner`] may do everything that the others may.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Serialize,
    serde::Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Everything, settings and staff included.
    Owner,
    /// Money: refunds, withdrawals, corrections.
    Finance,
    /// People and content: blocking, removal, disputes.
    Moderator,
    /// Reads what people ask about and writes notes.
    Support,
    /// Reads, changes nothing.
    ReadOnly,
}

impl Role {
    /// Every role, for tables and tests.
    pub const ALL: [Self; 5] = [
        Self::Owner,
        Self::Finance,
        Self::Moderator,
        Self::Support,
        Self::ReadOnly,
    ];

    /// The name on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "owner",
            Self::Finance => "finance",
            Self::Moderator => "moderator",
            Self::Support => "support",
            Self::ReadOnly => "read_only",
        }
    }

    /// The role of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == name)
    }

    /// Whether whoever has this role may do what asks for `needed`.
    pub fn covers(self, needed: Self) -> bool {
        self == Self::Owner || self == needed
    }
}
