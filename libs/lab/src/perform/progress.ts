/** What a run that is being performed tells. `id` is its id, or that of the run it starts from while that one is made first. */
export type RunProgress =
  | { readonly kind: 'waiting'; readonly id: string; readonly holder: string }
  | {
      readonly kind: 'data';
      readonly id: string;
      /** What a user has to know of the sets that the run uses, a line each, see `describeDataset`. */
      readonly notes: readonly string[];
    }
  | { readonly kind: 'started'; readonly id: string; readonly fromStep: number; readonly steps: number }
  | {
      readonly kind: 'damaged';
      readonly id: string;
      /** What is wrong with the last checkpoint: training goes on from the one before, of step `fromStep`. */
      readonly reason: string;
      readonly fromStep: number;
    }
  | {
      readonly kind: 'step';
      readonly id: string;
      readonly step: number;
      readonly steps: number;
      readonly losses: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'validated';
      readonly id: string;
      readonly step: number;
      /** PSNR on the validation set by network, see `ValidationCurves`. */
      readonly psnr: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'fallback';
      readonly id: string;
      /** What the engine could not compile, so that steps run uncompiled. */
      readonly reason: string;
    }
  | { readonly kind: 'evaluating'; readonly id: string; readonly network: string; readonly dataset: string }
  | { readonly kind: 'finished'; readonly id: string; readonly folder: string; /** It was there already. */ readonly skipped: boolean };
