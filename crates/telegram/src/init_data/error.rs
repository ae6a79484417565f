//! Why initData was refused.

use torg_platform::{Error, Kind};

/// Why initData was refused. No variant carries any of the data: it is a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum InitDataError {
    /// More than [`super::MAX_BYTES`] bytes.
    #[error("initData is too long")]
    TooLong,
    /// Empty, or a part is not `key=value`.
    #[error("initData is not a query string")]
    Malformed,
    /// A `%` without two hex digits, or bytes that are not UTF-8.
    #[error("initData is not encoded correctly")]
    BadEncoding,
    /// A line break or NUL in a decoded part, with which one value could pose as two.
    #[error("initData contains a forbidden character")]
    ForbiddenCharacter,
    /// The same key twice; two readers could disagree about which one counts.
    #[error("initData names a field twice")]
    DuplicateKey,
    /// No `hash`.
    #[error("initData has no hash")]
    HashMissing,
    /// The hash is not the one this bot's token gives.
    #[error("initData was not issued for this bot or was changed")]
    HashMismatch,
    /// No `signature`.
    #[error("initData has no signature")]
    SignatureMissing,
    /// The signature is not 64 bytes in base64url without padding.
    #[error("initData's signature cannot be read")]
    SignatureInvalid,
    /// Telegram's key did not sign this for this bot.
    #[error("initData was not signed by Telegram for this bot")]
    SignatureMismatch,
    /// No `auth_date`.
    #[error("initData has no date")]
    AuthDateMissing,
    /// `auth_date` is not a number of seconds.
    #[error("initData's date cannot be read")]
    AuthDateInvalid,
    /// `auth_date` lies ahead by more than [`super::FUTURE_SKEW`].
    #[error("initData is dated in the future")]
    FutureAuthDate,
    /// Genuine once, but too old for this use: the person has to open the Mini App again.
    #[error("initData has expired, open the app again")]
    Expired,
    /// Genuine, but opened where Telegram names no user (for example from a keyboard button).
    #[error("initData names no user")]
    UserMissing,
    /// Genuine, but `user` is not an object that we understand.
    #[error("initData's user cannot be read")]
    UserInvalid,
}

impl InitDataError {
    /// Every reason, for the list of codes in the documentation and its check.
    pub const ALL: [Self; 16] = [
        Self::TooLong,
        Self::Malformed,
        Self::BadEncoding,
        Self::ForbiddenCharacter,
        Self::DuplicateKey,
        Self::HashMissing,
        Self::HashMismatch,
        Self::SignatureMissing,
        Self::SignatureInvalid,
        Self::SignatureMismatch,
        Self::AuthDateMissing,
        Self::AuthDateInvalid,
        Self::FutureAuthDate,
        Self::Expired,
        Self::UserMissing,
        Self::UserInvalid,
    ];

    /// The machine code, part of the API's contract.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooLong => "init_data_too_long",
            Self::Malformed => "init_data_malformed",
            Self::BadEncoding => "init_data_bad_encoding",
            Self::ForbiddenCharacter => "init_data_forbidden_character",
            Self::DuplicateKey => "init_data_duplicate_key",
            Self::HashMissing => "init_data_hash_missing",
            Self::HashMismatch => "init_data_hash_mismatch",
            Self::SignatureMissing => "init_data_signature_missing",
            Self::SignatureInvalid => "init_data_signature_invalid",
            Self::SignatureMismatch => "init_data_signature_mismatch",
            Self::AuthDateMissing => "init_data_auth_date_missing",
            Self::AuthDateInvalid => "init_data_auth_date_invalid",
            Self::FutureAuthDate => "init_data_future",
            Self::Expired => "init_data_expired",
            Self::UserMissing => "init_data_user_missing",
            Self::UserInvalid => "init_data_user_invalid",
        }
    }
}

impl From<InitDataError> for Error {
    /// Always 401: whatever is wrong with it, the credential does not hold.
    fn from(e: InitDataError) -> Self {
        Self::new(Kind::Unauthenticated, e.code(), e.to_string())
    }
}
