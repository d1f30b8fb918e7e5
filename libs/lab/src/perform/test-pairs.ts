import { cropToMultiple, type Dataset, type Image } from '@distillery/data';
import { breathe, UserError } from '@distillery/tensor';

/** An image of a test set as a network meets it. */
export interface TestPair {
  readonly name: string;
  readonly lr: Image;
  /** Cropped to a multiple of the scale. */
  readonly hr: Image;
}

/** A test set's images in order. Throws UserError if the set has no HR images, or as their reading does; Interrupted once the user interrupts. */
export async function* testPairs(dataset: Dataset, scale: number): AsyncGenerator<TestPair> {
  if (!dataset.groundTruth) throw new UserError(`dataset ${dataset.name} has no HR images: nothing to score against`);
  for (const item of dataset.items) {
    await breathe();
    const lr = await item.lr(scale);
    yield { name: item.name, lr, hr: cropToMultiple(await item.hr(), scale) };
  }
}
