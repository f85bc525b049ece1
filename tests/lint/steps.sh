#!/usr/bin/env bash
# steps.sh -- one way out: steps end through call.c, verdicts come from gate.c, bytes leave through ws.c
# and http.c, and the product has neither goto nor free.
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0

code() {
    find "$@" -name '*.[ch]' -print0 2>/dev/null | sort -z | xargs -0 -r -n 1 awk -f tests/lint/strip.awk
}

report() {
    local lines
    lines=$(cat)
    if [ -n "$lines" ]; then
        printf '%s\n%s\n' "$1" "$lines"
        status=1
    fi
}

report 'FLOW_ is written only in call.c (and named in method.h):' < <(code server |
    grep -vE '^server/hub/(call(_[a-z]+)?\.[ch]|method\.h):' | grep -E '\bFLOW_[A-Z]' || true)
report 'only gate.c makes a struct verdict:' < <(code server | grep -vE '^server/hub/gate(_[a-z]+)?\.[ch]:' |
    grep -E '[(]struct verdict[)] *[{]|struct verdict [a-z_]+ *= *[{]|[.]answer *=[^=]|verdict [*][a-z_]+ *= *[{]' || true)
report 'no goto in club/:' < <(code server/club | grep -E '\bgoto\b' || true)
report 'no free in club/:' < <(code server/club | grep -E '(^|[^A-Za-z0-9_])free\(' || true)
report 'lws_write only in ws.c and http.c:' < <(code server |
    grep -vE '^server/io/(ws|http)(_[a-z]+)?\.c:' | grep -E '\blws_write' || true)
exit $status
