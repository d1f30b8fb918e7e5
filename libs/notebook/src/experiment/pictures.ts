import { crop, type Image } from '@distillery/data';
import type { Recipe } from '@distillery/lab';
import { upscale } from '@distillery/models';
import { UserError } from '@distillery/tensor';
import { networksOfRun } from './perform';
import type { Session } from './session';

/** The square in the middle of an image, `side` pixels wide or as wide as the image allows. */
export function centreOf(image: Image, side = 64): Image {
  const width = Math.min(side, image.width, image.height);
  return crop(image, Math.floor((image.width - width) / 2), Math.floor((image.height - width) / 2), width, width);
}

/** What a network of a finished run makes of an LR image. Throws UserError if the run is not finished or has no such network. */
export async function outputOfRun(session: Session, recipe: Recipe, network: string, lr: Image): Promise<Image> {
  const networks = await networksOfRun(session, recipe);
  const deployed = networks[network];
  if (!deployed) throw new UserError(`run of ${recipe.arm} has no network '${network}', expected ${Object.keys(networks).join(' or ')}`);
  return upscale(deployed.model, deployed.params, lr);
}
