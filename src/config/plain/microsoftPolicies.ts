import { append } from '../../codec/append';
import { parseAddress } from '../address';
import type { OctetPattern, OctetTest, Pool, Subnet } from '../model';
import { newPool } from '../scopes';
import type { Builder } from './builder';
import type { XmlElement } from './xml';

/** What the fields of a policy compare (`Add-DhcpServerv4Policy`). Values are octets; those of classes are their names. */
const FIELDS: Readonly<Record<string, OctetTest['field']>> = {
  MacAddress: 'hardware',
  ClientId: { option: 61 },
  VendorClass: { option: 60 },
  UserClass: { option: 77 },
  RelayAgent: { option: 82 },
  CircuitId: { agent: 1 },
  RemoteId: { agent: 2 },
  SubscriberId: { agent: 6 },
};
/** A field whose values depend on the server. */
const UNREAD = 'Fqdn';

const textOf = ({ children }: XmlElement, name: string): string =>
  children.find((one) => one.name === name)?.text ?? '';

/** The octets of each class by its type and name, such as `VendorClass MSFT 5.0`. */
export function classData(classes: readonly XmlElement[]): ReadonlyMap<string, string> {
  return new Map(
    classes.map((one) => [`${textOf(one, 'Type')}Class ${textOf(one, 'Name')}`, digitsOf(textOf(one, 'Data'))]),
  );
}

const digitsOf = (text: string): string =>
  text
    .toLowerCase()
    .replace(/^0x/, '')
    .replace(/[^\da-f]/g, '');

/** The tests of one field: `EQ` or `NE`, each with the values that follow. Undefined if a value is not known. */
function testsOf(
  name: string,
  field: OctetTest['field'],
  values: readonly string[],
  data: ReadonlyMap<string, string>,
): OctetTest[] | undefined {
  const tests: (OctetTest & { patterns: OctetPattern[] })[] = [];
  for (const value of values) {
    const word = value.toUpperCase();
    if (word === 'EQ' || word === 'NE') {
      tests.push({ field, patterns: [], ...(word === 'NE' ? { negated: true } : {}) });
      continue;
    }
    const open = value.endsWith('*');
    const bare = open ? value.slice(0, -1) : value;
    const hex = name.endsWith('Class') ? data.get(`${name} ${bare}`) : digitsOf(bare);
    const test = tests.at(-1);
    if (!test || hex === undefined || hex === '') return undefined;
    test.patterns.push({ hex, ...(open ? { open } : {}) });
  }
  return tests;
}

/** Reads the policies of a scope: their conditions become classes, and their ranges are returned. */
export function policiesOf(
  builder: Builder,
  policies: readonly XmlElement[],
  subnet: Subnet,
  data: ReadonlyMap<string, string>,
): Pool[] {
  return policies.flatMap((policy) => {
    if (textOf(policy, 'Enabled').toLowerCase() === 'false') return [];
    const ranges = policy.children.find(({ name }) => name === 'IPRanges')?.children ?? [];
    const named = policy.children.find(({ name }) => name === 'Name') ?? policy;
    const tests: OctetTest[] = [];
    let known = textOf(policy, UNREAD) === '';
    for (const [name, field] of Object.entries(FIELDS)) {
      const values = policy.children
        .filter((one) => one.name === name)
        .flatMap(({ text }) => text.split(','))
        .map((text) => text.trim())
        .filter((text) => text !== '');
      const own = testsOf(name, field, values, data);
      if (own) append(tests, own);
      else known = false;
    }
    const guard = { value: `${subnet.name ?? ''} ${named.span.start}`, span: named.textSpan };
    builder.classes.push({
      name: guard.value,
      span: guard.span,
      values: [],
      ...(known && tests.length > 0
        ? { octets: { tests, every: textOf(policy, 'Condition').toUpperCase() === 'AND' } }
        : {}),
    });
    return ranges.flatMap((range) => {
      const [first, last] = ['StartRange', 'EndRange'].map((end) => parseAddress(textOf(range, end)));
      if (first?.family !== 4 || last?.family !== 4) return [];
      const pool = newPool(range.span, subnet, { family: 4, first: first.value, last: last.value });
      return [{ ...pool, guards: [guard] }];
    });
  });
}
