//! Names of things: UUIDs in their usual spelling.

use std::fmt;
use torg_platform::rng::Rng;
use torg_platform::{Timestamp, ids};
use uuid::Uuid;

macro_rules! name {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(
            Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, utoipa::ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(String);

        impl $name {
            /// Reads a name in any spelling of a UUID.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self::from)
            }

            /// The text: lower case, with hyphens.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id.hyphenated().to_string())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                <Uuid as serde::Deserialize>::deserialize(d).map(Self::from)
            }
        }
    };
}

name! {
    /// Name of a product.
    ProductId
}
name! {
    /// Name of an order.
    OrderId
}

impl ProductId {
    /// A new name, later than all before it.
    pub fn new(rng: &Rng, now: Timestamp) -> Self {
        ids::uuid_v7(rng, now).into()
    }
}

impl OrderId {
    /// A new name of a known customer's order, later than all before it.
    pub fn new(rng: &Rng, now: Timestamp) -> Self {
        ids::uuid_v7(rng, now).into()
    }

    /// A new name of a guest's order. Whoever knows it may look at the order, so nothing about it
    /// can be guessed, not even when it was made.
    pub fn unguessable(rng: &Rng) -> Self {
        ids::uuid_v4(rng).into()
    }
}
