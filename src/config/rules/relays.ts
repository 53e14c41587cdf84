import { contains, prefixText, textOfAddress } from '../address';
import type { Rule } from './rule';

/* Rules about relays. */

const toItself: Rule = {
  id: 'relay-to-itself',
  *check(view) {
    const { relays } = view.document;
    for (const { servers, own, span } of relays)
      for (const server of servers) {
        if (!own || own.value.value !== server.value.value || own.value.family !== server.value.family) continue;
        yield {
          span: server.span.start >= span.start ? server.span : span,
          title: `The relay hands requests on to itself, ${textOfAddress(server.value)}`,
          explanation: `${textOfAddress(server.value)} is the relay’s own address on this link: requests never reach a server.`,
          steps: ['Name the address of the DHCP server.'],
        };
      }
  },
};

const withoutSubnet: Rule = {
  id: 'relay-without-subnet',
  *check(view) {
    if (!view.kind.startsWith('kea')) return;
    for (const { relays, prefix } of view.document.subnets)
      for (const { value, span } of relays) {
        // A relay may use another source address on purpose. Then a subnet names it, as here.
        if (!prefix || contains(prefix, value) || view.subnetAt(value) === undefined) continue;
        yield {
          span,
          severity: 'info',
          title: `The relay ${textOfAddress(value)} is in another subnet`,
          explanation: `${textOfAddress(value)} is in ${prefixText(view.subnetAt(value)!.prefix!)}, and is named as the relay of ${prefixText(prefix)}.`,
        };
      }
  },
};

export const relays: readonly Rule[] = [toItself, withoutSubnet];
