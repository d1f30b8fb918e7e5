/* global document, window, navigator, setTimeout */
// Copies a table as CSV, LaTeX or Markdown.
(() => {
  'use strict';

  /** The rows of a table as text, spanned columns filled with nothing. What only screen readers hear, and marks of footnotes, are left out. */
  function rowsOf(table) {
    return [...table.rows].map((row) =>
      [...row.cells].flatMap((cell) => {
        const copy = cell.cloneNode(true);
        copy.querySelectorAll('sup, .visually-hidden').forEach((element) => element.remove());
        copy.querySelectorAll('.printed, .reason').forEach((element) => element.prepend(' '));
        const text = copy.textContent.replace(/\s+/g, ' ').trim();
        return [text, ...new Array(cell.colSpan - 1).fill('')];
      }),
    );
  }

  const plain = (text) => text.replace(/\u2212/g, '-').replace(/\u202f/g, '');

  /** A spreadsheet takes a cell that begins with one of these for a formula; numbers may begin so. */
  const csvCell = (text) => {
    const value = plain(text);
    const safe = /^[=+\-@\t]/.test(value) && !/^[+-]?[\d.]+$/.test(value) ? `'${value}` : value;
    return /[",\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  const LATEX = {
    '\\': '\\textbackslash{}',
    '~': '\\textasciitilde{}',
    '^': '\\textasciicircum{}',
    '\u2212': '$-$',
    '×': '$\\times$',
    '±': '$\\pm$',
    '\u202f': '\\,',
  };
  const latexCell = (text) => text.replace(/[\\~^&%$#_{}\u2212×±\u202f]/g, (character) => LATEX[character] ?? `\\${character}`);

  const FORMATS = {
    CSV: (rows) => rows.map((row) => row.map(csvCell).join(',')).join('\n'),
    LaTeX: ([head, ...body]) =>
      [
        `\\begin{tabular}{l${'r'.repeat(head.length - 1)}}`,
        '\\toprule',
        `${head.map(latexCell).join(' & ')} \\\\`,
        '\\midrule',
        ...body.map((row) => `${row.map(latexCell).join(' & ')} \\\\`),
        '\\bottomrule',
        '\\end{tabular}',
      ].join('\n'),
    Markdown: ([head, ...body]) => {
      const line = (row) => `| ${row.map((cell) => cell.replace(/[\\|<]/g, (character) => `\\${character}`)).join(' | ')} |`;
      return [line(head), `| ${head.map((_, i) => (i === 0 ? '---' : '--:')).join(' | ')} |`, ...body.map(line)].join('\n');
    },
  };

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      // Not every browser lets a page from disk use the clipboard.
      const area = document.createElement('textarea');
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
  }

  window.DistilleryTable = (table, format) => FORMATS[format](rowsOf(table));

  for (const region of document.querySelectorAll('main .scroll')) {
    const table = region.querySelector(':scope > table');
    if (!table) continue;
    const bar = document.createElement('p');
    bar.className = 'table-tools';
    const caption = table.caption?.textContent.trim().replace(/\s+/g, ' ') ?? 'this table';
    for (const format of Object.keys(FORMATS)) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = format;
      button.setAttribute('aria-label', `Copy as ${format}: ${caption}`);
      button.addEventListener('click', async () => {
        await copy(FORMATS[format](rowsOf(table)));
        button.textContent = 'copied';
        setTimeout(() => (button.textContent = format), 1500);
      });
      bar.append(button);
    }
    bar.prepend('Copy as ');
    region.after(bar);
  }
})();
