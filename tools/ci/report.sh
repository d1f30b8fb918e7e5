#!/usr/bin/env bash
# The step of action.yml, as a script: the same names in upper case are its inputs. Run it in the checkout whose report is wanted.
set -euo pipefail
distillery() { node "$(dirname "${BASH_SOURCE[0]}")/../../libs/cli/bin/distillery.cjs" "$@"; }
out=${OUT:-.}

read -ra papers <<<"${PAPERS:-}"
read -ra modules <<<"${MODULES:-}"
read -ra watched <<<"${WATCH:-}"
options=(--out "$out" ${DATA:+--data "$DATA"})
for module in "${modules[@]}"; do options+=(--papers "$module"); done

distillery reproduce "${papers[@]}" "${options[@]}" --tier "${TIER:-smoke}" --engine "${ENGINE:-auto}" ${TABLE:+--table "$TABLE"} ${SEEDS:+--seeds "$SEEDS"}

if [ -n "${AGAINST:-}" ]; then
  earlier=$(mktemp -d)
  trap 'rm -rf "$earlier"' EXIT
  if git archive "$AGAINST" reports/results 2>/dev/null | tar -x -C "$earlier"; then
    watch=()
    for claim in "${watched[@]}"; do watch+=(--watch "$claim"); done
    distillery report "${options[@]}" --against "$earlier" "${watch[@]}"
  else
    echo "$AGAINST has no reports/results: there is nothing to set the report against"
  fi
fi
if [ -n "${GITHUB_OUTPUT:-}" ]; then echo "reports=$out/reports" >>"$GITHUB_OUTPUT"; fi
