# Sourced, after say.sh, in the root of the repository: the binary, in $TORG_PROGRAM.

# Builds it unless it is named.
need_program() {
    if [ -z "${TORG_PROGRAM:-}" ]; then
        cargo build --quiet -p torg
        TORG_PROGRAM=${CARGO_TARGET_DIR:-$PWD/target}/debug/torg
    fi
    export TORG_PROGRAM
    say "program: $TORG_PROGRAM"
}
