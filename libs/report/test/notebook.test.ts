import { UserError } from '@distillery/tensor';
import { JSDOM } from 'jsdom';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderNotebook } from '../src';
import { createSanitiser, type Sanitiser } from '../src/notebook/sanitise';
import { PNG } from './fixture';

const METADATA = { kernelspec: { name: 'tslab', language: 'typescript' }, language_info: { name: 'typescript' } };
const notebook = (...cells: object[]) => ({ nbformat: 4, nbformat_minor: 5, metadata: METADATA, cells });
const markdown = (source: string | string[]) => ({ cell_type: 'markdown', metadata: {}, source });
const code = (source: string, ...outputs: object[]) => ({ cell_type: 'code', metadata: {}, execution_count: 1, source, outputs });
const display = (data: object) => ({ output_type: 'display_data', metadata: {}, data });

async function bodyOf(...cells: object[]): Promise<HTMLElement> {
  const article = new JSDOM(await renderNotebook(notebook(...cells))).window.document.querySelector('article');
  if (!article) throw new Error('the page has no article');
  return article;
}

describe('a notebook page', () => {
  it('renders markdown, tables, and mathematics as MathML', async () => {
    const body = await bodyOf(
      markdown(['# A title\n', '\n', 'Text with $x^2$ and\n\n$$\\frac{a}{b}$$\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n']),
    );
    expect(body.querySelector('h1')?.textContent).toBe('A title');
    expect(body.querySelector('math msup')?.textContent).toBe('x2');
    expect(body.querySelector('math[display="block"] mfrac')).not.toBeNull();
    expect(body.querySelector('annotation')?.textContent).toBe('x^2');
    expect((body.querySelector('td:last-child') as HTMLElement).getAttribute('style')).toBe('text-align:right');
  });

  it('takes its title from the first heading', async () => {
    const page = await renderNotebook(notebook(markdown('no heading'), markdown('# The `code` & title')));
    expect(new JSDOM(page).window.document.title).toBe('The code & title');
  });

  it('has contents that lead to its parts, and a way to the report where there is one', async () => {
    const cells = [markdown('# Title\n\n## The *first* <part>'), code('1'), markdown('## Second\n\n### Deeper')];
    const { document } = new JSDOM(await renderNotebook(notebook(...cells), { report: '../index.html' })).window;
    const links = [...document.querySelectorAll('nav[aria-label=Contents] a')];
    expect(links.map(({ textContent }) => textContent)).toEqual(['The first <part>', 'Second']);
    for (const link of links) {
      const target = document.querySelector(link.getAttribute('href') ?? '');
      expect(target?.querySelector('h2')?.textContent).toBe(link.textContent?.replace('<part>', ''));
    }
    expect(document.querySelector('header a')?.getAttribute('href')).toBe('../index.html');
    const short = new JSDOM(await renderNotebook(notebook(markdown('## Only')))).window.document;
    expect([short.querySelector('nav[aria-label=Contents]'), short.querySelector('header a')]).toEqual([null, null]);
  });

  it('highlights code and shows it as written', async () => {
    const source = `const a: string = "<b>" && '\${1}'; // note`;
    const body = await bodyOf(code(source));
    expect(body.querySelector('pre.code')?.textContent).toBe(source);
    expect(body.querySelector('.hljs-keyword')?.textContent).toBe('const');
    expect(body.querySelector('b')).toBeNull();
  });

  it('shows text as a terminal would: no colour codes, overwritten lines once', async () => {
    const body = await bodyOf(
      code('', { output_type: 'stream', name: 'stdout', text: ['\u001b[31mred\u001b[0m <b>\r\n', '10%\r50%\r100%\n'] }),
    );
    expect(body.querySelector('pre.output')?.textContent).toBe('red <b>\n100%');
  });

  it.each([
    ['a', 'a'],
    ['', ''],
    ['a\rb', 'b'],
    ['a\rb\r', 'b'],
    ['a\r\r\nb', 'a\nb'],
    ['x\r\n\ry', 'x\ny'],
    ['\r\r', ''],
  ])('keeps of the line %j what was written last', async (text, shown) => {
    const body = await bodyOf(code('', { output_type: 'stream', name: 'stdout', text }));
    expect(body.querySelector('pre.output')?.textContent).toBe(shown);
  });

  // In quadratic time the first of these takes minutes.
  it.each([
    ['one line', 'x'.repeat(2 ** 20)],
    ['a line that was overwritten half a million times', 'x\r'.repeat(2 ** 19) + 'end'],
    ['a sequence of colours that never ends', '\u001b[3'.repeat(2 ** 18)],
  ])('takes linear time for a megabyte of %s', async (_name, text) => {
    const page = await renderNotebook(
      notebook(
        code('', { output_type: 'stream', name: 'stdout', text }, { output_type: 'error', ename: 'E', evalue: text, traceback: [] }),
      ),
    );
    expect(page).toContain(text.slice(-3).replace('\u001b[3', ''));
  });

  it('shows errors with their trace', async () => {
    const body = await bodyOf(
      code('', { output_type: 'error', ename: 'Error', evalue: 'no <such> thing', traceback: ['\u001b[0mat cell 1'] }),
    );
    expect(body.querySelector('.stderr')?.textContent).toBe('Error: no <such> thing\nat cell 1');
  });

  it('shows images inline, SVG as an image, and describes them', async () => {
    const body = await bodyOf(
      code(
        '',
        display({ 'image/png': `${PNG}\n`, 'text/plain': 'a square' }),
        display({ 'image/svg+xml': '<svg onload="window.pwned=1"/>', 'text/plain': 'a curve' }),
      ),
    );
    const [png, svg] = body.querySelectorAll('img');
    expect(png?.getAttribute('src')).toBe(`data:image/png;base64,${PNG}`);
    expect(png?.alt).toBe('a square');
    expect(svg?.getAttribute('src')).toMatch(/^data:image\/svg\+xml;base64,/);
    expect(body.querySelector('svg')).toBeNull();
  });

  it('prefers a figure to its HTML, and carries Plotly only then', async () => {
    const figure = {
      'application/vnd.plotly.v1+json': {
        data: [{ type: 'scatter', x: [1], y: ['</script>'] }],
        layout: { height: 9, title: { text: 'Loss' }, xaxis: { title: 'step' } },
      },
      'text/html': '<div>no</div>',
      'text/plain': 'plain',
    };
    const page = await renderNotebook(notebook(code('plot()', display(figure))));
    const { document } = new JSDOM(page).window;
    const plot = document.querySelector('[data-figure]');
    const data = document.getElementById(plot?.getAttribute('data-figure') ?? '')?.textContent ?? '';
    expect(JSON.parse(data)).toEqual({ data: [{ type: 'scatter', x: [1], y: ['</script>'] }], layout: { xaxis: { title: 'step' } } });
    expect(plot?.getAttribute('aria-label')).toBe('Loss');
    expect(document.querySelector('figcaption')?.textContent).toBe('Loss');
    expect(document.body.textContent).not.toContain('no</div>');
    expect(page.length).toBeGreaterThan(1e6);
    expect((await renderNotebook(notebook(code('1')))).length).toBeLessThan(1e5);
  });

  it('keeps tables from cells, sanitised', async () => {
    const body = await bodyOf(
      code(
        '',
        display({
          'text/html':
            '<table><caption>c</caption><tr><td style="text-align:right;position:fixed">1</td></tr></table><script>window.pwned=1</script>',
        }),
      ),
    );
    expect(body.querySelector('td')?.getAttribute('style')).toBe('text-align:right');
    expect(body.querySelector('script')).toBeNull();
  });

  it('falls back to what text there is', async () => {
    const body = await bodyOf(
      code('', display({ 'application/json': { a: 1 } }), display({ 'text/plain': '<i>' }), display({ 'application/x-unknown': 1 })),
    );
    expect([...body.querySelectorAll('.output pre')].map(({ textContent }) => textContent)).toEqual([
      '{\n  "a": 1\n}',
      '<i>',
      'an output without a text form',
    ]);
  });

  it.each([
    ['a list', []],
    ['nothing', null],
    ['another version', { ...notebook(), nbformat: 3 }],
    ['a cell of no kind', notebook({ cell_type: 'video', source: '' })],
    ['a cell without source', notebook({ cell_type: 'markdown', metadata: {} })],
  ])('is refused for %s, in one line', async (_name, json) => {
    await expect(renderNotebook(json)).rejects.toThrow(UserError);
    await expect(renderNotebook(json)).rejects.toThrow(/^not a Jupyter notebook: [^\n]*; expected nbformat 4$/);
  });
});

describe('the sanitiser', () => {
  let sanitise: Sanitiser;
  beforeAll(async () => {
    sanitise = await createSanitiser();
  });

  it.each([
    '<script>window.pwned=1</script>',
    '<img src=x onerror=window.pwned=1>',
    '<svg><script>window.pwned=1</script></svg>',
    '<svg><textarea><img src=x onerror=window.pwned=1></textarea></svg>',
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.pwned=1&gt;">',
    '<math><annotation-xml encoding="text/html"><script>window.pwned=1</script></annotation-xml></math>',
    '<math><annotation encoding="text/html"><img src=x onerror=window.pwned=1></annotation></math>',
    '<a href="javascript:window.pwned=1">x</a>',
    '<a href="data:text/html,<script>1</script>">x</a>',
    '<a href=" &#1; jav&#x09;ascript:window.pwned=1">x</a>',
    '<iframe srcdoc="<script>window.pwned=1</script>"></iframe>',
    '<object data="data:text/html,x"></object><embed src="x">',
    '<form action="https://example.org"><input name="q"><button>go</button></form>',
    '<link rel="stylesheet" href="https://example.org/x.css"><meta http-equiv="refresh" content="0;url=https://example.org"><base href="https://example.org/">',
    '<style>@import "https://example.org/x.css"</style>',
    '<div style="background:url(https://example.org/x.png);position:fixed">x</div>',
    '<img src="https://example.org/x.png" srcset="https://example.org/y.png 2x">',
    '<video src="https://example.org/v"></video><audio src="https://example.org/a"></audio><picture><source srcset="https://example.org/x.png"></picture>',
    '<p id="content" name="body">clobber</p>',
    '<noscript><p title="</noscript><img src=x onerror=window.pwned=1>">',
  ])('leaves nothing that runs, loads, or shadows: %s', (markup) => {
    const { document } = new JSDOM(`<main>${sanitise(markup).markup}</main>`, { runScripts: 'dangerously' }).window;
    expect((document.defaultView as unknown as { pwned?: number }).pwned).toBeUndefined();
    expect(
      document.querySelectorAll(
        'script, svg, iframe, object, embed, form, input, button, link, meta, base, style, video, audio, source, annotation-xml',
      ),
    ).toHaveLength(0);
    for (const element of document.querySelectorAll('main *')) {
      for (const { name, value } of element.attributes) {
        expect(name).not.toMatch(/^(on|id$|name$|srcset$|srcdoc$|action$)/i);
        if (name === 'style') expect(value).toMatch(/^(text-align:(left|right|center))?$/);
        if (name === 'src') expect(value).toMatch(/^data:image\//);
        if (name === 'href') expect(value).toMatch(/^(https?:|mailto:|#)/);
      }
    }
  });

  it('is the identity on its own output', () => {
    for (const markup of ['<p>a<b>b</p>', '<table><td>x', '<math><mi>x</mi></math><img>', '<a href="https://example.org">x</a>']) {
      const once = sanitise(markup).markup;
      expect(sanitise(once).markup).toBe(once);
    }
  });
});
