import { describe, expect, it } from 'vitest';
import { pageAssets } from '../src/assets';
import { html } from '../src/html';
import { pageHtml } from '../src/page';
import { documentOf } from './pages';

const picture = (letter: string, length: number) => html`<img src="data:image/png;base64,${letter.repeat(length)}" alt="a picture" />`;

async function imagesOf(...pictures: readonly ReturnType<typeof html>[]) {
  const page = { title: 't', description: 'd', trail: [{ title: 't' }], body: html`${pictures}`, footer: null };
  return [...documentOf(pageHtml(page, await pageAssets(), { plotly: 'none' })).querySelectorAll('main img')];
}

describe('pictures of a page', () => {
  it('are in it once, however often they are shown', async () => {
    const [first, second, other, again] = await imagesOf(picture('A', 4000), picture('A', 4000), picture('B', 4000), picture('A', 4000));
    expect(first?.getAttribute('src')).toHaveLength('data:image/png;base64,'.length + 4000);
    for (const copy of [second, again]) {
      expect(copy?.getAttribute('src')).toBeNull();
      expect(copy?.getAttribute('data-same')).toBe(first?.getAttribute('data-picture'));
      expect(copy?.getAttribute('alt')).toBe('a picture');
    }
    expect(other?.getAttribute('src')).toContain('BBBB');
    expect(other?.hasAttribute('data-picture')).toBe(false);
  });

  it('stay where they are if they are small or different', async () => {
    for (const image of await imagesOf(picture('A', 100), picture('A', 100), picture('B', 4000)))
      expect(image.hasAttribute('src')).toBe(true);
  });
});

describe('templates', () => {
  it('lose the indentation of the source code, but not that of what is put into them', () => {
    // Not written as a template, which the formatter would set anew.
    const strings = Object.assign(['<pre>\n    ', '\n    </pre>'], { raw: [] });
    expect(html(strings, 'a\n    b').markup).toBe('<pre>\na\n    b\n</pre>');
  });
});
