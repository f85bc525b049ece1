#!/usr/bin/env bash
# hardening.sh -- the release build is one that an overrun ends instead of running: PIE, RELRO, stack protector, FORTIFY,
# and so on; and it does not use the parts of its libraries that have known defects (SECURITY.md).
#
# It looks at what was linked, not at flags.  The build is the one of warnings.sh, which goes on with its tests.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=build/werror
binary=${1:-$build/clubhub}
status=0
looked=0

must() { # what, command…
    local what=$1
    shift
    looked=$((looked + 1))
    if ! "$@" >/dev/null; then
        printf 'not so: %s\n' "$what"
        status=1
    fi
}

none() { # what must not be, lines on stdin
    local lines
    looked=$((looked + 1))
    lines=$(cat)
    if [ -n "$lines" ]; then
        printf '%s:\n%s\n' "$1" "$lines" | head -n 20
        status=1
    fi
}

if [ $# -eq 0 ]; then
    mkdir -p build
    if ! { cmake -S . -B $build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCLUBHUB_WERROR=ON &&
        cmake --build $build --parallel "$(nproc)" --target clubhub; } >build/hardening.log 2>&1; then
        tail -n 40 build/hardening.log
        exit 1
    fi
fi

header=$(readelf -hW "$binary")
segments=$(readelf -lW "$binary")
dynamic=$(readelf -dW "$binary")
wanted=$(nm -D --undefined-only "$binary" | awk '{ sub(/@.*/, "", $2); print $2 }')
own=$(nm "$binary" | awk '{ print $NF }')
# Of each function: its name, and what is asked about here.
code=$(objdump -d --no-show-raw-insn "$binary" | awk '
    /^[0-9a-f]+ <.*>:$/ { name = substr($2, 2, length($2) - 3); print "function", name; next }
    /__stack_chk_fail/ { print "guarded", name }
    /or[lq]? +\$0x0,(0x[0-9a-f]+)?\(%rsp\)|sub +\$0x1000,%rsp/ { print "probed", name }
    /endbr64/ { print "landing", name }' | sort -u)

count() { # word of $code
    grep -c "^$1 " <<<"$code" || true
}

# shellcheck disable=SC2317 # it is called by `must`
has() { # text, extended regex
    grep -qE "$2" <<<"$1"
}


# --- the file ----------------------------------------------------------------------------------
must 'a position-independent executable' has "$header$dynamic" 'Flags:.* PIE'
must 'of type DYN' has "$header" 'Type: +DYN'
must 'full RELRO: a segment read-only after start' has "$segments" 'GNU_RELRO'
must 'full RELRO: all symbols bound at start' has "$dynamic" 'BIND_NOW'
must 'a stack that is not executable' has "$segments" 'GNU_STACK.* RW +0x'
none 'segments both writable and executable' < <(grep -E '^ +LOAD .* RWE ' <<<"$segments" || true)
none 'libraries are found where the system says' < <(grep -E 'RPATH|RUNPATH' <<<"$dynamic" || true)
none 'relocations in code' < <(grep -E 'TEXTREL' <<<"$dynamic" || true)
none 'symbols exported to libraries' < <(nm -D --defined-only "$binary" | grep -vE ' B std(in|out|err)(@.*)?$' || true)

# --- what the compiler put in ------------------------------------------------------------------
must 'the stack protector is imported' has "$wanted" '^__stack_chk_fail$'
for name in log_line secret_read config_load startup_read_signer doctor_say; do # they have arrays on their stack
    must "$name is guarded by the stack protector" has "$code" "^guarded $name\$"
done
must 'hundreds of functions are guarded' [ "$(count guarded)" -ge 200 ]
for name in snprintf vsnprintf memcpy fprintf; do
    must "FORTIFY: __${name}_chk is imported" has "$wanted" "^__${name}_chk\$"
done
# Not v?snprintf: where the compiler does not know the size, there is nothing to check it against.
none 'unchecked beside FORTIFY' < <(grep -xE 'v?s?printf|v?fprintf|strcpy|strcat|gets' <<<"$wanted" || true)
must 'assert() is on' has "$wanted" '^__assert_fail$'
# Every unit of ours says with which options it was compiled.
units=$(readelf --debug-dump=info --dwarf-depth=1 "$binary" 2>/dev/null | sed -nE 's|.*DW_AT_producer.*: (GNU C)|\1|p' | sort -u)
none 'compiled without -fstack-protector-strong' < <(grep -v -e -fstack-protector-strong <<<"$units" || true)
none 'compiled without -fstack-clash-protection' < <(grep -v -e -fstack-clash-protection <<<"$units" || true)
none 'compiled without optimisation, so without FORTIFY' < <(grep -v -e ' -O2' <<<"$units" || true)
if has "$header" 'X86-64'; then
    none 'compiled without -fcf-protection' < <(grep -v -e -fcf-protection <<<"$units" || true)
    must 'large stack frames are probed page by page' [ "$(count probed)" -ge 3 ]
    must 'indirect calls land on endbr64' [ "$(count landing)" -ge 500 ]
    # The program as a whole has no such mark: the start files of Debian 12 have none.
    none 'objects without the mark of IBT and SHSTK' < <(for library in "$build"/libclubhub_*.a; do
        readelf -n "$library" | awk '/^File: / { if (file != "" && !marked) print file; file = $2; marked = 0 }
            /IBT, SHSTK/ { marked = 1 } END { if (!marked) print file }'
    done)
fi

# --- what it must not have in it ---------------------------------------------------------------
none 'parts of tests or sanitizers' < <(grep -E '^(__asan|__ubsan|__sanitizer|__gcov|fake_|cmocka|mock_)' <<<"$own$wanted" || true)
none 'another linkage than the listed libraries' < <(sed -nE 's/.*\(NEEDED\).*\[(.*)\]/\1/p' <<<"$dynamic" |
    grep -vE '^(lib(websockets|uv|pq|cjson|ssl|crypto|argon2|jemalloc|c|m)|ld-linux-[a-z0-9_-]+)\.so' || true)
# SECURITY.md, Known defects: LEJP and CBOR, JOSE, MQTT, the resolver, the client, threads, extensions.
none 'parts of libwebsockets that have known defects, or do what we do ourselves' < <(
    grep -E '^_?(lejp|lecp|lws_(lejp|lecp|cbor|jose|jws|jwk|jwe|jwt|genhash|genaes|async_dns|mqtt|client|http_client|upng|plugin|ssh|service_tsi|extension|set_extension|serve_http|threadpool|smtp|cache|spa|parse_uri|json))' \
        <<<"$wanted" || true)
must 'a libwebsockets without a resolver of its own (CVE-2025-11678)' bash -c \
    "! nm -D --defined-only \"\$(ldd '$binary' | awk '/libwebsockets/ { print \$3 }')\" | grep -q lws_async_dns_query"
# GetObjectItem takes any case, Parse and Print lose what engineering is about: only these.
none 'functions of cJSON that guess' < <(grep -E '^cJSON_' <<<"$wanted" |
    grep -vxE 'cJSON_(InitHooks|Is[A-Z][A-Za-z]+|ParseWithLengthOpts|Version)' || true)
none 'tokens by another library than OpenSSL' < <(grep -E '^(jwt|r_jw|rhn|json)_' <<<"$wanted" || true)
[ $status -ne 0 ] || printf '%d looked at\n' "$looked"
exit $status
