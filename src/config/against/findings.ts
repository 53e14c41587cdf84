import { SEVERITY_RANK, type Cause, type Finding, type Severity } from '../../analysis/finding';
import type { Product } from '../../analysis/words/steps';
import { CONFIG_FINDINGS } from '../catalogue';
import type { ConfigKind } from '../model';
import { textOf, type Span } from '../source';
import { missedFrames, placeText, silentTitle, type Silence } from './silence';

/** A finding about a capture that a statement of the configuration explains. */
export interface ConfiguredFinding extends Finding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** Why a client got no answer, as a finding, and the kind of the configuration that says so. */
export interface Explaining {
  readonly finding: ConfiguredFinding;
  readonly silence: Silence;
  readonly kind: ConfigKind;
}

export const placeOf = ({ file, start }: Span): { path: string; line: number; column: number } => ({
  path: file.path,
  ...file.position(start),
});

export const rowOf = (id: string): { readonly id: string; readonly reference: string } => ({
  id,
  reference: CONFIG_FINDINGS.get(id)?.reference ?? '',
});

/** A client that was served in the end is no reason for concern, nor is a cause that is only possible. */
export function severityOf({ served, sure, frames }: Silence, missed: ReadonlyMap<number, Severity>): Severity {
  if (served || !sure) return 'info';
  let worst: Severity = 'info';
  for (const frame of frames) {
    const one = missed.get(frame);
    if (one && SEVERITY_RANK[one] > SEVERITY_RANK[worst]) worst = one;
  }
  return worst;
}

export function silentFinding(silence: Silence, severity: Severity): ConfiguredFinding {
  const { client, frames, denial, sure } = silence;
  const words = textOf(denial.span).replace(/\s+/g, ' ').slice(0, 100);
  return {
    ...rowOf(silence.refused === undefined ? 'config-silent' : 'config-refuses'),
    severity,
    title: silentTitle(silence),
    subject: client,
    frames,
    explanation: `${denial.why} The statement is ${placeText(denial.span)}${words === '' ? '' : `: “${words}”`}.`,
    causes: [
      { text: denial.why, likelihood: sure ? 'likely' : 'possible', evidence: [placeText(denial.span)], frames },
    ],
    steps: [
      denial.step,
      `Check the file with \`port67 check ${denial.span.file.path.replace(/^.*[\\/]/, '')}\`, and restart the server.`,
    ],
    ...placeOf(denial.span),
  };
}

/** Adds the explaining statement to a finding as its first cause and step. Causes that were likely before become possible. */
export function withCause(finding: Finding, silent: readonly Explaining[]): Finding {
  const frames = new Set(finding.frames.slice(0, 2000));
  const reasons = silent.filter(
    ({ finding: { subject, frames: own }, silence }) =>
      silence.sure &&
      missedFrames([finding]).size > 0 &&
      own.some((frame) => frames.has(frame)) &&
      (finding.subject === subject || finding.members !== undefined || frames.has(own[0]!)),
  );
  if (reasons.length === 0) return finding;
  const first: Cause[] = reasons.slice(0, 3).map(({ finding: { id, frames: own }, silence: { denial } }) => ({
    text: `${placeText(denial.span)}: ${denial.why}`,
    likelihood: 'likely',
    evidence: [`see \`${id}\``],
    frames: own,
    finding: id,
  }));
  const others = finding.causes.map((one): Cause =>
    one.likelihood === 'likely' ? { ...one, likelihood: 'possible' } : one,
  );
  const steps = reasons.slice(0, 3).flatMap(({ finding: { steps: own } }) => own);
  return { ...withSteps(finding, [...new Set(steps)], reasons[0]!.kind), causes: [...first, ...others] };
}

/**
 * Puts steps before those of a finding. Where one client is concerned, the statement keeps it out whatever the firewalls and switches do,
 * so steps for them go, and those for other servers than the one whose configuration it is.
 */
function withSteps(finding: Finding, steps: readonly string[], kind: ConfigKind): Pick<Finding, keyof Finding> {
  const { stepsFor = {}, members, ...rest } = finding;
  const kept = finding.steps
    .map((text, place) => ({ text, of: stepsFor[place] }))
    .filter(({ of }) => members !== undefined || !of || (of.kind === 'server' && of.product === PRODUCT[kind]));
  const places = kept.flatMap(({ of }, place) => (of ? [[place + steps.length, of] as const] : []));
  return {
    ...rest,
    ...(members === undefined ? {} : { members }),
    steps: [...steps, ...kept.map(({ text }) => text)],
    ...(places.length > 0 ? { stepsFor: Object.fromEntries(places) } : {}),
  };
}

/** The product that steps name for a kind of configuration. */
const PRODUCT: Partial<Readonly<Record<ConfigKind, Product>>> = {
  dhcpd: 'dhcpd',
  dhcpd6: 'dhcpd',
  kea4: 'kea',
  kea6: 'kea',
  dnsmasq: 'dnsmasq',
  openwrt: 'dnsmasq',
  'microsoft-xml': 'windows',
  netsh: 'windows',
  ios: 'ios',
};
