import { push } from '../../../codec/append';
import { BOOTP, OPTION } from '../../../analysis/conversations/names';
import { linesOf, type Line, type Part } from '../../dnsmasq/lines';
import { isRefusal, readOption } from '../../dnsmasq/dhcp';
import type { ConfigDocument, Pool, Reservation, Subnet } from '../../model';
import type { Span } from '../../source';
import type { Truth } from '../expression';
import { authorityOf, ownOptions, type Client, type Denial, type Judgement, type Policy } from '../policy';
import { hexOfText, hostName, type Asked, type Octets } from '../request';

interface TagRule {
  readonly tag: string;
  readonly span: Span;
  readonly words: string;
  /** Whether the request gets the tag. */
  test(request: Asked): Truth;
}

/** A tag that a range, host or option requires. */
interface Wanted {
  readonly tag: string;
  readonly negated: boolean;
}

const PLAIN = /^(set|tag|net):/;
const wantedOf = (text: string): Wanted => {
  const tag = text.replace(PLAIN, '');
  return tag.startsWith('!') ? { tag: tag.slice(1), negated: true } : { tag, negated: false };
};
const place = ({ file, start }: Span): string => `${file.path} ${start}`;

/** How deep tags made from other tags are followed, and how many steps are spent on them per capture. */
const DEEPEST = 8;
const MOST_STEPS = 500_000;

interface HostLine {
  readonly sets: readonly string[];
  readonly wants: readonly Wanted[];
  readonly ignore: boolean;
}

/** dnsmasq: tags decide which clients are ignored, and which range and options a client gets (dnsmasq(8)). */
export class DnsmasqPolicy implements Policy {
  readonly judgesBootp = true;
  readonly own = ownOptions(1, 3, 6, 12, 15, 28, 43, 66, 67, 119, 120);
  spares(): boolean {
    return true;
  }

  private readonly rules = new Map<string, TagRule[]>();
  private readonly ignores: { readonly wants: readonly Wanted[]; readonly span: Span; readonly words: string }[] = [];
  private readonly hosts = new Map<string, HostLine>();
  private readonly ranges = new Map<string, readonly Wanted[]>();
  /** The ranges for which another server gives the addresses. */
  private readonly proxies = new Set<string>();
  /** Tags made from other tags (`tag-if`), each with the tags it requires. */
  private readonly derived = new Map<string, (readonly Wanted[])[]>();
  /** The tags of which a BOOTP client needs all for an address of a range, of each `bootp-dynamic`. */
  private readonly bootp: (readonly Wanted[])[] = [];
  private steps = 0;
  /** Some reservations may be in files that are not read here. */
  private readonly elsewhere: boolean;

  constructor(private readonly document: ConfigDocument) {
    let elsewhere = false;
    for (const file of document.files)
      for (const line of linesOf(file)) {
        if (/^(dhcp-hostsfile|dhcp-hostsdir|read-ethers|dhcp-script)$/.test(line.key))
          elsewhere ||= line.key !== 'dhcp-script';
        this.read(line);
      }
    this.elsewhere = elsewhere;
  }

  private read(line: Line): void {
    const { key, parts = [], span } = line;
    const words = span.file.text.slice(span.start, span.end);
    const texts = parts.map(({ text }) => text);
    if (key === 'dhcp-ignore') this.ignores.push({ wants: texts.map(wantedOf), span, words });
    else if (key === 'bootp-dynamic') this.bootp.push(texts.filter((text) => text !== '').map(wantedOf));
    else if (key === 'dhcp-host')
      this.hosts.set(place(span), {
        sets: texts.filter((text) => /^(set|net):/.test(text)).map((text) => text.replace(PLAIN, '')),
        wants: texts.filter((text) => text.startsWith('tag:')).map(wantedOf),
        ignore: texts.includes('ignore'),
      });
    else if (key === 'dhcp-range') {
      this.ranges.set(place(span), texts.filter((text) => text.startsWith('tag:')).map(wantedOf));
      if (texts.includes('proxy')) this.proxies.add(place(span));
    } else if (key === 'tag-if') {
      const wants = texts.filter((text) => text.startsWith('tag:')).map(wantedOf);
      for (const text of texts) if (text.startsWith('set:')) push(this.derived, text.slice(4), wants);
    } else {
      const test = TESTS[key]?.(parts.slice(1));
      const tag = texts[0]?.replace(PLAIN, '');
      if (test && tag !== undefined) push(this.rules, tag, { tag, span, words, test });
    }
  }

  before(client: Client): Judgement {
    const ignored = client.reservations.find((host) => this.lineOf(host)?.ignore);
    if (ignored)
      return {
        reason: 'ignored',
        span: ignored.head,
        why: `This line names ${client.request.mac} and says “ignore”.`,
        step: 'Take “ignore” from the line.',
      };
    let unsure = false;
    for (const { wants, span, words } of this.ignores) {
      const truth = this.all(wants, client, 0);
      if (truth === undefined) unsure = true;
      else if (truth) return this.ignoredBy(wants, span, words, client);
    }
    return unsure ? 'unknown' : undefined;
  }

  private ignoredBy(wants: readonly Wanted[], span: Span, words: string, { request }: Client): Denial {
    const { mac } = request;
    const unknown = wants.some(({ tag, negated }) => tag === 'known' && negated);
    const tags = wants.map(({ tag, negated }) => `${negated ? 'not ' : ''}“${tag}”`).join(' and ');
    return {
      reason: unknown ? 'unknown-client' : 'ignored',
      span,
      why: unknown
        ? `“${words.slice(0, 100)}” ignores clients that no dhcp-host names, and none names ${mac}.`
        : `“${words.slice(0, 100)}” ignores clients with the tags ${tags}, as this request has them.`,
      step: unknown
        ? `Add a line for the client: \`dhcp-host=${mac},NAME\`.`
        : `Take the line out, or keep ${mac} from getting the tag.`,
    };
  }

  subnet(subnet: Subnet, client: Client): Judgement {
    if (subnet.closed) return subnet.closed;
    if (this.proxies.has(place(subnet.head))) return isPxe(client.request) ? 'unknown' : proxyOnly(subnet, client);
    const wants = this.ranges.get(place(subnet.head)) ?? [];
    const truth = this.all(wants, client, 0);
    if (truth !== false) return truth === undefined ? 'unknown' : undefined;
    const missing = wants.find((want) => this.one(want, client, 0) === false)!;
    const [rule] = this.rules.get(missing.tag) ?? [];
    const why = missing.negated
      ? `the request has the tag “${missing.tag}”`
      : `nothing gives the request the tag “${missing.tag}”${rule ? `: “${rule.words.slice(0, 100)}” does not match it` : ''}`;
    return {
      reason: missing.tag === 'known' ? 'unknown-client' : 'class',
      span: subnet.head,
      why: `This range is only for clients with ${wants.length > 1 ? 'all of its tags' : `the tag “${missing.negated ? '!' : ''}${missing.tag}”`}, and ${why}.`,
      step: `If ${client.request.mac} shall be served from this range, give it the tag, or add a range without one.`,
    };
  }

  pool({ head }: Pool, client: Client): Judgement {
    const { type, mac } = client.request;
    if (type !== BOOTP) return undefined;
    const truths = this.bootp.map((wants) => this.all(wants, client, 0));
    if (truths.includes(true)) return undefined;
    if (truths.includes(undefined)) return 'unknown';
    return {
      reason: 'bootp',
      span: head,
      why: `${mac} asks by BOOTP, without option 53. dnsmasq gives BOOTP clients an address of a range only with \`bootp-dynamic\`, and no \`dhcp-host\` gives ${mac} one.`,
      step: `Give the client an address of its own: \`dhcp-host=${mac},ADDRESS\`. Or write \`bootp-dynamic\`.`,
    };
  }

  member(name: string, client: Client): Truth {
    return this.all(name.split(',').map(wantedOf), client, 0);
  }

  private all(wants: readonly Wanted[], client: Client, depth: number): Truth {
    let truth: Truth = true;
    for (const want of wants) {
      const one = this.one(want, client, depth);
      if (one === false) return false;
      if (one === undefined) truth = undefined;
    }
    return truth;
  }

  private one({ tag, negated }: Wanted, client: Client, depth: number): Truth {
    const has = this.has(tag, client, depth);
    return has === undefined ? undefined : has !== negated;
  }

  private has(tag: string, client: Client, depth: number): Truth {
    const { request, known, reservations } = client;
    if (tag === 'known') return known === false && this.elsewhere ? undefined : known;
    if (tag === 'bootp') return request.type === BOOTP;
    if (reservations.some((host) => this.lineOf(host)?.sets.includes(tag))) return true;
    let truth: Truth = false;
    for (const rule of this.rules.get(tag) ?? []) {
      const one = rule.test(request);
      if (one) return true;
      if (one === undefined) truth = undefined;
    }
    for (const wants of this.derived.get(tag) ?? []) {
      const one = depth < DEEPEST && ++this.steps < MOST_STEPS ? this.all(wants, client, depth + 1) : undefined;
      if (one) return true;
      if (one === undefined) truth = undefined;
    }
    if (truth === false && (tag === 'known-othernet' || this.ofInterface(tag))) return undefined;
    return truth === false && this.elsewhere && known !== true ? undefined : truth;
  }

  /** An interface's name is set as a tag, and a range sets its own. */
  private ofInterface(tag: string): boolean {
    return (
      /^(eth|en|wl|br|vlan|lan|wan|bond|tap|tun|veth)[\w.-]*$/.test(tag) ||
      this.document.names.some(({ role, name }) => (role === 'interface' || role === 'tag') && name === tag)
    );
  }

  private lineOf(host: Reservation): HostLine | undefined {
    return this.hosts.get(place(host.head));
  }

  authority(subnet: Subnet | undefined): ReturnType<Policy['authority']> {
    return authorityOf(this.document, subnet, false);
  }
}

/** How each line that sets a tag tests a request (dnsmasq(8)). */
const TESTS: Readonly<Record<string, (values: readonly Part[]) => TagRule['test']>> = {
  'dhcp-vendorclass': (values) =>
    within(
      [OPTION.vendorClass, 16],
      values.filter(({ text }) => !text.startsWith('enterprise:')),
    ),
  'dhcp-userclass': (values) => within([77, 15], values),
  'dhcp-mac': ([mac]) => {
    const pattern = new RegExp(
      `^${(mac?.text ?? '-').replace(/[^\da-f*:]/gi, '').replaceAll('*', '[\\da-f]{1,2}')}$`,
      'i',
    );
    return ({ mac: have }) => pattern.test(have);
  },
  'dhcp-circuitid': agentIs(1),
  'dhcp-remoteid': agentIs(2),
  'dhcp-subscrid': agentIs(6),
  'dhcp-name-match':
    ([name]) =>
    (request) => {
      if (request.family === 6) return undefined;
      const have = hostName(request);
      const wanted = name?.text.toLowerCase() ?? '';
      return wanted.endsWith('*') ? have?.startsWith(wanted.slice(0, -1)) === true : have === wanted;
    },
  'dhcp-match': matches,
};

/** Tests whether an option contains the given text. The two codes are those of DHCPv4 and DHCPv6. */
function within([four, six]: readonly [number, number], values: readonly Part[]): TagRule['test'] {
  const wanted = values.map(({ text }) => text).join(',');
  const hex = octetsOf(wanted) ?? hexOfText(wanted);
  return (request) => contains(request.option(request.family === 6 ? six : four), hex, 2);
}

function agentIs(code: number): (values: readonly Part[]) => TagRule['test'] {
  return (values) => {
    const wanted = values.map(({ text }) => text).join(',');
    const hex = octetsOf(wanted) ?? hexOfText(wanted);
    return (request) => {
      const have = request.agent(code);
      return have === undefined ? undefined : have === hex;
    };
  };
}

/** Tests an option by what the value looks like: dnsmasq compares numbers as a whole, and text as a substring. */
function matches(values: readonly Part[]): TagRule['test'] {
  const [whole] = values;
  const read = whole && readOption(values, whole);
  if (!read || isRefusal(read) || !/^dhcp(v6)?$/.test(read.space)) return () => undefined;
  const { code, family, values: parts } = read;
  const octets = (request: Asked): Octets => (request.family === family ? request.option(code) : null);
  if (parts.length === 0) return (request) => octets(request) !== null;
  const wanted = parts.map(({ text }) => text).join(',');
  const hex = octetsOf(wanted);
  if (/^\d+$/.test(wanted))
    return (request) => {
      const have = octets(request);
      if (typeof have !== 'string') return have === null ? false : undefined;
      return have.length <= 8 && parseInt(have, 16) === Number(wanted);
    };
  if (/[*]|^\d+\./.test(wanted)) return (request) => (octets(request) === null ? false : undefined);
  return (request) => contains(octets(request), hex ?? hexOfText(wanted), hex ? hex.length : 2);
}

const octetsOf = (text: string): string | undefined =>
  /^[\da-f]{1,2}(:[\da-f]{1,2})+$/i.test(text)
    ? text
        .toLowerCase()
        .split(':')
        .map((octet) => octet.padStart(2, '0'))
        .join('')
    : undefined;

/** Whether octets contain others at an offset that is a multiple of `step` hex digits. */
function contains(have: Octets, wanted: string, step: number): Truth {
  if (typeof have !== 'string') return have === null ? false : undefined;
  for (let at = have.indexOf(wanted); at !== -1; at = have.indexOf(wanted, at + 1)) if (at % step === 0) return true;
  return false;
}

const isPxe = (request: Asked): boolean => {
  const vendor = request.option(OPTION.vendorClass);
  return typeof vendor === 'string' && vendor.startsWith(hexOfText('PXEClient'));
};

const proxyOnly = ({ head }: Subnet, { request: { mac } }: Client): Denial => ({
  reason: 'no-pool',
  span: head,
  why: `With “proxy”, dnsmasq gives no addresses on this link. It only tells PXE clients what to boot, beside the server that gives the addresses, and ${mac} is no PXE client.`,
  step: 'See why the server that gives the addresses is silent. If dnsmasq shall be that server, give the range a first and a last address.',
});
