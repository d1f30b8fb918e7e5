import katex from '@vscode/markdown-it-katex';
import MarkdownIt from 'markdown-it';
import { highlight } from './highlight';

/** Handed on to KaTeX by the plug-in, whose types name only its own options. */
const TEX = { output: 'mathml', throwOnError: false, trust: false } as const;

/**
 * Markdown (CommonMark with tables; TeX between `$` or `$$` as MathML, which browsers draw without fonts of ours) to HTML. The result is
 * not safe yet: raw HTML in the text passes through to the sanitiser.
 */
const parser = new MarkdownIt({ html: true, highlight: (source, language) => highlight(source, language).markup });
parser.use(katex, TEX);
// A wide table scrolls by itself, as all tables here do.
parser.renderer.rules.table_open = () => '<div class="scroll" role="group" aria-label="Table" tabindex="0"><table>';
parser.renderer.rules.table_close = () => '</table></div>';

/** Markdown to HTML that has yet to be sanitised. */
export function markdownHtml(text: string): string {
  return parser.render(text);
}

/** The text of the first level-one heading, if there is one. */
export function firstHeading(text: string): string | null {
  const tokens = parser.parse(text, {});
  const open = tokens.findIndex(({ type, tag }) => type === 'heading_open' && tag === 'h1');
  const inline = open >= 0 ? tokens[open + 1] : undefined;
  return inline?.children?.map(({ content }) => content).join('') || null;
}
