#!/usr/bin/env bash
# The Mini App and the admin panel without a browser: types and unit tests of web/.
#
#     tools/web.sh          both
#     tools/web.sh types    write the types of the API from docs/reference/openapi.json
#     tools/web.sh dev      Vite's server, in front of the demo at TORG_URL (http://127.0.0.1:8080)
set -euo pipefail
cd "$(dirname "$0")/../web"
name=web
. ../tools/lib/say.sh
. ../tools/lib/node.sh

need_node
install_locked
case "${1:-test}" in
types) npm run --silent types ;;
dev)
    say "open what the demo prints, with this server's address in front"
    exec npm run --silent dev
    ;;
test)
    say "types"
    npm run --silent check
    say "unit tests"
    npm test --silent
    ;;
*)
    say "unknown: $1" >&2
    exit 2
    ;;
esac
