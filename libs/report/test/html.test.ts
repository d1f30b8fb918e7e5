/* eslint-disable no-control-regex -- control characters are what is tested */
import fc from 'fast-check';
import { JSDOM } from 'jsdom';
import { describe, expect, it } from 'vitest';
import { anchor, escapeHtml, html, linked, raw, scriptJson } from '../src/html';

/** What a browser makes of text that was escaped: line ends are normalised, and what is no text has been replaced. */
const asText = (text: string) =>
  text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]|\p{Surrogate}/gu, '\ufffd').replace(/\r\n?/g, '\n');
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('<', '>', '"', "'", '&', 'a', '/', '=', '\u0000', '\r', '\n', '`') }),
);

const place = new JSDOM('').window.document.createElement('div');

describe('html', () => {
  it('gives any text back unchanged, as content and as attribute', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        place.innerHTML = html`<p title="${text}">${text}</p>`.markup;
        const [element, ...others] = place.childNodes as unknown as Element[];
        expect(others).toEqual([]);
        expect(element?.textContent).toBe(asText(text));
        expect(element?.getAttribute('title')).toBe(asText(text));
        expect(element?.attributes.length).toBe(1);
      }),
      { numRuns: 200 },
    );
  });

  it('escapes the five characters, once', () => {
    expect(escapeHtml(`<a href="x">&'</a>`)).toBe('&lt;a href=&quot;x&quot;&gt;&amp;&#39;&lt;/a&gt;');
    expect(html`${html`${'<'}`}`.markup).toBe('&lt;');
  });

  it('joins arrays, keeps markup, and leaves out what is absent', () => {
    expect(html`${[raw('<b>'), '<', 1, 0]}${null}${undefined}${false}`.markup).toBe('<b>&lt;10');
  });

  it('writes JSON that no value can break out of', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { markup } = scriptJson(value);
        expect(markup).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(markup)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(scriptJson('</script><!--').markup).toBe('"\\u003c/script>\\u003c!--"');
  });

  it('makes different anchors of different parts, with nothing to escape in them', () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 1 }), fc.array(anyText, { minLength: 1 }), (a, b) => {
        expect(anchor(...a)).toMatch(/^[A-Za-z0-9._-]*$/);
        if (JSON.stringify(a) !== JSON.stringify(b)) expect(anchor(...a)).not.toBe(anchor(...b));
      }),
    );
    expect(anchor('a-b', 'c')).not.toBe(anchor('a', 'b-c'));
  });

  it('links https addresses only, and escapes around them', () => {
    expect(linked('see https://example.org/a?b=1&c, <b>').markup).toBe(
      'see <a href="https://example.org/a?b=1&amp;c">https://example.org/a?b=1&amp;c</a>, &lt;b&gt;',
    );
    expect(linked('javascript:alert(1) http://example.org').markup).not.toContain('<a');
  });
});
