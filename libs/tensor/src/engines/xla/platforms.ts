import type { ClientOptions } from '../../xla/pjrt/client-options';
import type { DeviceTraits } from '../../xla/run/device';
import type { TogetherTraits } from '../../xla/run/steps-together';

/** A kind of device that PJRT plugins exist for. */
export type XlaPlatform = 'cpu' | 'cuda' | 'rocm';

/** What plugins of a platform want. */
export interface PlatformTraits extends DeviceTraits {
  /** Where Python packages put plugins, below site-packages; of several the first is preferred. A `*` stands for a part of a name. */
  readonly files: readonly string[];
  readonly client: ClientOptions;
}

/** All of a step in CUDA graphs, convolutions too, which XLA by itself leaves outside: one launch for thousands of kernels. */
const CUDA_GRAPHS = {
  xla_gpu_enable_command_buffer: 'FUSION,CUBLAS,CUBLASLT,CUSTOM_CALL,CUDNN,CONVOLUTION,DYNAMIC_SLICE_FUSION',
  xla_gpu_graph_min_graph_size: '1',
};

/** Steps that keep a card busy for less than their launches take; too few for an interrupt to have to wait, and for compiling to take long. */
const ON_CARD: TogetherTraits = { multiplyAdds: 2e10, most: 5, between: 'barrier' };

/** Nothing is gained on a processor, whose launches take a fraction of the smallest step, and compiling takes several times as long. */
const ON_PROCESSOR: TogetherTraits = { multiplyAdds: 0, most: 1, between: 'branch' };

export const PLATFORMS: Readonly<Record<XlaPlatform, PlatformTraits>> = {
  cpu: { files: ['xla_plugins/xla_cpu_pjrt/xla_cpu_pjrt.so'], client: {}, compile: {}, packs: false, together: ON_PROCESSOR },
  // Several runs share a card: each takes what it needs. The same seed gives the same bytes: no sums in the order in which threads arrive.
  cuda: {
    files: ['jax_plugins/xla_cuda*/xla_cuda_plugin.so'],
    client: { preallocate: false },
    compile: { xla_gpu_deterministic_ops: true },
    faster: CUDA_GRAPHS,
    packs: false,
    together: ON_CARD,
  },
  rocm: {
    files: ['jax_plugins/xla_rocm*/xla_rocm_plugin.so'],
    client: { preallocate: false },
    compile: { xla_gpu_deterministic_ops: true },
    packs: false,
    together: ON_CARD,
  },
};
