#!/usr/bin/env bash
# A client of the shop as the original service's own scripts are: curl, no account, an admin
# secret, signed payment callbacks. Runs through on a server that has the test provider on.
#
# Usage: BASE_URL=http://127.0.0.1:8000 ADMIN_SECRET=… WEBHOOK_SECRET=… test_api.sh
set -euo pipefail

base=${BASE_URL:?} admin=${ADMIN_SECRET:?} secret=${WEBHOOK_SECRET:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
run=$$-$RANDOM

fail() {
    printf 'FAILED: %s\n  status %s, body %s\n' "$1" "$status" "$(cat "$work/body")" >&2
    exit 1
}
# call METHOD PATH [BODY] [curl's arguments]: leaves the status in $status, the body in a file.
call() {
    local method=$1 path=$2 body=${3:-}
    shift $(($# < 3 ? $# : 3))
    local data=()
    [ -z "$body" ] || data=(-H 'Content-Type: application/json' --data-binary "$body")
    status=$(curl -sS -o "$work/body" -w '%{http_code}' -X "$method" "$base$path" "${data[@]}" "$@")
}
expect() { [ "$status" = "$1" ] || fail "$2: expected $1"; }
# The value of a field with a plain value.
field() { sed -E "s/.*\"$1\": ?\"?([^\",}]*)\"?.*/\1/" "$work/body" | head -n 1; }
first() { grep -oE "\"$1\": ?\"?[^\",}]*" "$work/body" | head -n 1 | sed -E "s/\"$1\": ?\"?//"; }
holds() { grep -qE "$1" "$work/body" || fail "$2"; }

create_product() { # NAME PRICE STOCK
    call POST /admin/products "{\"name\":\"$1\",\"price\":$2,\"stock\":$3,\"is_active\":true}" \
        -H "X-Admin-Secret: $admin"
    expect 201 "create product $1"
    first id
}
stock_of() {
    call GET "/products/$1"
    expect 200 "get product"
    first stock
}
order() { # EMAIL KEY PRODUCT QUANTITY
    call POST /orders "{\"user_email\":\"$1\",\"items\":[{\"product_id\":\"$3\",\"quantity\":$4}]}" \
        -H "Idempotency-Key: $2"
}
callback() { # PAYMENT ORDER STATUS
    local body="{\"payment_id\":\"$1\",\"order_id\":\"$2\",\"status\":\"$3\"}" signature
    signature=$(printf '%s' "$body" | openssl dgst -sha256 -hmac "$secret" | sed 's/^.*= *//')
    call POST /payments/callback "$body" -H "X-Signature: $signature"
}
status_of() {
    call GET "/orders/$1"
    expect 200 "get order"
    first status
}
same() { [ "$1" = "$2" ] || { printf 'FAILED: %s: %s instead of %s\n' "$3" "$1" "$2" >&2; exit 1; }; }

echo '1. health'
call GET /healthz; expect 200 healthz
call GET /docs; case $status in 200 | 30?) ;; *) fail docs ;; esac

echo '2. a product is created and listed'
call POST /admin/products '{"name":"x","price":1}'; expect 401 'no admin secret'
call POST /admin/products '{"name":"x","price":1}' -H 'X-Admin-Secret: wrong'; expect 401 'wrong admin secret'
laptop=$(create_product "Laptop $run" 999.99 10)
call GET '/products?limit=100'; expect 200 'list products'
holds "\"id\": ?\"$laptop\"" 'the product is listed'
holds '"price": ?"999.99"' 'the price is a decimal text'
call PATCH "/admin/products/$laptop" '{"price":"899.90"}' -H "X-Admin-Secret: $admin"; expect 200 'patch product'

echo '3. an order reserves stock: 10 -> 8'
order "a-$run@example.com" "key-$run-1" "$laptop" 2; expect 201 'create order'
first_order=$(first id)
holds '"status": ?"reserved"' 'the answer says reserved'
same "$(stock_of "$laptop")" 8 'stock after the order'

echo '4. the same key is the same order'
order "a-$run@example.com" "key-$run-1" "$laptop" 2
case $status in 200 | 201) ;; *) fail 'same key' ;; esac
same "$(first id)" "$first_order" 'same key'
same "$(stock_of "$laptop")" 8 'stock after the repetition'

echo '5. another payload under the same key is a conflict'
order "a-$run@example.com" "key-$run-1" "$laptop" 3; expect 409 'other payload'
grep -qi conflict "$work/body" || fail 'the detail says conflict'
call POST /orders "{\"user_email\":\"a-$run@example.com\",\"items\":[]}"; expect 422 'no key'

echo '6. insufficient stock'
order "b-$run@example.com" "key-$run-2" "$laptop" 100; expect 409 'insufficient stock'

echo '7. the last unit: one of five'
last=$(create_product "Last $run" 10 1)
for n in 1 2 3 4 5; do
    curl -sS -o /dev/null -w '%{http_code}\n' -X POST "$base/orders" \
        -H 'Content-Type: application/json' -H "Idempotency-Key: last-$run-$n" \
        -d "{\"user_email\":\"c$n-$run@example.com\",\"items\":[{\"product_id\":\"$last\",\"quantity\":1}]}" \
        >"$work/last-$n" &
done
wait
same "$(cat "$work"/last-* | sort | paste -sd' ' -)" '201 409 409 409 409' 'the last unit'

echo '8. canceling restores the stock'
call POST "/orders/$first_order/cancel"; expect 200 cancel
same "$(status_of "$first_order")" canceled 'canceled'
same "$(stock_of "$laptop")" 10 'stock after canceling'
call POST "/orders/$first_order/cancel"; expect 200 'cancel again'
same "$(stock_of "$laptop")" 10 'stock after canceling again'

echo '9. a successful payment'
order "d-$run@example.com" "key-$run-3" "$laptop" 1; expect 201 'order to pay'
paid=$(first id)
call POST /payments/callback "{\"payment_id\":\"x\",\"order_id\":\"$paid\",\"status\":\"success\"}" -H 'X-Signature: 00'
expect 401 'wrong signature'
callback "pay-$run-1" "$paid" success; expect 200 'callback'
holds '"status": ?"ok"' 'the callback is answered ok'
same "$(status_of "$paid")" paid 'paid'
callback "pay-$run-1" "$paid" success; expect 200 'callback again'
call POST "/orders/$paid/cancel"; expect 409 'a paid order is not canceled'
same "$(stock_of "$laptop")" 9 'stock after the payment'

echo '10. a failed payment cancels and restores'
order "e-$run@example.com" "key-$run-4" "$laptop" 4; expect 201 'order that fails'
failed=$(first id)
same "$(stock_of "$laptop")" 5 'stock while reserved'
callback "pay-$run-2" "$failed" failed; expect 200 'failed callback'
same "$(status_of "$failed")" canceled 'canceled by the failure'
same "$(stock_of "$laptop")" 9 'stock after the failure'

echo '11. the payment company calls back by itself'
order "f-$run@example.com" "key-$run-5" "$laptop" 1; expect 201 'order for the company'
mine=$(first id)
call POST /_fake_payments "{\"order_id\":\"$mine\",\"amount\":\"899.90\"}"
case $status in 200 | 201) ;; *) fail 'fake payment' ;; esac
holds '"status": ?"pending"' 'the payment is pending'
for _ in $(seq 100); do
    now=$(status_of "$mine")
    case $now in paid | canceled) break ;; esac
    sleep 0.2
done
case $now in paid | canceled) ;; *) fail "the company never called back: $now" ;; esac

echo '12. metrics'
call GET /metrics; expect 200 metrics
for name in orders_total orders_canceled_total orders_paid_total outbox_pending worker_errors_total; do
    holds "^$name( |\{)" "metric $name"
done
call DELETE "/admin/products/$last" '' -H "X-Admin-Secret: $admin"
case $status in 200 | 204) ;; *) fail 'delete product' ;; esac
echo 'everything as it should be'
