#!/usr/bin/env bash
# banned.sh -- functions that overrun, guess or hide: none in the server; memory comes from base/.
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0

code() { # the C files below the given folders, without comments and strings
    find "$@" -name '*.[ch]' -print0 2>/dev/null | sort -z | xargs -0 -r -n 1 awk -f tests/lint/strip.awk
}

report() { # what it says, then lines on stdin
    local lines
    lines=$(cat)
    if [ -n "$lines" ]; then
        printf '%s\n%s\n' "$1" "$lines"
        status=1
    fi
}

unsafe='strcpy|strcat|stpcpy|sprintf|vsprintf|gets|strtok'
guess='atoi|atol|atoll|atof|alloca|localtime|gmtime|asctime|ctime|rand|srand|random|system|popen'
report 'banned:' < <(code server | grep -E "(^|[^A-Za-z0-9_.>])($unsafe|$guess)\(" || true)
report 'banned:' < <(code tests | grep -E "(^|[^A-Za-z0-9_.>])($unsafe|gets|alloca)\(" || true)
report 'memory comes from base/:' < <(code server | grep -v '^server/base/' |
    grep -E '(^|[^A-Za-z0-9_.>])(malloc|calloc|realloc|strdup|strndup|asprintf|vasprintf)\(' || true)
# A deadline that goes by the time of day moves when somebody sets the clock.  Who is listed turns tokens' times into
# deadlines, or tells the time.
tellers='base/(clock|log)\.c|hub/(auth|issuers|session)\.c|club/(account|session)\.c|credential\.c|doctor_database\.c'
report 'the time of day is no clock for deadlines:' < <(code server | grep -E '(^|[^A-Za-z0-9_])(clock_wall|time|gettimeofday)\(' |
    grep -Ev "^server/($tellers):|base/clock\.h:" || true)
report 'CLOCK_REALTIME belongs to base/clock.c:' < <(code server | grep 'CLOCK_REALTIME' | grep -v '^server/base/clock' || true)
exit $status
