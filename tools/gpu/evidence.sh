#!/bin/bash
# bash evidence.sh FOLDER MINUTES [options of evidence.cjs]: runs of the small tier, the most wanted first, until the time is over. Archives in $OUT come home.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$1; minutes=$2; shift 2
source "$here/unpack.sh" "$folder"
timeout $((minutes * 60 + 30)) node "$PROJECT/tools/gpu/evidence.cjs" --engine "$ENGINE" ${DATA:+--data "$DATA"} --out "${OUT:-/tmp/evidence}" --minutes "$minutes" "$@" \
  >"${OUT:-/tmp}/evidence.log" 2>&1
tail -n 40 "${OUT:-/tmp}/evidence.log"
