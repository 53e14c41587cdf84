import type { ConfigDocument, ConfigKind, ReadInclude, Scope } from '../model';
import { Findings } from '../report';
import { newScope } from '../scopes';
import type { SourceFile } from '../source';
import { DeclarationParser } from './declarations';

class Parser extends DeclarationParser {
  parse(file: SourceFile, kind: ConfigKind): ConfigDocument {
    const global: Scope = newScope('global', file.span(0, 0), undefined);
    this.readFile(file, { scope: global });
    this.unusedPeers();
    this.undefinedFunctions();
    const four = kind === 'dhcpd6' && this.subnets.find(({ family }) => family === 4);
    if (four && this.subnets.some(({ family }) => family === 6))
      this.findings.add({
        id: 'not-allowed-here',
        span: four.head,
        title: 'Subnets of both families',
        explanation: 'dhcpd -6 ends with an error of its own where a file has IPv4 subnets beside IPv6 ones.',
        steps: ['Write the IPv4 subnets into a file of their own: each family has a dhcpd of its own.'],
      });
    for (const { role, name, span, definition } of this.names)
      if (role === 'option-space' && !definition && !this.unread && !this.spaces.has(name.toLowerCase()))
        this.findings.add({
          id: 'name-not-defined',
          severity: 'warning',
          span,
          title: `Option space “${name.slice(0, 60)}” is not defined`,
          explanation: `No line says \`option space ${name.slice(0, 60)};\`. dhcpd takes this, and sends no vendor options.`,
        });
    if (this.omapiKey && !this.keys.has(this.omapiKey.value) && !this.unread)
      this.findings.add({
        id: 'name-not-defined',
        span: this.omapiKey.span,
        title: `Key “${this.omapiKey.value}” is not defined`,
        explanation: 'omapi-key names a key that is defined nowhere; dhcpd ends without a word.',
      });
    return {
      kind,
      files: this.files,
      statements: this.outline,
      global,
      subnets: this.subnets,
      reservations: this.reservations,
      scopes: this.scopes,
      relays: [],
      names: this.names,
      classes: [...this.classRules.values()],
      findings: this.findings.list,
    };
  }
}

/** Reads an ISC dhcpd configuration: `dhcpd.conf`, or for `dhcpd6` the file of `dhcpd -6`. Never throws. */
export function parseDhcpd(file: SourceFile, kind: 'dhcpd' | 'dhcpd6', include: ReadInclude): ConfigDocument {
  return new Parser(new Findings(), kind === 'dhcpd6', include).parse(file, kind);
}
