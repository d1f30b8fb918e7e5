#!/bin/bash
# bash evidence.sh FOLDER SECONDS [options of evidence.cjs]: runs of the small tier, the most wanted first, until the time is over. Archives in $OUT come home.
# FIRST=FILE names runs that go on beside them and come before them on the processors, FIRST_JOBS (5) at a time: long chains, and what is scored by LPIPS,
# which the others do without because it takes longer than their training.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1; whole=$2; shift 2
begun=$SECONDS
source "$here/unpack.sh" "$folder"
source "$here/share-card.sh"
out=${OUT:-/tmp/evidence}
mkdir -p "$out"
seconds=$((whole - SECONDS + begun))
perform() { # niceness, name, data, options
  local niceness=$1 name=$2 data=$3; shift 3
  timeout -k 5 $((seconds + 20)) nice -n "$niceness" node "$PROJECT/tools/gpu/evidence.cjs" --engine "$ENGINE" ${data:+--data "$data"} --out "$out" --name "$name" \
    --seconds "$seconds" "$@" >"$out/$name.log" 2>&1
}
without_lpips=
if [ -n "$DATA" ]; then
  without_lpips=$DATA-without-lpips
  mkdir -p "$without_lpips/weights"
  for entry in "$DATA"/*; do [ "${entry##*/}" = weights ] || ln -sfn "$entry" "$without_lpips/"; done
  for entry in "$DATA"/weights/*; do [[ $entry == *lpips* ]] || ln -sfn "$entry" "$without_lpips/weights/"; done
fi
first=
[ -n "$FIRST" ] && { perform 0 first "$DATA" --runs "${WORK:-/tmp/distillery}/first-runs" "$@" --wanted "$FIRST" --jobs "${FIRST_JOBS:-5}" & first=$!; }
perform 10 evidence "$without_lpips" --runs "${WORK:-/tmp/distillery}/runs" "$@"
[ -n "$first" ] && wait "$first"
stop_sharing
for log in "$out"/*.log; do cut -c1-200 "$log" | tail -n 30; done
