/** Templates whose holes are escaped unless they are templates themselves. */

export type Html = { readonly html: string };

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function html(parts: TemplateStringsArray, ...holes: (Html | string | number | undefined | false)[]): Html {
  return { html: String.raw({ raw: parts }, ...holes.map(fill)) };
}

/** Markup from a library that has escaped it. */
export function trusted(markup: string): Html {
  return { html: markup };
}

function fill(hole: Html | string | number | undefined | false): string {
  if (hole === undefined || hole === false) return '';
  if (typeof hole === 'object') return hole.html;
  return String(hole).replace(/[&<>"']/g, (char) => ESCAPES[char] as string);
}
