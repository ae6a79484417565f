# Sourced, after say.sh: a browser, in $CHROMIUM.

find_browser() {
    for browser in "${CHROMIUM:-}" chromium chromium-browser google-chrome; do
        [ -n "$browser" ] && command -v "$browser" && return
    done
    return 1
}

# Installs one by apt-get where that is allowed.
need_browser() {
    if ! find_browser >/dev/null; then
        if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
            skip "there is no Chromium, and only root can install it"
        fi
        say "installing chromium"
        apt-get update -qq
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji >/dev/null
    fi
    CHROMIUM=$(find_browser)
    export CHROMIUM
    say "browser: $("$CHROMIUM" --version 2>/dev/null)"
}
