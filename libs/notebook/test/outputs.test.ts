import { describe, expect, it } from 'vitest';
import { request } from '../src/protocol/messages';
import { addOutput, type Displays } from '../src/runner/outputs';
import type { Output } from '@distillery/notebook';

const message = (type: string, content: Record<string, unknown>) => request(type, content, 'session');
const stream = (name: string, text: string) => message('stream', { name, text });
const display = (type: string, text: string, id?: string) =>
  message(type, { data: { 'text/plain': text }, metadata: {}, transient: id === undefined ? {} : { display_id: id } });

describe('addOutput', () => {
  it('joins what goes to the same stream until another output comes between', () => {
    const outputs: Output[] = [];
    const displays: Displays = new Map();
    for (const one of [stream('stdout', 'a'), stream('stdout', 'b'), stream('stderr', 'c'), stream('stdout', 'd')]) {
      addOutput(outputs, displays, one);
    }
    expect(outputs.map((output) => (output.output_type === 'stream' ? [output.name, output.text] : null))).toEqual([
      ['stdout', 'ab'],
      ['stderr', 'c'],
      ['stdout', 'd'],
    ]);
  });

  it('updates a display in place, from another cell too, and leaves other displays alone', () => {
    const displays: Displays = new Map();
    const first: Output[] = [];
    const second: Output[] = [];
    addOutput(first, displays, display('display_data', 'old', 'one'));
    addOutput(first, displays, display('display_data', 'other', 'two'));
    addOutput(first, displays, display('display_data', 'without id'));
    addOutput(second, displays, display('update_display_data', 'new', 'one'));
    const texts = first.map((output) => (output.output_type === 'display_data' ? output.data['text/plain'] : null));
    expect(texts).toEqual(['new', 'other', 'without id']);
    expect(second).toEqual([]);
  });

  it('does not write transient ids to the notebook, and ignores messages that show nothing', () => {
    const outputs: Output[] = [];
    addOutput(outputs, new Map(), display('display_data', 'x', 'one'));
    addOutput(outputs, new Map(), message('status', { execution_state: 'busy' }));
    expect(outputs).toEqual([{ output_type: 'display_data', data: { 'text/plain': 'x' }, metadata: {} }]);
  });
});
