#!/bin/bash
# bash tune.sh FOLDER: tries, in about a minute, what makes many small kernels faster: CUDA graphs, and MPS for runs side by side. Results do not depend on either.
# Writes what helped to $WORK/tuned.sh, which evidence.sh reads.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/unpack.sh" "${1:-$here}"
gpu=$PROJECT/tools/gpu
tuned=${WORK:-/tmp/distillery}/tuned.sh
: >"$tuned"
workload=${WORKLOAD:-3}
# What goes into graphs, by a plugin's version: a name that it does not know ends the process.
graphs=(
  "--xla_gpu_enable_command_buffer=FUSION,CUBLAS,CUBLASLT,CUSTOM_CALL,CUDNN,CONVOLUTION,DYNAMIC_SLICE_FUSION --xla_gpu_graph_min_graph_size=1"
  "--xla_gpu_enable_command_buffer=FUSION,CUBLAS,CUBLASLT,CUSTOM_CALL,CUDNN --xla_gpu_graph_min_graph_size=1"
)

# Milliseconds of a step among many, of the slowest of so many processes side by side; nothing where one failed.
step() { # processes
  local pids=() out
  out=$(mktemp -d)
  for i in $(seq "$1"); do
    timeout 40 node "$gpu/bench.cjs" "$ENGINE" "$workload" "${STEPS:-100}" >"$out/$i" 2>"$out/$i.err" &
    pids+=($!)
  done
  for pid in "${pids[@]}"; do wait "$pid" || { head -c 300 "$out"/*.err >&2; return; }; done
  sed -n 's/.*"streamingMs":\([0-9.]*\).*/\1/p' "$out"/[0-9]* | grep -v '^$' | sort -g | tail -n 1
}
better() { [ -n "$2" ] && awk -v a="$1" -v b="$2" 'BEGIN { exit !(b < 0.95 * a) }'; } # before after

alone=$(step 1)
echo "one process: $alone ms"
for flags in "${graphs[@]}"; do
  with=$(XLA_FLAGS="$XLA_FLAGS $flags" step 1)
  echo "one process, $flags: ${with:-failed} ms"
  if better "$alone" "$with"; then
    export XLA_FLAGS="$XLA_FLAGS $flags"
    echo "export XLA_FLAGS='$XLA_FLAGS'" >>"$tuned"
  fi
  [ -n "$with" ] && break
done
side=${SIDE:-8}
together=$(step "$side")
echo "$side processes: $together ms each"
control=$(command -v nvidia-cuda-mps-control || ls /usr/local/nvidia/bin/nvidia-cuda-mps-control 2>/dev/null)
if [ -n "$control" ]; then
  export CUDA_MPS_PIPE_DIRECTORY=/tmp/mps CUDA_MPS_LOG_DIRECTORY=/tmp/mps-log
  mkdir -p /tmp/mps /tmp/mps-log
  timeout 10 "$control" -d
  with=$(step "$side")
  echo "$side processes, MPS: ${with:-failed} ms each"
  if better "$together" "$with"; then
    echo "export CUDA_MPS_PIPE_DIRECTORY=/tmp/mps CUDA_MPS_LOG_DIRECTORY=/tmp/mps-log" >>"$tuned"
  else
    echo quit | timeout 10 "$control"
  fi
fi
echo "$tuned:"; cat "$tuned"
