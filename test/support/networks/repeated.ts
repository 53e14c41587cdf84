/** Clients of a network that a seed invents, which repeat themselves and are answered at intervals around those of copies: what the snapshot length leaves of them tells no types. */
import { encodeMessage4 } from '../../../src/codec/dhcpv4/encode';
import type { Random } from '../../fuzz/random';
import { datagram4 } from '../../lab/frame';
import type { SentFrame } from './capture';

/** Seconds around the limits within which a message is a copy of one on the same side of a relay (0.03), and on another (1). */
const GAPS = [0.001, 0.001, 0.002, 0.01, 0.029, 0.031, 0.2, 0.9, 1.1, 3, 20];

/** The messages of a few clients of a network that a seed invents: each asks, is answered, asks again, and is answered again. */
export function repeated(random: Random): SentFrame[] {
  const sent: SentFrame[] = [];
  const trouble = random.pick([3, 8, 40, 1e9]);
  const wrong = (): boolean => random.once(trouble);
  const relayed = random.once(4);
  // Addresses are used again, so that two clients may seem to have one.
  const pool = random.pick([3, 200]);
  const clients = 1 + random.below(12);
  for (let n = 0; n < clients; n++) {
    const mac = `02:67:00:00:00:${(wrong() ? 1 : n).toString(16).padStart(2, '0')}`;
    let time = random.below(20);
    let xid = 1 + n;
    let secs = 0;
    const rounds = 1 + random.below(6);
    const quick = random.once(2);
    for (let round = 0; round < rounds; round++) {
      const giaddr = relayed && !wrong() ? '10.9.0.254' : '0.0.0.0';
      const hops = giaddr === '0.0.0.0' ? 0 : wrong() ? 2 : 1;
      const address = `10.9.0.${10 + ((n + (wrong() ? 1 : 0)) % pool)}`;
      const renews = wrong();
      const own = { xid, secs, chaddr: mac, giaddr, hops, ...(renews ? { ciaddr: address } : {}) };
      // What is cut off is not the same in all messages, and tells them apart by its length.
      const options = [{ code: 53, hex: '01' }, ...(round % 2 === 0 || wrong() ? [] : [{ code: 50, hex: '0a090001' }])];
      const server = wrong() ? '10.9.0.2' : '10.9.0.1';
      const up = encodeMessage4({ ...own, options });
      const down = encodeMessage4({ ...own, op: 2, yiaddr: wrong() ? '10.9.0.77' : address, options });
      const request = datagram4(up, {
        ethSource: wrong() ? '02:00:00:00:99:99' : relayed ? '02:00:00:00:00:aa' : mac,
        source: giaddr !== '0.0.0.0' ? giaddr : renews ? address : '0.0.0.0',
        destination: giaddr !== '0.0.0.0' ? server : '255.255.255.255',
        sourcePort: giaddr === '0.0.0.0' ? 68 : 67,
      });
      const reply = datagram4(down, {
        ethSource: '02:00:00:00:00:fe',
        ethDestination: giaddr !== '0.0.0.0' ? '02:00:00:00:00:aa' : random.once(2) ? mac : 'ff:ff:ff:ff:ff:ff',
        source: server,
        destination: giaddr !== '0.0.0.0' ? giaddr : random.once(2) ? address : '255.255.255.255',
        sourcePort: 67,
        destinationPort: giaddr !== '0.0.0.0' ? 67 : 68,
      });
      if (!wrong()) sent.push({ time, bytes: request });
      time += quick ? 0.001 * (1 + random.below(9)) : random.pick(GAPS);
      if (!wrong()) sent.push({ time, bytes: reply });
      time += quick && round % 2 === 0 ? 0.001 * (1 + random.below(12)) : random.pick(GAPS);
      if (wrong() || random.once(8)) secs++;
      if (wrong() || (round % 2 === 1 && random.once(2))) xid += 100;
    }
  }
  return sent;
}
