import type { RunProgress } from '@distillery/lab';

/** Progress of a run in a line, but for notes on its data. */
export function describeProgress(progress: Exclude<RunProgress, { kind: 'data' }>): string {
  const { id } = progress;
  switch (progress.kind) {
    case 'waiting':
      return `${id}: waiting for ${progress.holder}`;
    case 'started':
      return `${id}: training ${progress.fromStep > 0 ? `from step ${progress.fromStep} ` : ''}to step ${progress.steps}`;
    case 'damaged':
      return `${id}: ${progress.reason.replace(/: use --fresh.*$/, '')}; the checkpoint before it is used, of step ${progress.fromStep}`;
    case 'step':
      return `${id}: step ${progress.step} of ${progress.steps}, loss ${progress.losses.total?.toPrecision(4) ?? 'n/a'}`;
    case 'validated':
      return `${id}: validation at step ${progress.step}: ${psnrOf(progress.psnr)}`;
    case 'fallback':
      return `${id}: not compiled, steps run one operation at a time: ${progress.reason}`;
    case 'evaluating':
      return `${id}: evaluating ${progress.network} on ${progress.dataset}`;
    case 'finished':
      return `${id}: ${progress.skipped ? 'already finished' : 'finished'}: ${progress.folder}`;
  }
}

function psnrOf(networks: Readonly<Record<string, number>>): string {
  return Object.entries(networks)
    .map(([network, psnr]) => `${network} ${psnr.toFixed(2)} dB`)
    .join(', ');
}

/** A step's line at most this often per run, so that a log stays readable. */
const STEP_EVERY_MS = 5000;

/** Whether a line is due: always, but for steps that follow a line of the same run too soon. The last step is always due. */
export function stepThrottle(): (progress: RunProgress) => boolean {
  const last = new Map<string, number>();
  return (progress) => {
    const now = Date.now();
    if (progress.kind === 'step' && progress.step < progress.steps && now - (last.get(progress.id) ?? 0) < STEP_EVERY_MS) return false;
    last.set(progress.id, now);
    return true;
  };
}

/** Tells what is to be known of the sets that runs use: each line once, however many runs share a set. */
export function datasetNotes(tell: (line: string) => void): (notes: readonly string[]) => void {
  const told = new Set<string>();
  return (notes) => {
    for (const note of notes) {
      if (told.has(note)) continue;
      told.add(note);
      tell(note);
    }
  };
}
