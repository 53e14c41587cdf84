/* Shared parts of all HTML documents. Nothing in them runs, and nothing is fetched from elsewhere. */

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Escapes a text for use in HTML, in an element or in a double-quoted attribute. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => ESCAPES[one]!);

/** The style of text, commands and tables in every document, light and dark. */
export const BASE_CSS = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
pre, code { font: 0.9em/1.4 ui-monospace, monospace; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0; }
`;

/** The style of a document: the source that its policy allows, and the element. */
export interface Style {
  readonly source: string;
  readonly element: string;
}

/** The beginning of a document, to be followed by its body and `DOCUMENT_END`. */
export function documentStart(title: string, { source, element }: Style): string {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${source}">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)} – Port 67</title>
${element}
</head>
<body>
`;
}

export const DOCUMENT_END = `</body>
</html>
`;

/** A table with an optional head; the cells are already HTML. */
export function tableHtml(head: readonly string[] | undefined, rows: readonly (readonly string[])[]): string {
  const heading = head ? `<tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr>\n` : '';
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<table>\n${heading}${body.join('\n')}\n</table>`;
}
