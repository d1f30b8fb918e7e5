#!/bin/bash
# source share-card.sh: lets processes side by side run on the card at once (NVIDIA's MPS) instead of by turns, where that works; says whether it does.
# stop_sharing ends it.
stop_sharing() { :; }
mps=$(command -v nvidia-cuda-mps-control || ls /usr/local/nvidia/bin/nvidia-cuda-mps-control 2>/dev/null)
if [ -n "$mps" ] && [ -z "$NO_MPS" ]; then
  export CUDA_MPS_PIPE_DIRECTORY=/tmp/mps CUDA_MPS_LOG_DIRECTORY=/tmp/mps-log
  mkdir -p "$CUDA_MPS_PIPE_DIRECTORY" "$CUDA_MPS_LOG_DIRECTORY"
  timeout -k 2 10 "$mps" -d </dev/null >/dev/null 2>&1
  if timeout -k 2 40 node "$PROJECT/tools/gpu/bench.cjs" "$ENGINE" 0 5; then
    echo "the card is shared through MPS"
    stop_sharing() { echo quit | timeout -k 2 10 "$mps" >/dev/null 2>&1; }
  else
    echo "MPS does not work here: processes take turns"
    echo quit | timeout -k 2 10 "$mps" >/dev/null 2>&1
    unset CUDA_MPS_PIPE_DIRECTORY CUDA_MPS_LOG_DIRECTORY
  fi
fi
