#!/usr/bin/env bash
# The Mini App and the admin panel in a real browser, served by the real binary: web/tests/browser.
#
#     tools/browser.sh [FILE OF web/tests/browser …]
#
# TORG_PROGRAM names a binary that is built already, with the Mini App in it; CHROMIUM a browser.
set -euo pipefail
cd "$(dirname "$0")/.."
name=browser
. tools/lib/say.sh
. tools/lib/node.sh
. tools/lib/chromium.sh
. tools/lib/program.sh

need_node
need_browser
if [ -z "${TORG_PROGRAM:-}" ]; then
    # There is a Node, so a page that says that the app is missing would be a failure.
    export TORG_WEB=required
fi
need_program

cd web
install_locked
export TORG_BIN=$TORG_PROGRAM
if [ $# -gt 0 ]; then
    exec node --test --test-concurrency=1 --test-reporter=spec "$@"
fi
exec npm run --silent test:browser
