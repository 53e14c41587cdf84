import type * as vscode from 'vscode';

/** How files of Kea’s servers are called. Kea’s language is JSON with comments, so that nothing else tells them. */
const KEA = '**/{kea-dhcp4*,kea-dhcp6*,kea*dhcp4*,kea*dhcp6*}.{conf,json}';

/** Documents that are configurations. */
export const CONFIGURATIONS: readonly vscode.DocumentFilter[] = [
  { language: 'dhcpd' },
  { language: 'dnsmasq' },
  { language: 'jsonc', pattern: KEA },
  { language: 'json', pattern: KEA },
];

/** Those of which VS Code has no outline by itself. */
export const WITHOUT_OUTLINE: readonly vscode.DocumentFilter[] = [{ language: 'dhcpd' }, { language: 'dnsmasq' }];
