//! The build of the Mini App, with programs in place of Node and npm that write down what they are
//! asked for.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail the test")]

mod build;
mod pack;
mod place;
