#!/usr/bin/env bash
# layers.sh -- includes go down only (base < io < hub < club < main.c and friends), a layer has no cycle,
# and base knows nothing but libc.
set -euo pipefail
cd "$(dirname "$0")/../.."
status=0

rank() {
    case $1 in
    base) echo 0 ;; io) echo 1 ;; hub) echo 2 ;; club) echo 3 ;; *) echo 4 ;;
    esac
}

# Lines "file layer included-layer included-module" of every #include "..." below server/.
includes() {
    find server -name '*.[ch]' | sort | while read -r file; do
        layer=$(basename "$(dirname "$file")")
        sed -nE 's/^[[:space:]]*#[[:space:]]*include[[:space:]]+"([^"]+)".*/\1/p' "$file" |
            while read -r name; do
                case $name in
                */*) target=${name%%/*} ;;
                *) [ -f "$(dirname "$file")/$name" ] && target=$layer || target=server ;;
                esac
                module=$(basename "$name")
                echo "$file $layer $target ${module%.*}"
            done
    done
}

all=$(includes)
while read -r file layer target module; do
    [ -n "$file" ] || continue
    if [ "$(rank "$target")" -gt "$(rank "$layer")" ]; then
        echo "$file: $layer/ may not include $target/ ($module)"
        status=1
    fi
    if [ "$module" = main ]; then
        echo "$file: nobody includes main"
        status=1
    fi
done <<<"$all"

# A circle can only run through headers: nothing includes a .c.
for layer in base io hub club server; do
    edges=$(while read -r file from target module; do
        own=$(basename "$file")
        case $own in
        *.h) [ "$from" != "$layer" ] || [ "$target" != "$layer" ] || echo "${own%.h} $module" ;;
        *.c) ;;
        esac
    done <<<"$all")
    if ! loops=$(tsort <<<"$edges" 2>&1 >/dev/null); then
        printf '%s/ includes in a circle:\n%s\n' "$layer" "$loops"
        status=1
    fi
done

libc='assert|ctype|dirent|endian|errno|fcntl|float|inttypes|limits|locale|math|poll|pthread|signal|stdalign|stdarg'
libc+='|stdatomic|stdbool|stddef|stdint|stdio|stdlib|stdnoreturn|string|strings|syslog|time|unistd'
if [ -d server/base ] &&
    grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]+<' server/base |
    grep -vE "<(($libc)|sys/[a-z]+|netinet/[a-z]+|arpa/inet|sanitizer/[a-z_]+)\.h>"; then
    echo "server/base includes libc only"
    status=1
fi
exit $status
