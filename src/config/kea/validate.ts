import { rename } from '../fix';
import { nearest } from '../nearest';
import type { Issues } from './issues';
import { releases } from './issues';
import type { JsonMember, JsonNode } from './json';
import { checkLimits } from './limits';
import { schemaOf, type Parameter } from './schema';

/** Lists whose elements may be empty maps. */
const MAY_BE_EMPTY = /^(reservations|option-data)$/;

const KINDS: Readonly<Record<string, string>> = {
  string: 'a text in quotation marks',
  integer: 'a whole number',
  float: 'a number with a decimal point',
  boolean: 'true or false',
  object: 'a map “{ … }”',
  array: 'a list “[ … ]”',
  null: 'null',
};

const HOST_IDENTIFIERS = /^(hw-address|duid|circuit-id|client-id|flex-id)$/;

/** Checks a map and everything in it against Kea's language. */
export function validate(node: JsonNode, map: string, family: 4 | 6, issues: Issues, outer = ''): void {
  if (node.kind !== 'object') {
    wrongKind(node, 'object', map, issues);
    return;
  }
  const schema = schemaOf(map, family);
  if (node.members.length === 0 && !MAY_BE_EMPTY.test(map))
    issues.add({
      id: 'syntax',
      span: node.span,
      title: 'Empty map',
      explanation: `The map of ${map} must hold at least one parameter.`,
    });
  const seen = new Map<string, JsonMember>();
  const around = outer === '' ? undefined : schemaOf(outer, family).parameters;
  let escaped = false;
  for (const member of node.members) {
    const { key, keySpan, value } = member;
    const parameter = schema.parameters.get(key);
    if (!parameter && around?.has(key)) {
      // Where a brace is missing, everything behind it is in the wrong map.
      if (!escaped)
        issues.add({
          id: 'unknown-keyword',
          span: keySpan,
          title: `“${key}” does not belong into ${map}`,
          explanation: `“${key}” is a parameter of ${outer}, the map around this one. A right brace “}” is missing above, or one too many closes something else.`,
        });
      escaped = true;
      continue;
    }
    if (!parameter) {
      const near = nearest(key, schema.parameters.keys());
      issues.add({
        id: 'unknown-keyword',
        span: keySpan,
        title: `Unknown parameter “${key.slice(0, 60)}”`,
        explanation: `Kea knows no parameter “${key.slice(0, 60)}” in ${map}${near ? `; “${near}” is the nearest name` : ''}.`,
        steps: near ? [`Write “${near}”.`] : [],
        ...rename(keySpan.file.span(keySpan.start + 1, keySpan.end - 1), near),
      });
      continue;
    }
    const first = seen.get(key);
    if (first)
      issues.add({
        id: 'duplicate-key',
        span: keySpan,
        title: `Second “${key}”`,
        explanation: `“${key}” is given already in this map, in line ${first.keySpan.file.position(first.keySpan.start).line}.`,
        related: [first.keySpan],
      });
    else seen.set(key, member);
    if (parameter.since > 2.2 || parameter.until !== Infinity) {
      const lacking = new Set([...releases(0, parameter.since), ...releases(parameter.until)]);
      issues.add(
        {
          id: 'unknown-keyword',
          span: keySpan,
          title: `“${key}” in ${map}`,
          explanation:
            parameter.until === Infinity
              ? `“${key}” is known since release ${parameter.since.toFixed(1)}.`
              : `“${key}” is gone since release ${parameter.until.toFixed(1)}.`,
        },
        lacking,
      );
    }
    checkValue(value, key, parameter, family, issues, map);
  }
  if (seen.has('ddns-use-conflict-resolution') && seen.has('ddns-conflict-resolution-mode'))
    issues.add(
      {
        id: 'duplicate-key',
        span: seen.get('ddns-conflict-resolution-mode')!.keySpan,
        title: 'Two settings for one thing',
        explanation:
          '“ddns-use-conflict-resolution” is the old name of “ddns-conflict-resolution-mode”: only one of them may be given.',
      },
      releases(2.6),
    );
  const context = seen.get('user-context')?.value;
  const comment = context?.kind === 'object' && context.members.some(({ key }) => key === 'comment');
  if (comment && seen.has('comment'))
    issues.add({
      id: 'duplicate-key',
      span: seen.get('comment')!.keySpan,
      title: 'Second comment',
      explanation: '“comment” is short for a comment in “user-context”, and that has one already.',
    });
  checkLimits(map, seen, issues);
  for (const key of schema.required) {
    if (seen.has(key) || node.members.length === 0) continue;
    issues.add({
      id: 'missing-parameter',
      span: { ...node.span, end: node.span.start + 1 },
      title: `“${key}” is missing`,
      explanation: `Kea needs “${key}” in each map of ${map}.`,
    });
  }
}

function wrongKind(node: JsonNode, wanted: string, key: string, issues: Issues): void {
  issues.add({
    id: 'wrong-type',
    span: node.span,
    title: `“${key}” has the wrong kind of value`,
    explanation: `“${key}” wants ${KINDS[wanted] ?? wanted}, not ${KINDS[node.kind]!}.`,
  });
}

function checkValue(
  value: JsonNode,
  key: string,
  { type }: Parameter,
  family: 4 | 6,
  issues: Issues,
  outer: string,
): void {
  if (type.startsWith('{')) {
    validate(value, type.slice(1), family, issues, outer);
    return;
  }
  if (type.startsWith('[')) {
    if (value.kind !== 'array') wrongKind(value, 'array', key, issues);
    else for (const item of value.items) validate(item, type.slice(1), family, issues, outer);
    return;
  }
  if (type.startsWith('=')) {
    const words = type.slice(1).split('|');
    if (value.kind !== 'string' || !words.includes(value.value))
      issues.add({
        id: 'wrong-type',
        span: value.span,
        title: `“${key}” has a value that it cannot have`,
        explanation: `“${key}” is one of ${words.join(', ')}.`,
      });
    return;
  }
  switch (type) {
    case 'any':
      // An empty comment or context may be null.
      if (value.kind !== 'object' && value.kind !== 'null') wrongKind(value, 'object', key, issues);
      return;
    case 'strings': {
      if (value.kind !== 'array') {
        wrongKind(value, 'array', key, issues);
        return;
      }
      for (const item of value.items) {
        if (item.kind !== 'string') wrongKind(item, 'string', key, issues);
        else if (key === 'host-reservation-identifiers' && !HOST_IDENTIFIERS.test(item.value))
          issues.add({
            id: 'wrong-type',
            span: item.span,
            title: `Unknown identifier “${item.value.slice(0, 40)}”`,
            explanation: 'Hosts are known by hw-address, duid, circuit-id, client-id or flex-id.',
          });
      }
      return;
    }
    default:
      if (value.kind !== type) wrongKind(value, type, key, issues);
  }
}
