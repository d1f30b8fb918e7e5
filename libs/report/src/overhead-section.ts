import type { OverheadFile } from '@distillery/lab';
import { TIER_TEXT } from './badges';
import type { Cohort } from './cohort';
import { count, fixed } from './format';
import { html, type Content, type Html } from './html';
import { dataTable } from './table';

/** What the paper's methods cost per training step beside plain training of the same student; says how to measure it where nobody did. */
export function overheadSection(cohort: Cohort, file: OverheadFile | null): Html {
  const found = file?.papers.find((overhead) => overhead.paper === cohort.paper.id);
  return html`<section aria-labelledby="overhead">
    <h2 id="overhead">Cost of a training step</h2>
    ${file && found ? overheadTable(cohort, file, found) : html`<p>Not measured. <code>npm run bench -- methods --save</code> measures it.</p>`}
  </section>`;
}

function overheadTable(cohort: Cohort, file: OverheadFile, { plain, arms }: OverheadFile['papers'][number]): Content {
  const name = (arm: string): string =>
    cohort.experiments.flatMap((experiment) => experiment.arms).find((row) => row.arm === arm)?.label ?? arm;
  const reference = arms.find(({ arm }) => arm === plain);
  const times = (value: number, of: 'milliseconds' | 'peakBytes') => (reference ? fixed(value / reference[of], 2) : '');
  const tier = TIER_TEXT[file.tier].heading.split(':')[0] as string;
  return html`<p>
      Medians of ${count(file.rounds, 'round')} in which the arms took turns, each in a process of its own, on noise of the recipe’s shapes
      (${tier}, engine ${file.engine} ${file.engineVersion}, ${count(file.threads, 'thread')}, ${file.platform}). Other machines give other
      times; the ratios to “${name(plain)}”, plain training of the same student, carry over better. Memory is the largest of the process, so
      the runtime, the frozen networks and compiling are in it.
    </p>
    ${dataTable({
      caption: 'Time and memory of a training step',
      columns: [
        { title: 'Arm' },
        { title: 'Time (ms)', align: 'right' },
        { title: '×\u00a0plain', align: 'right' },
        { title: 'Peak memory (MiB)', align: 'right' },
        { title: '×\u00a0plain', align: 'right' },
        { title: 'First step, compiling included (s)', align: 'right' },
      ],
      rows: arms.map(({ arm, milliseconds, peakBytes, firstStepSeconds, fallback }) => [
        fallback === null ? name(arm) : `${name(arm)} (not compiled: ${fallback})`,
        fixed(milliseconds, 1),
        times(milliseconds, 'milliseconds'),
        fixed(peakBytes / 2 ** 20, 0),
        times(peakBytes, 'peakBytes'),
        fixed(firstStepSeconds, 1),
      ]),
    })}`;
}
