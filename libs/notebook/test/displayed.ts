import { createRequire } from 'node:module';

export interface Sent {
  readonly data: Record<string, unknown>;
  readonly transient: { readonly display_id?: string };
  readonly update: boolean;
}

const jupyter = createRequire(__filename)('tslab/dist/jupyter') as { lastWriteDisplayData: unknown };

/** Collects what is displayed, behind what `sent` holds already, as tslab does from the start of each cell. */
export function collectDisplays(sent: Sent[] = []): Sent[] {
  jupyter.lastWriteDisplayData = (content: Omit<Sent, 'update'>, update: boolean) => void sent.push({ ...content, update });
  return sent;
}

/** Outside a cell there is nothing to display on. */
export function stopDisplays(): void {
  jupyter.lastWriteDisplayData = null;
}

/** Every text that was displayed. */
export function texts(sent: readonly Sent[]): string[] {
  return sent.map(({ data }) => String(data['text/plain']));
}
