import { parseIpv4 } from '../../../codec/bytes';
import { cause, ranked } from '../../collector';
import { withFinding, type Detail } from '../../draft';
import type { IcmpError } from '../../evidence/neighbours';
import { rivalCause, rivalIn, spokenText } from '../../evidence/rivals';
import {
  isLooping,
  othersPass,
  refusalOf,
  refusedRelay,
  ruleText,
  wrongHelperCause,
  type Refusal,
} from '../../evidence/silence/refusals';
import { systemOfHolder } from '../../evidence/systems';
import type { World } from '../../evidence/world';
import type { Cause } from '../../finding';
import * as advice from '../../words/advice';
import { refusalSteps6 } from '../../words/advice6';
import type { Step } from '../../words/steps';
import { refusalSteps } from './discovers/kinds';

/** What is told of an ICMP error that quotes a datagram to a DHCP port. */

/**
 * Whether a host itself says that it cannot be reached: it got the datagram before its kernel knew the address as its own, and tried to pass
 * it on. So it is up.
 */
export const isOwn = (error: IcmpError): boolean =>
  error.source === error.quotedDestination && refusalOf(error) === 'host-unreachable';

/** Whether the datagram was for a server or a relay. */
export const isToServer = ({ quotedPort }: IcmpError): boolean => quotedPort === 67 || quotedPort === 547;

/** What a kind of refusal means, and what its causes may be. */
interface Told {
  /** Replaces the title of the kind. */
  readonly title?: string;
  readonly meaning: string;
  readonly causes: readonly Cause[];
}

const TITLES: Readonly<Record<Refusal, (who: string, port: number) => string>> = {
  'port-unreachable': (who, port) => `${who} has nothing that listens on UDP port ${port}`,
  'firewall-reject': (who, port) => `A firewall refuses datagrams to ${who}, UDP port ${port}`,
  'host-unreachable': (who, port) => `${who} cannot be reached (datagrams to UDP port ${port})`,
};

const TOLD: Readonly<Record<Refusal, (error: IcmpError, calm: boolean, world: World) => Told>> = {
  'port-unreachable': (error, calm, world) => (calm ? clientClosed(error) : portClosed(error, world)),
  'firewall-reject': rejected,
  'host-unreachable': hostUnreachable,
};

/** The detail of a refusal; `calm` if it does no harm. */
export function refusedDetail(error: IcmpError, kind: Refusal, calm: boolean, world: World): Detail {
  const { version, quotedDestination: who, quotedPort: port } = error;
  const { title, meaning, causes } = TOLD[kind](error, calm, world);
  return {
    title: title ?? TITLES[kind](who, port),
    explanation: `In frame ${error.frame}, ${error.source} sends ${nameOf(error)}, and quotes a datagram from ${error.quotedSource} to ${version === 6 ? `[${who}]` : who}:${port}. ${meaning}`,
    causes,
    steps: calm ? ['Nothing needs to be done.'] : stepsOf(error, kind, world),
    reference: version === 6 ? 'RFC 4443 §3.1' : kind === 'firewall-reject' ? 'RFC 1812 §5.2.7.1' : 'RFC 792',
  };
}

function stepsOf(error: IcmpError, kind: Refusal, world: World): readonly Step[] {
  const who = error.quotedDestination;
  if (error.version === 6) return refusalSteps6(error, world);
  return isToServer(error) || kind === 'host-unreachable'
    ? refusalSteps(error, world)
    : advice.openClientPort({ client: who, system: systemOfHolder(error.chaddr ?? '', parseIpv4(who) ?? 0, world) });
}

const nameOf = ({ version, type, code }: IcmpError): string =>
  `ICMP${version === 6 ? 'v6' : ''} type ${type}, code ${code}`;

/** The client takes its replies otherwise than by a socket, or is done. */
const clientClosed = ({ version }: IcmpError): Told => ({
  meaning: `The client’s kernel refuses the reply because the client ${version === 6 ? 'does not listen any more, as after RELEASE' : 'takes its replies by a packet socket, or has ended after RELEASE'}. The exchange completes all the same.`,
  causes: ranked(
    cause(
      'likely',
      version === 6
        ? 'The client’s DHCPv6 program has closed its UDP socket: it has ended, or awaits nothing more'
        : 'The client reads raw packets and has no UDP socket open (usual for dhclient and udhcpc)',
      'the exchange completes',
    ),
  ),
});

/** What else the capture shows of the address that is not reached, or of who speaks under it. */
function othersAt(error: IcmpError, world: World) {
  const rival = rivalIn(error, world);
  return {
    rival,
    elsewhere: speaksElsewhere(error.quotedDestination, world),
    helper: rival ? undefined : wrongHelperCause(error, world),
  };
}

function portClosed(error: IcmpError, world: World): Told {
  const { source, quotedDestination: who, quotedPort: port } = error;
  const server = isToServer(error);
  const { elsewhere, rival, helper } = othersAt(error, world);
  return {
    meaning: rival
      ? `The machine that sends it is up, but it is not the server: ${spokenText(rival.own, rival.server)}, and this ICMP comes from ${rival.other.mac}.`
      : `The host is up and reached, but no program listens on UDP port ${port}${server ? ': its DHCP server does not run, or listens on another address or interface' : ''}.`,
    causes: ranked(
      rival && rivalCause(rival),
      server && elsewhere,
      helper,
      cause(
        elsewhere || rival || helper ? 'possible' : 'likely',
        server
          ? 'The DHCP server is stopped, or does not listen on this address'
          : 'The client program has ended, or the reply goes to the wrong host',
      ),
      cause(
        'possible',
        'A firewall answers with “reject” as if the port were closed',
        source !== who && `the ICMP is from ${source}, not from ${who} itself`,
      ),
    ),
  };
}

/** A rule rejects the datagram: for all, or for one relay alone. */
function rejected(error: IcmpError, calm: boolean, world: World): Told {
  const { source, quotedDestination: who, quotedPort: port } = error;
  const one = refusedRelay(error, world);
  return {
    ...(one && {
      title: `A firewall refuses datagrams from ${one.from} to ${who}, UDP port ${port}, and lets other relays through`,
    }),
    meaning: calm
      ? 'A rule refuses the reply, though the exchange completes all the same: the client takes its replies by a packet socket.'
      : `The datagram was administratively prohibited: a firewall rule rejects it.${one ? ` Relay ${one.relay} alone is concerned: ${othersPass(one)}.` : ''}`,
    causes: ranked(
      cause(
        'likely',
        one ? ruleText(one, error) : `A firewall at ${source} has a rule that rejects UDP port ${port}`,
        `${nameOf(error)} from ${source}`,
        one && othersPass(one),
      ),
    ),
  };
}

function hostUnreachable(error: IcmpError, calm: boolean, world: World): Told {
  const { source, quotedDestination: who, quotedPort: port } = error;
  const told = isLooping(error) ? inCircles(error) : noWay(error, world);
  if (!isOwn(error)) return calm ? { ...told, meaning: 'The exchange completes all the same.' } : told;
  return {
    title: `${who} itself answers that it cannot be reached (datagrams to UDP port ${port})`,
    meaning:
      'The host itself sends this, so it is up: it got the reply before it had configured the address, and its kernel tried to pass the reply on.',
    causes: calm
      ? ranked(
          cause(
            'likely',
            'The client reads raw packets, and configures the address after the exchange',
            `the ICMP is from ${source} itself`,
          ),
        )
      : told.causes,
  };
}

const inCircles = ({ source, quotedSource, quotedDestination: who, quotedPort: port }: IcmpError): Told => ({
  title: `Datagrams to ${who}, UDP port ${port}, go round in a routing loop`,
  meaning: `Its time to live was used up when it came to ${source}: routers pass it on to one another, and it does not arrive.`,
  causes: ranked(
    cause(
      'likely',
      `A routing loop: ${source}, or a router before it, has a wrong route to ${who}`,
      `ICMP from ${source}, type 11, code 0 (time to live exceeded)`,
    ),
    cause('possible', `${quotedSource} sends with a time to live (TTL) that is too small for the way`),
  ),
});

function noWay(error: IcmpError, world: World): Told {
  const { source, code } = error;
  const server = isToServer(error);
  const { elsewhere, helper } = othersAt(error, world);
  return {
    meaning: `${source} has no route to it, or gets no answer when it asks for its link-layer address.`,
    causes: ranked(
      server && elsewhere,
      helper,
      cause(
        elsewhere || helper ? 'possible' : 'likely',
        server
          ? helper
            ? 'The server is down'
            : 'The server or relay is down, or its address is wrong in the relay’s configuration'
          : 'The client has left its address',
      ),
      cause(
        'possible',
        `A route is missing at ${source}`,
        `ICMP from ${source}, code ${code} (${code === 0 ? 'network' : 'host'} unreachable)`,
      ),
    ),
  };
}

/** The address is a server identifier (option 54), and the server sends its replies from another address. */
function speaksElsewhere(server: string, world: World): Cause | undefined {
  const other = world.survey.servers.get(server)?.macs.find(({ source }) => source !== server);
  return (
    other &&
    withFinding(
      'source-not-server-id',
      [other.frame],
      cause(
        'likely',
        `${server} is only the server identifier that clients are told; the server itself speaks from ${other.source}`,
        `the reply in frame ${other.frame} comes from ${other.source}, and its option 54 says ${server}`,
      ),
    )
  );
}
