import * as vscode from 'vscode';

/**
 * The HTML of a webview. A strict content security policy allows only our own script and style. `page` names what the script draws; `boot`
 * is its initial data.
 */
export function pageOf(
  webview: vscode.Webview,
  assets: vscode.Uri,
  title: string,
  page: string,
  boot: object = {},
): string {
  const nonce = newNonce();
  const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(assets, file)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  const data = (id: string, value: unknown): string =>
    `<script type="application/json" id="${id}" nonce="${nonce}">${JSON.stringify(value).replace(/</g, '\\u003c')}</script>`;
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${uri('webview.css')}">
<title>${escapeHtml(title)}</title>
</head>
<body>
<div id="app" data-page="${page}"></div>
${data('l10n', vscode.l10n.bundle ?? {})}
${data('boot', boot)}
<script nonce="${nonce}" src="${uri('webview.js')}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function newNonce(): string {
  const octets = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
