import { meant } from '../nearest';
import type { Findings } from '../report';
import type { Line, Part } from './lines';

/** Lines whose first value is the tag that they set, with or without `set:`. */
const SETTERS = /^dhcp-(match|mac|vendorclass|userclass|circuitid|remoteid|subscrid|name-match|range)$/;
/** Names that interfaces usually have; each is a tag of the requests that arrive there. */
const INTERFACE = /^(br-?|eth|en[opsx]|wl|lan|wan|vlan|tun|tap|wg|virbr|docker|veth|bond|team|usb|ap)[\w.-]*$/i;
/** For how many tags a similar one is looked for. */
const MOST_TRIED = 200;
const BUILT_IN = /^(known|known-othernet|bootp|dhcpv6)$/;

/** Tags that lines set, and those that they ask for. dnsmasq sets more by itself: `known`, `bootp`, names of interfaces. */
export class Tags {
  private readonly set = new Set<string>();
  private readonly asked: Part[] = [];
  private readonly interfaces = new Set<string>();

  add({ key, parts = [] }: Line): void {
    if (key === 'interface') for (const { text } of parts) this.interfaces.add(text);
    for (const [i, { text, span }] of parts.entries()) {
      const [, how, name] = /^(set|net|tag):!?(.*)$/.exec(text) ?? [];
      const first = i === 0 && SETTERS.test(key);
      if (how === 'tag') this.asked.push({ text: name!, span });
      else if (how !== undefined || first) this.set.add(name ?? text);
    }
  }

  /**
   * Reports tags that no line sets. Where one is set that is nearly the same, it is most likely a slip. Any other may be the name of an
   * interface, or be set in another file.
   */
  report(findings: Findings): void {
    const tried = new Map<string, string | undefined>();
    const nearOf = (text: string): string | undefined => {
      if (!tried.has(text) && tried.size < MOST_TRIED) tried.set(text, meant(text, this.set));
      return tried.get(text);
    };
    for (const { text, span } of this.asked) {
      if (text === '' || this.set.has(text) || BUILT_IN.test(text) || this.interfaces.has(text) || INTERFACE.test(text))
        continue;
      const near = /\d$/.test(text) ? undefined : nearOf(text);
      findings.add({
        id: 'name-not-defined',
        severity: near === undefined ? 'info' : 'warning',
        span,
        title: `No line sets the tag “${text.slice(0, 60)}”`,
        explanation: `No line of this file sets the tag “${text.slice(0, 60)}”${near === undefined ? '' : `; “${near}” is the nearest`}. dnsmasq takes this, and the line never applies, unless an interface has this name.`,
        steps: near === undefined ? [] : [`Write “${near}”.`],
      });
    }
  }
}
