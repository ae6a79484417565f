//! People, staff and sessions in the database.

use super::role::Role;
use crate::clock::Timestamp;
use crate::ids::UserId;

crate::row! {
    /// A person as last seen.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct UserRow {
        pub(crate) id: UserId,
        pub(crate) first_name: String,
        pub(crate) last_name: Option<String>,
        pub(crate) username: Option<String>,
        pub(crate) language: Option<String>,
        pub(crate) seen_at: Timestamp,
        pub(crate) blocked_at: Option<Timestamp>,
    }
}

crate::row! {
    /// A session's row.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub(crate) struct SessionRow {
        pub(crate) user_id: UserId,
        pub(crate) bot_id: i64,
        pub(crate) revoked_at: Option<Timestamp>,
    }
}

crate::row! {
    /// A granted role.
    #[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
    pub struct Grant {
        /// Whose.
        #[schema(value_type = i64)]
        pub user_id: UserId,
        /// Which.
        pub role: Role,
        /// Since when.
        #[schema(value_type = String, format = DateTime)]
        pub granted_at: Timestamp,
        /// By whom.
        pub granted_by: String,
    }
}

crate::sql! {
    pub(crate) fn user(id: UserId) -> Option<UserRow> =
        "SELECT id, first_name, last_name, username, language, seen_at, blocked_at
         FROM platform_users WHERE id = $1";

    /// Names come from the newest initData, in whichever order it arrives.
    pub(crate) fn save_user(
        id: UserId,
        first_name: &str,
        last_name: Option<&str>,
        username: Option<&str>,
        language: Option<&str>,
        now: Timestamp,
        seen_at: Timestamp,
        folded: &str,
    ) -> () =
        "INSERT INTO platform_users
            (id, first_name, last_name, username, language, created_at, seen_at, folded)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET
            first_name = excluded.first_name,
            last_name = excluded.last_name,
            username = excluded.username,
            language = excluded.language,
            seen_at = excluded.seen_at,
            folded = excluded.folded
         WHERE platform_users.seen_at <= excluded.seen_at";

    pub(crate) fn block(id: UserId, at: Timestamp, by: &str, reason: Option<&str>) -> u64 =
        "UPDATE platform_users SET blocked_at = $2, blocked_by = $3, block_reason = $4
         WHERE id = $1 AND blocked_at IS NULL";

    pub(crate) fn unblock(id: UserId) -> u64 =
        "UPDATE platform_users SET blocked_at = NULL, blocked_by = NULL, block_reason = NULL
         WHERE id = $1 AND blocked_at IS NOT NULL";

    pub(crate) fn shut_out(after: UserId, last: UserId) -> Vec<UserId> =
        "SELECT id FROM platform_users
         WHERE blocked_at IS NOT NULL AND id > $1 AND id <= $2 ORDER BY id";

    pub(crate) fn roles(user: UserId) -> Vec<Role> =
        "SELECT role FROM platform_roles WHERE user_id = $1";

    pub(crate) fn grants() -> Vec<Grant> =
        "SELECT user_id, role, granted_at, granted_by
         FROM platform_roles ORDER BY user_id, role";

    pub(crate) fn grant(user: UserId, role: Role, at: Timestamp, by: &str) -> u64 =
        "INSERT INTO platform_roles (user_id, role, granted_at, granted_by)
         VALUES ($1, $2, $3, $4) ON CONFLICT (user_id, role) DO NOTHING";

    pub(crate) fn revoke_role(user: UserId, role: Role) -> u64 =
        "DELETE FROM platform_roles WHERE user_id = $1 AND role = $2";

    pub(crate) fn session(id: &str) -> Option<SessionRow> =
        "SELECT user_id, bot_id, revoked_at FROM platform_sessions WHERE id = $1";

    pub(crate) fn open_session(
        id: &str,
        user: UserId,
        bot_id: i64,
        created_at: Timestamp,
        expires_at: Timestamp,
    ) -> () =
        "INSERT INTO platform_sessions (id, user_id, bot_id, created_at, expires_at)
         VALUES ($1, $2, $3, $4, $5)";

    pub(crate) fn revoke_session(id: &str, at: Timestamp) -> u64 =
        "UPDATE platform_sessions SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";

    pub(crate) fn revoke_sessions_of(user: UserId, at: Timestamp) -> u64 =
        "UPDATE platform_sessions SET revoked_at = $2 WHERE user_id = $1 AND revoked_at IS NULL";

    pub(crate) fn save_code(user: UserId, hash: &[u8], expires_at: Timestamp) -> () =
        "INSERT INTO platform_sign_in_codes (user_id, hash, expires_at) VALUES ($1, $2, $3)
         ON CONFLICT (user_id) DO UPDATE SET
            hash = excluded.hash, expires_at = excluded.expires_at";

    /// Uses a code up; whose it was.
    pub(crate) fn take_code(hash: &[u8], now: Timestamp) -> Option<UserId> =
        "DELETE FROM platform_sign_in_codes WHERE hash = $1 AND expires_at > $2
         RETURNING user_id";

    pub(crate) fn delete_expired_codes(now: Timestamp) -> () =
        "DELETE FROM platform_sign_in_codes WHERE expires_at <= $1";

    /// A bounded number at a time, because everybody else waits for it.
    pub(crate) fn delete_expired_sessions(now: Timestamp) -> () =
        "DELETE FROM platform_sessions WHERE id IN
            (SELECT id FROM platform_sessions WHERE expires_at < $1 ORDER BY expires_at LIMIT 5000)";
}

crate::text_column!(Role);
