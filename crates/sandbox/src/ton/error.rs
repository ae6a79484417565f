//! Why the chain does not do something.

/// What the chain can answer instead of a result.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The account does not take this message now: what a liteserver says to such a one.
    #[error(
        "LITE_SERVER_UNKNOWN: cannot apply external message to current state : \
         External message was not accepted"
    )]
    NotAccepted,
    /// The message is no message that can be sent here.
    #[error("{0}")]
    BadMessage(&'static str),
    /// The account has no code to ask.
    #[error("contract is not initialized")]
    NoContract,
    /// The executor gave up. Not what a contract may cause: a defect, or a broken file.
    #[error("executor: {0}")]
    Executor(String),
    /// The file cannot be read or written.
    #[error("the chain's file: {0}")]
    File(#[from] rusqlite::Error),
    /// What the file holds is no chain.
    #[error("the chain's file holds {0}")]
    BrokenFile(&'static str),
    /// A cell that cannot be read.
    #[error("cell: {0}")]
    Cell(#[from] tycho_types::error::Error),
    /// A bag of cells that cannot be read.
    #[error("bag of cells: {0}")]
    Boc(#[from] tycho_types::boc::de::Error),
    /// From the TON edge.
    #[error(transparent)]
    Ton(#[from] torg_ton::Error),
}

/// What the chain returns.
pub type Result<T> = std::result::Result<T, Error>;
