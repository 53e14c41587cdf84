/* What all documents for a browser share: nothing in them runs, and nothing is fetched from elsewhere. */

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** A text as HTML has it, in an element or in an attribute in double quotes. */
export const escaped = (text: string): string => text.replace(/[&<>"]/g, (one) => ESCAPES[one]!);

/** How words, commands and tables look in every document, in light and dark. */
export const BASE_CSS = `:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
pre, code { font: 0.9em/1.4 ui-monospace, monospace; }
table { border-collapse: collapse; }
th, td { text-align: left; vertical-align: top; padding: 0.2rem 1rem 0.2rem 0; }
`;

/** Where a document has its style from: what its policy allows, and the element. */
export interface Style {
  readonly source: string;
  readonly element: string;
}

/** The beginning of a document; its body follows, then `DOCUMENT_END`. */
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

/** A table of a head, which may be left out, and rows, their cells HTML already. */
export function tableHtml(head: readonly string[] | undefined, rows: readonly (readonly string[])[]): string {
  const heading = head ? `<tr>${head.map((cell) => `<th scope="col">${cell}</th>`).join('')}</tr>\n` : '';
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`);
  return `<table>\n${heading}${body.join('\n')}\n</table>`;
}
