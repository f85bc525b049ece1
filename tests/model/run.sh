#!/bin/sh
# run.sh -- searches the model of the lease and the withdrawal barrier, whole and broken.
#
#   tests/model/run.sh            all of it, one line per search, then "N passed, N failed"
#   tests/model/run.sh -k         keeps the directory with the searches, for a trail
#
# holds   the search is exhaustive, ends without an error, and reaches every statement where `all`
# breaks  the flags take a rule away: spin must find a delivery after the acknowledgement
# reach   a thing that must be possible is possible
set -eu

here=$(cd "$(dirname "$0")" && pwd)

searches() {
    cat <<'LIST'
holds  two_calls             all  -DCALLS=2
holds  three_nodes           -    -DCALLS=1 -DN=3 -DWAITER_ONLY=1
holds  lost_renewal          -    -DCALLS=1 -DLOSSES=1 -DSMALL
holds  longer_lease          -    -DCALLS=1 -DLEASE=2 -DFENCE=3
holds  late_give             all  -DCALLS=1 -DGIVES=1 -DSMALL
holds  self_fence            -    -DCALLS=1 -DSELF_FENCE -DSMALL
breaks NO_LEASE              -    -DNO_LEASE
breaks CHECK_PER_TURN        -    -DCHECK_PER_TURN
breaks NO_CUT_AT_SIGNAL      -    -DNO_CUT_AT_SIGNAL
breaks NO_CUT_ON_APPLY       -    -DNO_CUT_ON_APPLY
breaks CALLER_EXEMPT         -    -DCALLER_EXEMPT
breaks NO_SNAPSHOT_COMPARE   -    -DNO_SNAPSHOT_COMPARE
breaks NO_HANDOFF_COMPARE    -    -DNO_HANDOFF_COMPARE
breaks ACK_BEFORE_APPLIED    -    -DACK_BEFORE_APPLIED
breaks REPORT_BEFORE_APPLY   -    -DREPORT_BEFORE_APPLY
breaks REPLAY_NO_WAIT        -    -DREPLAY_NO_WAIT
breaks STALE_NODE_COUNT      -    -DSTALE_NODE_COUNT
breaks NO_FENCE_BEAT         -    -DNO_FENCE_BEAT
breaks NO_FENCE_WAIT         -    -DNO_FENCE_WAIT
breaks FENCE_NO_LOCK         -    -DFENCE_NO_LOCK
breaks FENCE_TOO_SOON        -    -DCALLS=1 -DSMALL -DLEASE=2 -DFENCE=1
breaks KEEP_STATE            -    -DKEEP_STATE
breaks JOIN_READ_EARLY       -    -DJOIN_READ_EARLY
breaks LEAVE_UNPARKED        -    -DLEAVE_UNPARKED
breaks NO_BASE               -    -DCALLS=1 -DGIVES=1 -DSMALL -DNO_BASE
reach  all_applied_ack       -    -DREACH=REACH_ALL_APPLIED_ACK
reach  fenced_ack            -    -DREACH=REACH_FENCED_ACK
reach  replay_ack            -    -DREACH=REACH_REPLAY_ACK
reach  rejoined              -    -DREACH=REACH_REJOINED
reach  old_read              -    -DREACH=REACH_OLD_READ
reach  signal_exit           -    -DREACH=REACH_SIGNAL_EXIT
reach  cut                   -    -DREACH=REACH_CUT
reach  beat_saved            -    -DREACH=REACH_BEAT_SAVED
reach  give_refused          -    -DCALLS=1 -DGIVES=1 -DSMALL -DREACH=REACH_GIVE_REFUSED
LIST
}

# Builds and runs one search in the current directory; the verdict's reason goes to stdout.
judge() {
    kind=$1
    cover=$2
    shift 2
    spin -a "$@" barrier.pml >spin.log 2>&1 || { echo "spin refuses the model"; return 1; }
    level=-O0
    [ "$kind" != holds ] || level=-O2
    ${CC:-cc} "$level" -w -DSAFETY -o pan pan.c >cc.log 2>&1 || { echo "pan.c: no build"; return 1; }
    ./pan -m500000 -w23 >pan.log 2>&1 || :
    states=$(awk '/states, stored/ { print $1; exit }' pan.log)
    depth=$(sed -n 's/.*assertion violated.*(at depth \([0-9]*\)).*/\1/p' pan.log)
    if grep -q -e 'max search depth too small' -e 'out of memory' pan.log; then
        echo "the search was cut short"
        return 1
    fi
    case $kind in
    holds)
        grep -q 'errors: 0$' pan.log || { grep '^pan:1:' pan.log || echo "no verdict"; return 1; }
        ! grep -q 'Search not completed' pan.log || { echo "the search was cut short"; return 1; }
        unreached=$(grep -c '^	barrier.pml:' pan.log) || :
        ended=$(grep -c -e '"-end-"' pan.log) || :
        if [ "$cover" = all ] && [ "$unreached" -ne "$ended" ]; then
            echo "$((unreached - ended)) statements were never reached"
            return 1
        fi
        echo "$states states, none delivers after the acknowledgement"
        ;;
    breaks)
        grep -q '^pan:1: assertion violated.*acknowledged' pan.log || { echo "nothing found"; return 1; }
        echo "delivers after the acknowledgement, found at depth $depth"
        ;;
    reach)
        grep -q '^pan:1: assertion violated' pan.log || { echo "never happens"; return 1; }
        echo "happens, found at depth $depth"
        ;;
    esac
}

if [ "${1-}" = --one ]; then
    shift
    kind=$1
    name=$2
    cover=$3
    shift 3
    mkdir "$name"
    cp "$here/barrier.pml" "$name"
    if reason=$(cd "$name" && judge "$kind" "$cover" "$@"); then
        echo "ok      $kind $name: $reason"
    else
        echo "not ok  $kind $name: $reason"
    fi
    exit 0
fi

for tool in spin "${CC:-cc}"; do
    if ! command -v "$tool" >/dev/null; then
        echo "not ok  $tool is not installed"
        echo "0 passed, 1 failed"
        exit 1
    fi
done

dir=$(mktemp -d)
if [ "${1-}" = -k ]; then
    echo "searches are kept in $dir"
else
    trap 'rm -rf "$dir"' EXIT
    trap 'exit 1' HUP INT TERM
fi
cd "$dir"
searches | xargs -P 2 -L 1 "$here/run.sh" --one | tee lines
total=$(searches | wc -l)
passed=$(grep -c '^ok ' lines) || :
echo "$passed passed, $((total - passed)) failed"
[ "$passed" -eq "$total" ]
