import * as vscode from 'vscode';

/** The page of a webview: nothing but our own script and style, by a strict content security policy. `page` tells the script what to draw. */
export function pageOf(webview: vscode.Webview, assets: vscode.Uri, title: string, page = 'capture'): string {
  const nonce = newNonce();
  const uri = (file: string): string => webview.asWebviewUri(vscode.Uri.joinPath(assets, file)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  const translations = JSON.stringify(vscode.l10n.bundle ?? {}).replace(/</g, '\\u003c');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${uri('webview.css')}">
<title>${escapeHtml(title)}</title>
</head>
<body data-page="${page}">
<div id="app"></div>
<script type="application/json" id="l10n" nonce="${nonce}">${translations}</script>
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
