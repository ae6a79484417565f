//! What happens without anybody asking.
