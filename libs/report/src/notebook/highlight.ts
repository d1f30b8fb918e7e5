import highlighter from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import json from 'highlight.js/lib/languages/json';
import python from 'highlight.js/lib/languages/python';
import typescript from 'highlight.js/lib/languages/typescript';
import { html, raw, type Html } from '../html';

highlighter.registerLanguage('bash', bash);
highlighter.registerLanguage('json', json);
highlighter.registerLanguage('python', python);
highlighter.registerLanguage('typescript', typescript);

/** Source code as highlighted HTML; in a language we have no grammar for, as escaped text. */
export function highlight(source: string, language: string): Html {
  if (!highlighter.getLanguage(language)) return html`${source}`;
  return raw(highlighter.highlight(source, { language, ignoreIllegals: true }).value);
}
