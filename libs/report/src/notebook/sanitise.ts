import { raw, type Html } from '../html';

/** Turns markup from a notebook into markup that is safe in a page. */
export type Sanitiser = (markup: string) => Html;

const LINKS = /^(?:https?:|mailto:|#)/i;
const IMAGES = /^data:image\/(?:png|jpeg|gif|webp|svg\+xml)[;,]/i;

/**
 * DOMPurify over a DOM of its own: HTML and MathML without scripts, styles, forms and embedded documents. Links go to the web or within
 * the page, images are inline, ids (which could shadow the page's own) are dropped, and of style attributes only the alignment stays.
 *
 * jsdom takes half a second to load, hence on first use.
 */
export async function createSanitiser(): Promise<Sanitiser> {
  const [{ JSDOM }, { default: createPurifier }] = await Promise.all([import('jsdom'), import('dompurify')]);
  const purifier = createPurifier(new JSDOM('').window);
  purifier.addHook('uponSanitizeAttribute', (_element, attribute) => {
    if (attribute.attrName === 'style') attribute.attrValue = alignment(attribute.attrValue);
  });
  purifier.addHook('afterSanitizeAttributes', (element) => {
    const href = element.getAttribute('href');
    if (href !== null && !LINKS.test(href)) element.removeAttribute('href');
    if (href !== null) element.setAttribute('rel', 'noopener noreferrer');
    if (element.nodeName !== 'IMG') return;
    if (!IMAGES.test(element.getAttribute('src') ?? '')) element.removeAttribute('src');
    if (!element.hasAttribute('alt')) element.setAttribute('alt', 'image without a description');
  });
  return (markup) =>
    raw(
      purifier.sanitize(markup, {
        USE_PROFILES: { html: true, mathMl: true },
        // KaTeX writes the TeX source beside its MathML.
        ADD_TAGS: ['semantics', 'annotation'],
        FORBID_TAGS: ['style', 'form', 'input', 'button', 'select', 'textarea', 'dialog', 'audio', 'video', 'picture', 'source', 'marquee'],
        FORBID_ATTR: ['id', 'name', 'srcset', 'background', 'usemap', 'action', 'target', 'autofocus', 'popover'],
        ALLOW_DATA_ATTR: false,
        // What a control can be set to: the page's own script makes its elements, with every name and value as text.
        ADD_ATTR: ['data-inputs'],
        ALLOW_UNKNOWN_PROTOCOLS: false,
      }),
    );
}

function alignment(style: string): string {
  const side = /(?:^|;)\s*text-align:\s*(left|right|center)\s*(?:;|$)/i.exec(style)?.[1];
  return side ? `text-align:${side.toLowerCase()}` : '';
}
