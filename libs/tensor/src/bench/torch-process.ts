import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** One step's duration: by the clock, and the processor time of all threads. Milliseconds. */
export interface StepTime {
  readonly wall: number;
  readonly cpu: number;
}

/** PyTorch, in a process of its own, that takes one training step whenever it is asked to. */
export interface TorchProcess {
  readonly version: string;
  step(): Promise<StepTime>;
  close(): void;
}

export interface EdsrWorkload {
  readonly features: number;
  readonly blocks: number;
  readonly batch: number;
  readonly patch: number;
}

/** EDSR x2 with L1 and Adam, eager, on the CPU: what a user of PyTorch would write. Answers each line of input with one measured step. */
const PROGRAM = `
import sys, time
import torch
from torch import nn
features, blocks, batch, patch, threads = map(int, sys.argv[1:])
torch.set_num_threads(threads)
conv = lambda i, o: nn.Conv2d(i, o, 3, padding=1)
class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = conv(features, features), conv(features, features)
    def forward(self, x):
        return x + self.b(torch.relu(self.a(x)))
class Edsr(nn.Module):
    def __init__(self):
        super().__init__()
        self.head, self.blocks = conv(3, features), nn.Sequential(*[Block() for _ in range(blocks)])
        self.body, self.up, self.tail = conv(features, features), conv(features, 4 * features), conv(features, 3)
    def forward(self, x):
        head = self.head(x)
        return self.tail(nn.functional.pixel_shuffle(self.up(self.body(self.blocks(head)) + head), 2))
net = Edsr()
optimiser = torch.optim.Adam(net.parameters(), 1e-4)
lr, hr = torch.rand(batch, 3, patch, patch), torch.rand(batch, 3, 2 * patch, 2 * patch)
print(torch.__version__, flush=True)
for _ in sys.stdin:
    wall, cpu = time.perf_counter(), time.process_time()
    optimiser.zero_grad()
    loss = (net(lr) - hr).abs().mean()
    loss.backward()
    optimiser.step()
    loss.item()
    print((time.perf_counter() - wall) * 1e3, (time.process_time() - cpu) * 1e3, flush=True)
`;

/** Starts PyTorch on a workload. Null where there is no Python, or no PyTorch in it. */
export async function startTorch(workload: EdsrWorkload, threads: number): Promise<TorchProcess | null> {
  const args = [workload.features, workload.blocks, workload.batch, workload.patch, threads].map(String);
  const child = spawn('python3', ['-c', PROGRAM, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const first = await lines.next();
  if (first.done) return null;
  return {
    version: first.value,
    async step() {
      child.stdin.write('step\n');
      const line = await lines.next();
      if (line.done) throw new Error('the PyTorch process ended');
      const [wall, cpu] = line.value.split(' ').map(Number) as [number, number];
      return { wall, cpu };
    },
    close: () => child.stdin.end(),
  };
}
