import { UserError } from '@distillery/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { embeddedPng } from '../src/png';
import { FIXTURE, PNG, SMALL_RESULTS } from './fixture';
import { documentOf, pages } from './pages';
import { HOSTILE, poisoned } from './poisoned';

const shape = (page: string) => {
  const document = documentOf(page);
  const tags = ['script', 'style', 'link', 'meta', 'iframe', 'svg', 'object', 'form', 'b'];
  const handlers = [...document.querySelectorAll('*')].filter((element) => [...element.attributes].some(({ name }) => /^on/i.test(name)));
  const foreign = [...document.querySelectorAll('[href], [src]')].filter((element) =>
    /^\s*(javascript|vbscript|data:text)/i.test(element.getAttribute('href') ?? element.getAttribute('src') ?? ''),
  );
  return { tags: tags.map((tag) => document.querySelectorAll(tag).length), handlers: handlers.length, foreign: foreign.length };
};

describe('hostile text in results', () => {
  let expected: Awaited<ReturnType<typeof pages>>;
  beforeAll(async () => {
    const { paper, runs } = poisoned('harmless');
    expected = await pages([paper], [{ ...SMALL_RESULTS, runs }]);
  });

  it.each(HOSTILE)('stays text: %j', async (text) => {
    const { paper, runs } = poisoned(text);
    const actual = await pages([paper], [{ ...SMALL_RESULTS, runs }]);
    expect(shape(actual.paper)).toEqual(shape(expected.paper));
    expect(shape(actual.index)).toEqual(shape(expected.index));
    expect(shape(actual.runs)).toEqual(shape(expected.runs));
    expect(shape(actual.runs)).toMatchObject({ handlers: 0, foreign: 0 });
    expect(shape(actual.paper)).toMatchObject({ handlers: 0, foreign: 0 });
    expect(documentOf(actual.paper).querySelector('h1')?.textContent).toBe(text.replace('\u0000', '\ufffd'));
  });

  it('cannot come in as a picture', async () => {
    const crops = [
      `x" onerror="window.pwned=1`,
      `${PNG}" onerror="1`,
      'AAAA',
      '',
      Buffer.from('<svg onload="1"/>'.padEnd(40)).toString('base64'),
    ];
    for (const pngBase64 of crops) {
      const runs = SMALL_RESULTS.runs.map((run) => ({ ...run, crops: run.crops.map((crop) => ({ ...crop, pngBase64 })) }));
      await expect(pages([FIXTURE], [{ ...SMALL_RESULTS, runs }])).rejects.toThrow(UserError);
      await expect(pages([FIXTURE], [{ ...SMALL_RESULTS, runs }])).rejects.toThrow('expected a base64-encoded PNG');
    }
  });

  it('reads the size of a picture from the picture', () => {
    expect(embeddedPng(PNG, 'the fixture')).toEqual({ src: `data:image/png;base64,${PNG}`, width: 4, height: 4 });
  });
});
