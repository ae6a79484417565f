# Sourced: Node, and what a folder's package-lock.json names.

# Whether web/ can be built and tested here; crates/web/build asks for the same.
has_node() {
    command -v npm >/dev/null && command -v node >/dev/null &&
        node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
}

# Needs say.sh.
need_node() {
    has_node || skip "there is no Node 20.19 or later with npm"
}

# Installs in the working directory, unless it was done for the same versions before. The build of
# the Mini App (crates/web/build) leaves the same mark and takes the same lock.
install_locked() {
    (
        ! command -v flock >/dev/null || flock 9
        if ! cmp -s package-lock.json node_modules/.installed-for; then
            say "installing what package-lock.json names"
            npm ci --ignore-scripts --include=dev --no-audit --no-fund --loglevel=error
            cp package-lock.json node_modules/.installed-for
        fi
    ) 9<package-lock.json
}
