import { threadCount } from '../../threads';

/** What TensorFlow reads from the environment when it is loaded, and keeps: as many threads as elsewhere, float32 as elsewhere, and a card that can be shared. */
export function tensorflowEnvironment(): Record<string, string> {
  const threads = String(threadCount());
  return {
    // It logs what it finds of the machine to stderr unless told not to.
    TF_CPP_MIN_LOG_LEVEL: process.env['TF_CPP_MIN_LOG_LEVEL'] ?? '3',
    TF_NUM_INTRAOP_THREADS: threads,
    TF_NUM_INTEROP_THREADS: '1',
    // Without: TensorFloat-32 on cards that have it.
    NVIDIA_TF32_OVERRIDE: '0',
    // The same seed gives the same bytes.
    TF_DETERMINISTIC_OPS: '1',
    TF_CUDNN_DETERMINISTIC: '1',
    // Several runs share a card: each takes what it needs.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
  };
}
