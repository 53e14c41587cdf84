/**
 * The parameters of Kea's configuration: in which map each is allowed, of what type, and since or until which release. Source: the
 * Administrator Reference Manual for releases 2.2 to 3.0.
 */

/** Releases whose languages are told apart. Odd numbers are development releases and are left out. */
export const RELEASES = ['2.2', '2.4', '2.6', '3.0'] as const;
export type Release = (typeof RELEASES)[number];

export interface Parameter {
  /**
   * `string`, `integer`, `float`, `boolean`, `strings`, `any` (free for hooks and administrators), `=a|b` one of these words, `{map` a map
   * of that name, `[map` a list of such maps.
   */
  readonly type: string;
  /** The first release that knows it, and the first that no longer does. */
  readonly since: number;
  readonly until: number;
}

/** The parameters of one kind of map. */
export interface MapSchema {
  readonly name: string;
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** Parameters that must be present. */
  readonly required: readonly string[];
}

/** Groups of parameters shared by several maps, as `name:type`, `>release` since, `<release` until. */
const GROUPS: Readonly<Record<string, string>> = {
  '@context': 'user-context:any comment:string',
  '@timers': `valid-lifetime:integer min-valid-lifetime:integer max-valid-lifetime:integer renew-timer:integer rebind-timer:integer
    calculate-tee-times:boolean t1-percent:float t2-percent:float cache-threshold:float cache-max-age:integer
    adaptive-lease-time-threshold:float>3.1`,
  '@preferred': 'preferred-lifetime:integer min-preferred-lifetime:integer max-preferred-lifetime:integer',
  '@ddns': `ddns-send-updates:boolean ddns-override-no-update:boolean ddns-override-client-update:boolean
    ddns-replace-client-name:=when-present|never|always|when-not-present ddns-generated-prefix:string ddns-qualifying-suffix:string
    ddns-update-on-renew:boolean ddns-use-conflict-resolution:boolean
    ddns-conflict-resolution-mode:=check-with-dhcid|no-check-with-dhcid|check-exists-with-dhcid|no-check-without-dhcid>2.6
    ddns-ttl-percent:float>2.6 ddns-ttl:integer>3.0 ddns-ttl-min:integer>3.0 ddns-ttl-max:integer>3.0
    hostname-char-set:string hostname-char-replacement:string`,
  '@reserving': `reservation-mode:=disabled|off|out-of-pool|global|all<2.6 reservations-global:boolean reservations-in-subnet:boolean
    reservations-out-of-pool:boolean`,
  '@boot': 'next-server:string server-hostname:string boot-file-name:string',
  '@classes': `client-class:string client-classes:strings>3.0 require-client-classes:strings evaluate-additional-classes:strings>3.0`,
  '@database': `type:=memfile|mysql|postgresql user:string password:string host:string port:integer name:string persist:boolean
    lfc-interval:integer readonly:boolean connect-timeout:integer read-timeout:integer>2.4 write-timeout:integer>2.4
    tcp-user-timeout:integer>2.4 max-reconnect-tries:integer reconnect-wait-time:integer
    on-fail:=stop-retry-exit|serve-retry-exit|serve-retry-continue retry-on-startup:boolean>2.6 max-row-errors:integer trust-anchor:string
    cert-file:string key-file:string cipher-list:string ssl-mode:string>3.0`,
  '@global': `interfaces-config:{interfaces-config lease-database:{lease-database hosts-database:{hosts-database
    hosts-databases:[hosts-databases host-reservation-identifiers:strings client-classes:[client-classes option-def:[option-def
    option-data:[option-data hooks-libraries:[hooks-libraries expired-leases-processing:{expired-leases-processing
    dhcp4o6-port:integer control-socket:{control-socket control-sockets:[control-sockets>3.0
    dhcp-queue-control:{dhcp-queue-control dhcp-ddns:{dhcp-ddns sanity-checks:{sanity-checks reservations:[reservations
    config-control:{config-control server-tag:string loggers:[loggers store-extended-info:boolean
    statistic-default-sample-count:integer statistic-default-sample-age:integer multi-threading:{multi-threading
    early-global-reservations-lookup:boolean ip-reservations-unique:boolean reservations-lookup-first:boolean
    compatibility:{compatibility parked-packet-limit:integer decline-probation-period:integer allocator:string>2.4
    shared-networks:[shared-networks`,
};

/** The maps. `!name` is required. */
const MAPS: Readonly<Record<string, string>> = {
  'top 4': 'Dhcp4:{Dhcp4 !Dhcp4',
  'top 6': 'Dhcp6:{Dhcp6 !Dhcp6',
  'Dhcp4 4': `@context @timers @ddns @reserving @boot @global subnet4:[subnet4 echo-client-id:boolean match-client-id:boolean
    authoritative:boolean offer-lifetime:integer>2.4 stash-agent-options:boolean>2.4`,
  'Dhcp6 6': `@context @timers @preferred @ddns @reserving @global subnet6:[subnet6 mac-sources:strings relay-supplied-options:strings
    server-id:{server-id pd-allocator:string>2.4 data-directory:string<3.0 allow-address-registration:boolean>3.1`,
  'shared-networks 4': `@context @timers @ddns @reserving @boot @classes !name name:string subnet4:[subnet4 interface:string
    relay:{relay match-client-id:boolean authoritative:boolean option-data:[option-data store-extended-info:boolean
    offer-lifetime:integer>2.4 allocator:string>2.4`,
  'shared-networks 6': `@context @timers @preferred @ddns @reserving @classes !name name:string subnet6:[subnet6 interface:string
    interface-id:string relay:{relay rapid-commit:boolean option-data:[option-data store-extended-info:boolean
    allocator:string>2.4 pd-allocator:string>2.4`,
  'subnet4 4': `@context @timers @ddns @reserving @boot @classes !subnet subnet:string id:integer interface:string pools:[pools
    reservations:[reservations relay:{relay match-client-id:boolean authoritative:boolean option-data:[option-data
    store-extended-info:boolean offer-lifetime:integer>2.4 allocator:string>2.4 4o6-interface:string 4o6-interface-id:string
    4o6-subnet:string`,
  'subnet6 6': `@context @timers @preferred @ddns @reserving @classes !subnet subnet:string id:integer interface:string
    interface-id:string pools:[pools pd-pools:[pd-pools reservations:[reservations relay:{relay rapid-commit:boolean
    option-data:[option-data store-extended-info:boolean allocator:string>2.4 pd-allocator:string>2.4`,
  'pools 4': '@context @classes !pool pool:string pool-id:integer>2.6 option-data:[option-data',
  'pools 6': '@context @classes !pool pool:string pool-id:integer>2.6 option-data:[option-data',
  'pd-pools 6': `@context @classes !prefix !prefix-len !delegated-len prefix:string prefix-len:integer delegated-len:integer
    excluded-prefix:string excluded-prefix-len:integer pool-id:integer>2.6 option-data:[option-data`,
  'reservations 4': `@context @boot hw-address:string duid:string client-id:string circuit-id:string flex-id:string ip-address:string
    hostname:string client-classes:strings option-data:[option-data`,
  'reservations 6': `@context hw-address:string duid:string flex-id:string ip-addresses:strings prefixes:strings
    excluded-prefixes:strings>3.0 hostname:string client-classes:strings option-data:[option-data`,
  option_data: '',
  'option-data': `@context name:string data:string code:integer space:string csv-format:boolean always-send:boolean
    never-send:boolean>2.4 client-classes:strings>3.0`,
  'option-def': `@context !name !code !type name:string code:integer type:string array:boolean record-types:string space:string
    encapsulate:string`,
  'client-classes 4': `@context @boot !name name:string test:string template-test:string>2.4 only-if-required:boolean
    only-in-additional-list:boolean>3.0 option-data:[option-data option-def:[option-def valid-lifetime:integer
    min-valid-lifetime:integer max-valid-lifetime:integer offer-lifetime:integer>2.4`,
  'client-classes 6': `@context @preferred !name name:string test:string template-test:string>2.4 only-if-required:boolean
    only-in-additional-list:boolean>3.0 option-data:[option-data valid-lifetime:integer min-valid-lifetime:integer
    max-valid-lifetime:integer`,
  relay: 'ip-addresses:strings ip-address:string<2.6',
  'interfaces-config 4': `@context interfaces:strings dhcp-socket-type:=raw|udp outbound-interface:=same-as-inbound|use-routing
    re-detect:boolean service-sockets-require-all:boolean service-sockets-max-retries:integer service-sockets-retry-wait-time:integer`,
  'interfaces-config 6': `@context interfaces:strings re-detect:boolean service-sockets-require-all:boolean
    service-sockets-max-retries:integer service-sockets-retry-wait-time:integer`,
  'lease-database': '@database !type',
  'hosts-database': '@database !type',
  'hosts-databases': '@database !type',
  'config-databases': '@database !type',
  'config-control': 'config-databases:[config-databases config-fetch-wait-time:integer',
  'hooks-libraries': '!library library:string parameters:any',
  'expired-leases-processing': `reclaim-timer-wait-time:integer flush-reclaimed-timer-wait-time:integer hold-reclaimed-time:integer
    max-reclaim-leases:integer max-reclaim-time:integer unwarned-reclaim-cycles:integer`,
  'control-socket': '@context socket-type:string socket-name:string socket-address:string>3.0 socket-port:integer>3.0',
  'control-sockets': `@context socket-type:string socket-name:string socket-address:string socket-port:integer trust-anchor:string
    cert-file:string key-file:string cert-required:boolean authentication:{authentication http-headers:[http-headers>3.1`,
  authentication: '@context type:string realm:string directory:string clients:[clients',
  clients: '@context user:string password:string user-file:string password-file:string',
  'http-headers': '@context name:string value:string',
  'dhcp-queue-control': '@context enable-queue:boolean queue-type:string capacity:integer',
  'dhcp-ddns': `@context enable-updates:boolean server-ip:string server-port:integer sender-ip:string sender-port:integer
    max-queue-size:integer ncr-protocol:=udp|UDP ncr-format:=json|JSON override-no-update:boolean<2.6
    override-client-update:boolean<2.6 replace-client-name:=when-present|never|always|when-not-present<2.6
    generated-prefix:string<2.6 qualifying-suffix:string<2.6 hostname-char-set:string<2.6 hostname-char-replacement:string<2.6`,
  'sanity-checks': 'lease-checks:=none|warn|fix|fix-del|del extended-info-checks:=none|fix|strict|pedantic>2.4',
  'multi-threading':
    '@context !enable-multi-threading enable-multi-threading:boolean thread-pool-size:integer packet-queue-size:integer',
  compatibility: `lenient-option-parsing:boolean ignore-dhcp-server-identifier:boolean>2.4 ignore-rai-link-selection:boolean>2.4
    exclude-first-last-24:boolean>2.4`,
  'server-id':
    '@context !type type:=LLT|EN|LL identifier:string time:integer htype:integer enterprise-id:integer persist:boolean',
  loggers: `@context name:string debuglevel:integer severity:string output_options:[output_options
    output-options:[output_options>2.6`,
  output_options: '!output output:string flush:boolean maxsize:integer maxver:integer pattern:string',
};

const made = new Map<string, MapSchema>();

/** The schema of a map for one family. */
export function schemaOf(map: string, family: 4 | 6): MapSchema {
  const name = `${map} ${family}`;
  const known = made.get(name);
  if (known) return known;
  const parameters = new Map<string, Parameter>();
  const required: string[] = [];
  const read = (text: string): void => {
    for (const word of text.trim().split(/\s+/)) {
      if (word.startsWith('@')) read(GROUPS[word]!);
      else if (word.startsWith('!')) required.push(word.slice(1));
      else if (word !== '') {
        const [, key, type, mark, release] = /^([^:]+):([^<>]+)(?:([<>])(.*))?$/.exec(word)!;
        parameters.set(key!, {
          type: type!,
          since: mark === '>' ? Number(release) : 0,
          until: mark === '<' ? Number(release) : Infinity,
        });
      }
    }
  };
  read(MAPS[name] ?? MAPS[map] ?? '');
  const schema = { name: map, parameters, required };
  made.set(name, schema);
  return schema;
}
