import { FAMILIES, FINDINGS, type Family, type FindingKind } from '../analysis/catalogue';
import { CONFIG_FINDINGS, type FindingRow } from '../config/catalogue';
import { facts, referencesOf, sentencesOf, type Block, type Draft } from './page';

/** The topic that explains each family of findings in full. */
const TOPICS: Readonly<Record<Family, string>> = {
  silence: 'topic/troubleshooting',
  addresses: 'topic/subnets',
  ports: 'topic/ports',
  security: 'topic/security',
  leases: 'topic/lease',
  relays: 'topic/relays',
  messages: 'topic/message-rules',
  boot: 'topic/pxe',
  dhcpv6: 'topic/dhcpv6',
  capture: 'topic/capturing',
};

const inConfiguration = ({ severity, meaning, reference }: FindingRow): Block =>
  facts(['In a configuration', meaning], ['Severity there', severity], ['Reference there', reference]);

function pageOf(kind: FindingKind): Draft {
  const config = CONFIG_FINDINGS.get(kind.id);
  return {
    id: `finding/${kind.id}`,
    title: kind.name,
    aliases: [kind.id, kind.name, `finding ${kind.id}`],
    summary: kind.meaning,
    blocks: [
      facts(['Finding', kind.id], ['Severity', kind.severities.join(' or ')], ['Family', FAMILIES[kind.family]]),
      { kind: 'list', title: 'What to do', items: sentencesOf(kind.advice) },
      ...(config ? [inConfiguration(config)] : []),
    ],
    see: [TOPICS[kind.family], ...kind.related.map((id) => `finding/${id}`)],
    references: referencesOf(kind.reference),
  };
}

/** A page for each finding about captures; it also covers a finding of the same name about configurations. */
export const findingPages = (): Draft[] => [...FINDINGS.values()].map(pageOf);
