# Sourced: how a script speaks. It sets `name` before.

say() { printf '%s: %s\n' "$name" "$*"; }

# Ends the script well, and its caller names it at the end; in CI nothing is skipped.
skip() {
    if [ "${CI:-}" = true ]; then
        say "$1, and CI never skips" >&2
        exit 1
    fi
    say "SKIPPED: $1"
    [ -z "${TORG_SKIPPED:-}" ] || printf '%s: %s\n' "$name" "$1" >>"$TORG_SKIPPED"
    exit 0
}
