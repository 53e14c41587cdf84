import type * as vscode from 'vscode';

/** File names of Kea’s configurations. Their language is JSON with comments, so only the name identifies them. */
const KEA = '**/{kea-dhcp4*,kea-dhcp6*,kea*dhcp4*,kea*dhcp6*}.{conf,json}';

/** Documents that are configurations. */
export const CONFIGURATIONS: readonly vscode.DocumentFilter[] = [
  { language: 'dhcpd' },
  { language: 'dnsmasq' },
  { language: 'jsonc', pattern: KEA },
  { language: 'json', pattern: KEA },
];

/** Those for which VS Code has no outline of its own. */
export const WITHOUT_OUTLINE: readonly vscode.DocumentFilter[] = [{ language: 'dhcpd' }, { language: 'dnsmasq' }];
