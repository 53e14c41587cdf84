import type { ConfigDocument } from '../model';
import type { Span } from '../source';
import { DhcpdPolicy } from './dhcpd';
import { DnsmasqPolicy } from './dnsmasq';
import type { Truth } from './expression';
import { KeaPolicy } from './kea';
import { ownOptions, type Judgement, type Policy } from './policy';

/** A program of which nothing says whom it does not serve. */
abstract class Open implements Policy {
  abstract readonly own: ReadonlySet<number>;
  readonly sparesReserved = true;

  before(): Judgement {
    return undefined;
  }
  subnet(): Judgement {
    return undefined;
  }
  pool(): Judgement {
    return undefined;
  }
  member(): Truth {
    return undefined;
  }
  authority(): undefined {
    return undefined;
  }
}

/** udhcpd serves whoever asks, as long as there are addresses. */
class UdhcpdPolicy extends Open {
  readonly own = ownOptions(66, 67);
  readonly limit?: { readonly most: number; readonly span: Span };

  constructor({ statements }: ConfigDocument) {
    super();
    const line = statements.filter(({ keyword }) => keyword === 'max_leases').at(-1);
    const most = line && /\d+/.exec(line.span.file.text.slice(line.span.start, line.span.end))?.[0];
    if (line && most !== undefined) this.limit = { most: Number(most), span: line.span };
  }
}

/** A program whose statements about who is served are not modelled: only its addresses are. */
class PlainPolicy extends Open {
  readonly own: ReadonlySet<number>;

  constructor() {
    super();
    // What such a program adds by itself is not known here: every option.
    this.own = new Set(Array.from({ length: 255 }, (_, code) => code));
  }
}

/** The model of the program that reads a configuration. */
export function policyOf(document: ConfigDocument): Policy {
  switch (document.kind) {
    case 'dhcpd':
    case 'dhcpd6':
      return new DhcpdPolicy(document);
    case 'kea4':
    case 'kea6':
      return new KeaPolicy(document);
    case 'dnsmasq':
      return new DnsmasqPolicy(document);
    case 'udhcpd':
      return new UdhcpdPolicy(document);
    default:
      return new PlainPolicy();
  }
}
