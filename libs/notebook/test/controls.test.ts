import { button, dropDown, showControl, showTable, slider } from '@distillery/notebook';
import { UserError } from '@distillery/tensor';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkedSetting, settings } from '../src/controls/inputs';
import { commsOpen, receiveComm } from '../src/kernel/comms';
import { request, type Message } from '../src/protocol/messages';
import { collectDisplays, stopDisplays, type Sent } from './displayed';

let sent: Sent[] = [];
beforeEach(() => void (sent = collectDisplays()));
afterEach(stopDisplays);

const INPUTS = { K: slider([1, 2, 4], 2), how: dropDown(['sum', '<mean>']), again: button() };
const markup = () => String(sent.at(-1)?.data['text/html']);
const folded = () => [...markup().matchAll(/<details[^>]*><summary>([^<]*)<\/summary>/g)].map(([, setting]) => setting);

/** What a page gets for a message to the control that was opened last. */
async function asked(data: unknown): Promise<Record<string, unknown>> {
  const published: Message['content'][] = [];
  const message = { ...request('comm_msg', { comm_id: Object.keys(commsOpen()).at(-1), data }, 'page'), reply: () => undefined };
  await receiveComm(message, { publish: (_type, _parent, content) => void published.push(content), closeRequests: () => undefined });
  return published[0]?.['data'] as Record<string, unknown>;
}

describe('settings', () => {
  it('are all combinations, the initial one first', () => {
    expect(settings(INPUTS)).toHaveLength(6);
    expect(settings(INPUTS)[0]).toEqual({ K: 2, how: 'sum', again: 0 });
    expect(new Set(settings(INPUTS).map((one) => JSON.stringify(one))).size).toBe(6);
  });

  it.each([
    ['a value that the slider does not have', { K: 3, how: 'sum', again: 0 }, 'control K: 3, expected one of 1, 2, 4'],
    ['a number as text', { K: '2', how: 'sum', again: 0 }, 'control K: "2", expected one of 1, 2, 4'],
    ['nothing for the button', { K: 2, how: 'sum' }, 'control again: undefined, expected one of 0'],
    ['nothing at all', null, 'control K: undefined, expected one of 1, 2, 4'],
  ])('of a page are refused where they are %s', (_what, given, message) => {
    expect(() => checkedSetting(INPUTS, given)).toThrow(new UserError(message));
  });

  it('refuse an initial value that is not among them, and none', () => {
    expect(() => slider([1, 2], 3)).toThrow(new UserError('slider: initial value 3, expected one of 1, 2'));
    expect(() => dropDown([])).toThrow(UserError);
  });
});

describe('a control', () => {
  it('holds what was computed for each setting, the initial one open, and shows nothing else', async () => {
    await showControl(INPUTS, ({ K, how }) => showTable([{ K, how, product: K * 1000 }]));
    expect(sent).toHaveLength(1);
    expect(folded()).toHaveLength(6);
    expect(folded()[0]).toBe('K = 2, how = sum, again = 0');
    expect(markup()).toMatch(/<details open><summary>K = 2/);
    expect(markup()).toContain('<td style="text-align:right">4000</td>');
    expect(markup()).not.toContain('<mean>');
  });

  it('computes no more than was asked for, and the rest when a page asks', async () => {
    const drawn: number[] = [];
    const inputs = { K: slider([1, 2, 4]), again: button() };
    await showControl(
      inputs,
      ({ K, again }) => {
        drawn.push(K);
        showTable([{ K, again, product: K * 1000 }]);
      },
      { precompute: 1 },
    );
    expect(drawn).toEqual([1]);
    const answer = await asked({ K: 4, again: 2 });
    expect(answer['setting']).toBe('K = 4, again = 2');
    expect(answer['html']).toContain('4000');
    expect(await asked({ K: 5, again: 0 })).toEqual({ error: 'UserError: control K: 5, expected one of 1, 2, 4' });
    expect(sent).toHaveLength(1);
  });

  it('says what its drawing threw, at once for what is computed at once', async () => {
    const draw = ({ K }: { K: number }): void => {
      if (K > 1) throw new RangeError('too many');
    };
    await expect(showControl({ K: slider([1, 2]) }, draw)).rejects.toThrow('too many');
    await showControl({ K: slider([1, 2]) }, draw, { precompute: 1 });
    expect(await asked({ K: 2 })).toEqual({ error: 'RangeError: too many' });
  });
});
