import type { Report } from '../report';
import type { Span } from '../source';
import type { Issues } from './issues';
import type { JsonMap } from './reader';
import { NONE } from './scopes';

/** High availability: the peers must match this server’s name and the mode. */
export function checkHook(library: JsonMap, issues: Issues): void {
  const name = library.text('library');
  const pairs = library.map('parameters')?.maps('high-availability') ?? [];
  if (!name?.value.includes('libdhcp_ha')) return;
  if (pairs.length === 0) {
    issues.add(
      {
        id: 'failover-settings',
        span: name.span,
        title: 'High availability without settings',
        explanation: 'The HA hook needs its parameter “high-availability”: a list with one map.',
      },
      NONE,
    );
    return;
  }
  for (const pair of pairs) {
    const own = pair.text('this-server-name');
    const mode = pair.text('mode');
    const peers = pair.maps('peers');
    const known = peers.map((peer) => peer.text('name')?.value);
    const say = (span: Span, title: string, explanation: string): void =>
      issues.add({ id: 'failover-settings', span, title, explanation } satisfies Report, NONE);
    if (own && !known.includes(own.value))
      say(
        own.span,
        `“${own.value}” is none of the peers`,
        `“this-server-name” must be the name of one of the peers: ${known.join(', ')}.`,
      );
    if (mode && !/^(load-balancing|hot-standby|passive-backup)$/.test(mode.value))
      say(
        mode.span,
        `Unknown mode “${mode.value.slice(0, 40)}”`,
        'The modes are load-balancing, hot-standby and passive-backup.',
      );
    const roles = peers.map((peer) => peer.text('role')?.value);
    const wanted =
      {
        'load-balancing': ['primary', 'secondary'],
        'hot-standby': ['primary', 'standby'],
        'passive-backup': ['primary'],
      }[mode?.value ?? ''] ?? [];
    for (const role of wanted)
      if (!roles.includes(role) && mode)
        say(mode.span, `No peer is ${role}`, `In mode ${mode.value} one peer has the role “${role}”.`);
    for (const peer of peers) {
      const role = peer.text('role');
      if (role && mode && wanted.length > 0 && role.value !== 'backup' && !wanted.includes(role.value))
        say(
          role.span,
          `No “${role.value}” in mode ${mode.value}`,
          `In mode ${mode.value} the roles are ${wanted.join(', ')} and backup.`,
        );
    }
  }
}
