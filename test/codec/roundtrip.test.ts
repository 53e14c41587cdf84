/**
 * encode(decode(b)) = b for messages of any of the tables' options with values of the registry's form; the reverse, for messages of
 * many values each, stands with the encoders.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hex } from '../../src/codec/bytes';
import { encodeMessage4, isJoined } from '../../src/codec/dhcpv4';
import { encodeMessage6, messageSpec6 } from '../../src/codec/dhcpv6';
import { decode as decode4 } from './dhcpv4/build';
import { decode as decode6 } from './dhcpv6/support';
import { sampleOptions4, sampleOptions6, type SampleOption } from './table/samples';

/** Options whose value says how the message or another option is to be read. */
const STEERING = new Set([43, 52, 60]);
const LAST = 82;

const samples4 = sampleOptions4().filter(({ code }) => !STEERING.has(code));
const samples6 = sampleOptions6();

const order = (one: SampleOption, other: SampleOption): number =>
  Number(one.code === LAST) - Number(other.code === LAST);

/** Octets that are now and then one too many, one too few, or others. */
const damaged = (samples: readonly SampleOption[]): fc.Arbitrary<SampleOption> =>
  fc.tuple(fc.constantFrom(...samples), fc.integer({ min: 0, max: 19 }), fc.nat(255)).map(([sample, how, octet]) => {
    const { code, octets } = sample;
    if (how === 0) return { code, octets: octets.slice(0, -1) };
    if (how === 1) return { code, octets: Uint8Array.of(...octets, octet) };
    if (how === 2 && octets.length > 0) return { code, octets: octets.with(octet % octets.length, octet) };
    return sample;
  });

test('encode(decode(b)) is b: DHCPv4 messages of any options', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.constantFrom(...samples4), { selector: (one) => one.code, maxLength: 12 }),
      (chosen) => {
        const specs = chosen.toSorted(order).map(({ code, octets }) => ({ code, hex: hex(octets, 0, octets.length) }));
        const bytes = encodeMessage4({ xid: 7, chaddr: '02:00:5e:00:53:01', options: specs });
        const { options, ids } = decode4(bytes);
        assert.deepEqual(
          ids.filter((id) => id !== 'op-type-mismatch'),
          [],
        );
        assert.ok(
          options.every((one) => one.typed),
          'every value is read as its type',
        );
        const again = options.map(({ code, data }) => ({ code, data }));
        assert.deepEqual(encodeMessage4({ xid: 7, chaddr: '02:00:5e:00:53:01', options: again }), bytes);
      },
    ),
    { numRuns: 500 },
  );
});

test('encode(decode(b)) is b: DHCPv4 options that are damaged come back as octets', () => {
  fc.assert(
    fc.property(damaged(samples4), ({ code, octets }) => {
      if (octets.length > 255) return;
      const digits = hex(octets, 0, octets.length);
      const bytes = encodeMessage4({ options: [{ code, hex: digits }] });
      const [one] = decode4(bytes).options;
      assert.equal(one!.hex, digits);
      if (!one!.typed) assert.deepEqual(encodeMessage4({ options: [{ code, hex: one!.hex }] }), bytes);
    }),
    { numRuns: 1000 },
  );
});

test('a value of DHCPv4 above 255 octets comes back from its pieces', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...samples4.filter(({ code }) => isJoined(code)).map(({ code }) => code)),
      fc.uint8Array({ minLength: 256, maxLength: 900 }),
      (code, octets) => {
        const digits = hex(octets, 0, octets.length);
        const { options } = decode4(encodeMessage4({ options: [{ code, hex: digits }] }));
        assert.deepEqual([options.length, options[0]!.hex], [1, digits]);
      },
    ),
    { numRuns: 200 },
  );
});

const reply = (chosen: readonly SampleOption[]): Uint8Array =>
  encodeMessage6({
    type: 'REPLY',
    xid: 7,
    options: chosen.map(({ code, octets }) => ({ code, hex: hex(octets, 0, octets.length) })),
  });

test('encode(decode(b)) is b: DHCPv6 messages of any options', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...samples6), { maxLength: 12 }), (chosen) => {
      const bytes = reply(chosen);
      assert.deepEqual(encodeMessage6(messageSpec6(decode6(bytes).decoded)!), bytes);
    }),
    { numRuns: 500 },
  );
});

test('a DHCPv6 message with odd values says the same when it is written and read again', () => {
  fc.assert(
    fc.property(fc.array(damaged(samples6), { maxLength: 6 }), (chosen) => {
      const { decoded, problems } = decode6(reply(chosen));
      // What is broken inside a value cannot be said in the value's terms.
      if (problems.some((one) => one.offset > 0)) return;
      // Octets may differ: a text may come with a NUL behind it, which is no part of it.
      const spec = messageSpec6(decoded)!;
      assert.deepEqual(messageSpec6(decode6(encodeMessage6(spec)).decoded), spec);
    }),
    { numRuns: 1000 },
  );
});
