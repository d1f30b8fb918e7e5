#!/bin/bash
# bash evidence.sh FOLDER SECONDS [options of evidence.cjs]: runs of the small tier, the most wanted first, until the time is over. Archives in $OUT come home.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1; whole=$2; shift 2
begun=$SECONDS
source "$here/unpack.sh" "$folder"
source "$here/share-card.sh"
[ -e "${WORK:-/tmp/distillery}/tuned.sh" ] && source "${WORK:-/tmp/distillery}/tuned.sh"
seconds=$((whole - SECONDS + begun))
out=${OUT:-/tmp/evidence}
timeout -k 5 $((seconds + 20)) node "$PROJECT/tools/gpu/evidence.cjs" --engine "$ENGINE" ${DATA:+--data "$DATA"} --out "$out" --seconds "$seconds" "$@" >"$out/evidence.log" 2>&1
stop_sharing
cut -c1-300 "$out/evidence.log" | tail -n 60
