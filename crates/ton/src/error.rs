//! What can be wrong with what the chain, an operator or a person gave us.

/// Why something could not be read or built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A cell has no room, ends early, or is not what it should be.
    #[error("cell: {0}")]
    Cell(#[from] tycho_types::error::Error),
    /// Not a bag of cells.
    #[error("bag of cells: {0}")]
    Boc(#[from] tycho_types::boc::de::Error),
    /// The words are not a mnemonic of this chain, or one with a password.
    #[error("not a TON mnemonic")]
    Mnemonic,
    /// A wallet takes no more messages at once.
    #[error("a wallet of this version sends at most {0} messages at once")]
    TooManyMessages(usize),
    /// Something else than was expected here.
    #[error("not {0}")]
    Unexpected(&'static str),
}
