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

export interface Heading {
  /** 1 to 6. */
  readonly level: number;
  readonly text: string;
}

/** The headings of a text, without their markup. */
export function headingsOf(text: string): Heading[] {
  const tokens = parser.parse(text, {});
  return tokens.flatMap(({ type, tag }, at) => {
    if (type !== 'heading_open') return [];
    const words = tokens[at + 1]?.children?.map(({ content }) => content).join('') ?? '';
    return words === '' ? [] : [{ level: Number(tag.slice(1)), text: words }];
  });
}
