//! The Mini App and the admin panel, which `build/` has built from `web/` and put into the binary.
//!
//! [`Pages`] answers for everything below [`PATH`]: hashed files that a browser keeps for a year,
//! and one page for every other address, because the app in it knows its own addresses. It never
//! reads a file while it serves, and knows nothing of the API that the app talks to.

mod files;
mod headers;
mod pages;
mod stub;

pub use headers::Unsafe;
pub use pages::{Options, Pages};

/// Where the Mini App is, without the slash at its end.
pub const PATH: &str = "/app";

/// Whether the Mini App is in this binary. Where it is not, a page says how to get it.
pub fn is_built() -> bool {
    files::EMBEDDED.missing.is_none()
}
