import assert from 'node:assert/strict';
import test from 'node:test';
import type { Finding } from '../../src/analysis';
import type { OptionSpec4 } from '../../src/codec/dhcpv4/encode';
import { Build, SERVER, ipOption, lease, lines, raw } from './build';

/** Classless routes, options 121 and 249 (RFC 3442): what a client makes of them. */

const ROUTER = '10.0.0.254';

/** A client that asks for these options in option 55 gets its address with these others. */
function bound(asks: string, options: readonly OptionSpec4[]): Build {
  const build = new Build();
  build.dhcp(1, { options: [raw(55, asks)] }, { at: 0 });
  build.offer(0.01, { options: lease(options) });
  build.request(0.02);
  build.ack(0.03, { options: lease(options) });
  return build;
}
const said = (asks: string, options: readonly OptionSpec4[]): string[] => lines(bound(asks, options).analyse());

/** 172.16.0.0/16 by 10.0.0.254. */
const ROUTE = '10ac100a0000fe';
const DEFAULT = '000a0000fe';

test('missing-router: routes without a default route make a client that asked for them ignore option 3', () => {
  const router = ipOption(3, ROUTER);
  const found = [`missing-router info ${SERVER} 4`];
  assert.deepEqual(said('01790306', [router, raw(121, ROUTE)]), found);
  assert.deepEqual(said('01030679f9', [router, raw(249, ROUTE)]), found);
  // Whoever did not ask for the option does not use it.
  assert.deepEqual(said('010306', [router, raw(121, ROUTE)]), []);
  assert.deepEqual(said('01790306', [router, raw(249, ROUTE)]), []);
  // The default route is there, whole or in halves.
  assert.deepEqual(said('01790306', [router, raw(121, ROUTE + DEFAULT)]), []);
  const halves = '01000a0000fe' + '01800a0000fe';
  const half = halves.slice(0, 12);
  const ids = (hex: string): string[] =>
    said('01790306', [router, raw(121, hex)]).filter((line) => line.startsWith('missing-router'));
  assert.deepEqual(ids(ROUTE + halves), []);
  assert.deepEqual(ids(ROUTE + half), found);
  // The rest of a damaged list may have it.
  assert.deepEqual(ids(ROUTE + '000a'), []);
});

test('missing-router: the text says that option 3 is ignored, and why', () => {
  const [found] = bound('01790306', [ipOption(3, ROUTER), raw(121, ROUTE)]).analyse().findings as Finding[];
  assert.equal(
    found!.title,
    `Server ${SERVER}: the routes in option 121 have no default route, so option 3 is ignored`,
  );
  assert.match(found!.explanation, /must ignore option 3 \(10\.0\.0\.254\)/);
});

test('unusable-router: the gateway of a route is outside the subnet, and no on-link route reaches it', () => {
  const route = (hex: string, more: readonly OptionSpec4[] = []): string[] =>
    said('01790306', [raw(121, hex), ...more]);
  const stray = '10ac100a0700fe';
  assert.deepEqual(route(DEFAULT + stray), [`unusable-router warning ${SERVER} 2,4`]);
  // The default route itself.
  assert.deepEqual(route('000a0700fe'), [`unusable-router error ${SERVER} 2,4`]);
  assert.deepEqual(route(DEFAULT + ROUTE), []);
  // 10.7.0.254/32 by 0.0.0.0: the gateway is on the link. Its neighbour’s route does not help.
  assert.deepEqual(route(DEFAULT + stray + '200a0700fe00000000'), []);
  assert.deepEqual(route(DEFAULT + stray + '200a0700fd00000000'), [`unusable-router warning ${SERVER} 2,4`]);
  // With a mask of /32, everything is outside.
  assert.deepEqual(route(DEFAULT + stray, [ipOption(1, '255.255.255.255')]), []);
});

test('unusable-router: a gateway that is the router of option 3 is told once, by router-outside-subnet', () => {
  const found = said('01790306', [ipOption(3, '10.7.0.254'), raw(121, '000a0700fe')]);
  assert.deepEqual(found, [`router-outside-subnet error ${SERVER} 2,4`]);
});
