#!/bin/bash
# bash check.sh FOLDER: on a machine with a card, what is there, whether results are right, and how fast our step is beside the same step in PyTorch and JAX.
# FOLDER has project.tar.xz. Takes about three minutes; everything is behind a time limit. $OUT/check.log comes home.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/unpack.sh" "${1:-$here}"
log=${OUT:-/tmp}/check.log
gpu=$PROJECT/tools/gpu
say() { echo; echo "== $* (${SECONDS} s)"; }
ours() { timeout "${LIMIT:-60}" node "$gpu/bench.cjs" "$ENGINE" "$@" 2>&1 | tail -n 3; }
peer() { [ -n "$PYTHON" ] && timeout "${LIMIT:-60}" "$PYTHON" "$gpu/$@" 2>&1 | tail -n 1; }
{
  say machine
  timeout 10 nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv,noheader
  node --version; nproc; cat "$PROJECT/commit.json"; echo; echo "$DISTILLERY_PJRT"
  timeout 30 node "$PROJECT/libs/cli/bin/distillery.cjs" doctor | grep engine
  say parity
  # The reference runs on the processor: side by side.
  timeout 90 node "$gpu/parity.cjs" "$ENGINE" 0 2>&1 | tail -n 3 &
  first=$!
  timeout 120 node "$gpu/parity.cjs" "$ENGINE" 3 10 2>&1 | tail -n 3 &
  second=$!
  wait $first; wait $second
  for workload in ${WORKLOADS:-3 4 0 1}; do
    say "workload $workload"
    ours "$workload" "${STEPS:-60}"
    VARIANTS=launched ours "$workload" "${STEPS:-60}"
    VARIANTS=autotuned ours "$workload" "${STEPS:-60}"
    DISTILLERY_PRECISION=tf32 ours "$workload" "${STEPS:-60}"
    # Small steps are run several at once, large ones gain by bfloat16.
    case $workload in 3 | 4) DISTILLERY_PRECISION=bf16 ours "$workload" "${STEPS:-60}" ;; *) VARIANTS=alone ours "$workload" "${STEPS:-60}" ;; esac
    [ -n "$REHEARSAL" ] && continue
    peer torch_step.py "$workload" 60 fp32 eager
    peer jax_step.py "$workload" 60 highest
    case $workload in 3 | 4) peer torch_step.py "$workload" 60 tf32 eager; peer torch_step.py "$workload" 60 fp32 compile ;; esac
  done
  say end
} >"$log" 2>&1
cat "$log"
