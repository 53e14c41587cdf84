import { nearest } from '../nearest';
import type { Findings } from '../report';
import type { Line, Part } from './lines';

/** Lines whose first value is the tag that they set, with or without `set:`. */
const SETTERS = /^dhcp-(match|mac|vendorclass|userclass|circuitid|remoteid|subscrid|name-match|range)$/;
const BUILT_IN = /^(known|known-othernet|bootp|dhcpv6)$/;

/** Tags that lines set, and those that they ask for. dnsmasq sets more by itself: `known`, `bootp`, names of interfaces. */
export class Tags {
  private readonly set = new Set<string>();
  private readonly asked: Part[] = [];

  add({ key, parts = [] }: Line): void {
    for (const [i, { text, span }] of parts.entries()) {
      const [, how, name] = /^(set|net|tag):!?(.*)$/.exec(text) ?? [];
      const first = i === 0 && SETTERS.test(key);
      if (how === 'tag') this.asked.push({ text: name!, span });
      else if (how !== undefined || first) this.set.add(name ?? text);
    }
  }

  /** Reports tags that no line sets, where one is set that is nearly the same: an interface may have any name. */
  report(findings: Findings): void {
    for (const { text, span } of this.asked) {
      const near = this.set.has(text) || BUILT_IN.test(text) || /\d$/.test(text) ? undefined : nearest(text, this.set);
      if (near === undefined) continue;
      findings.add({
        id: 'name-not-defined',
        severity: 'warning',
        span,
        title: `No line sets the tag “${text.slice(0, 60)}”`,
        explanation: `No line of this file sets the tag “${text.slice(0, 60)}”; “${near}” is the nearest. dnsmasq takes this, and the line never applies, unless an interface has this name.`,
        steps: [`Write “${near}”.`],
      });
    }
  }
}
