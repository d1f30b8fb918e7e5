#!/bin/bash
# bash tune.sh FOLDER: tries, in half a minute, whether CUDA graphs make many small kernels faster; results do not depend on it. Writes what helped to
# $WORK/tuned.sh, which evidence.sh reads.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$here/unpack.sh" "${1:-$here}"
tuned=${WORK:-/tmp/distillery}/tuned.sh
: >"$tuned"
workload=${WORKLOAD:-3}
# What goes into graphs, by a plugin's version: a name that it does not know ends the process.
graphs=(
  "--xla_gpu_enable_command_buffer=FUSION,CUBLAS,CUBLASLT,CUSTOM_CALL,CUDNN,CONVOLUTION,DYNAMIC_SLICE_FUSION --xla_gpu_graph_min_graph_size=1"
  "--xla_gpu_enable_command_buffer=FUSION,CUBLAS,CUBLASLT,CUSTOM_CALL,CUDNN --xla_gpu_graph_min_graph_size=1"
)

# Milliseconds of a step among many; nothing where that failed.
step() {
  timeout -k 2 40 node "$PROJECT/tools/gpu/bench.cjs" "$ENGINE" "$workload" "${STEPS:-100}" 2>"$tuned.err" | sed -n 's/.*"streamingMs":\([0-9.]*\).*/\1/p'
}
better() { [ -n "$2" ] && awk -v a="$1" -v b="$2" 'BEGIN { exit !(b < 0.95 * a) }'; } # before after

alone=$(step)
echo "as it is: ${alone:-failed} ms"
for flags in "${graphs[@]}"; do
  with=$(XLA_FLAGS="$XLA_FLAGS $flags" step)
  echo "$flags: ${with:-failed, $(head -c 300 "$tuned.err" | tr '\n' ' ')} ms"
  better "$alone" "$with" && echo "export XLA_FLAGS='$XLA_FLAGS $flags'" >"$tuned"
  [ -n "$with" ] && break
done
cat "$tuned"
