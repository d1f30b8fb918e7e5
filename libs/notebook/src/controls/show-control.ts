import { randomBytes } from 'node:crypto';
import { controlsScript } from '@distillery/report';
import { captureDisplays, publish } from '../display/publish';
import { openComm } from '../kernel/comms';
import { controlHtml, frameHtml, type Frame } from './control-html';
import { checkedSetting, settingOf, settings, type Inputs, type Values } from './inputs';

export interface ControlOptions {
  /** How many settings are computed when the cell runs, the initial one first; default 64. The others are computed when asked for. */
  readonly precompute?: number;
}

/**
 * Shows sliders, drop-downs and buttons, and below them what `draw` displays for their setting with the helpers of this library. Settings are computed when the cell
 * runs, as many as `precompute` says, and stand in the saved notebook and its HTML; in JupyterLab and Jupyter Notebook the others, and what a button asks for, come
 * from the kernel while it runs. Throws what `draw` throws for a setting that is computed at once.
 */
export async function showControl<I extends Inputs>(
  inputs: I,
  draw: (values: Values<I>) => void | Promise<void>,
  { precompute = 64 }: ControlOptions = {},
): Promise<void> {
  const frameOf = async (values: Values<I>): Promise<Frame> => ({
    setting: settingOf(values),
    html: frameHtml(await captureDisplays(async () => draw(values))),
  });
  const frames: Frame[] = [];
  for (const values of settings(inputs).slice(0, Math.max(1, precompute))) frames.push(await frameOf(values));
  const id = `control-${randomBytes(8).toString('hex')}`;
  openComm(id, async (asked) => ({ ...(await frameOf(checkedSetting(inputs, asked))) }));
  publish({ 'text/html': controlHtml(id, inputs, frames, await controlsScript()), 'text/plain': `control: ${frames[0]?.setting ?? ''}` });
}
