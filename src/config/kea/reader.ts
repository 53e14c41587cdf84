import type { Span } from '../source';
import type { JsonNode } from './json';

/** Members of a map by name. Of duplicates the last one counts, as in Kea. */
export class JsonMap {
  private readonly members = new Map<string, JsonNode>();
  private readonly keys = new Map<string, Span>();

  constructor(readonly node: JsonNode) {
    if (node.kind !== 'object') return;
    for (const { key, keySpan, value } of node.members) {
      this.members.set(key, value);
      this.keys.set(key, keySpan);
    }
  }

  get span(): Span {
    return this.node.span;
  }

  get(key: string): JsonNode | undefined {
    return this.members.get(key);
  }

  keySpan(key: string): Span | undefined {
    return this.keys.get(key);
  }

  /** The span of a member, name and value. */
  memberSpan(key: string): Span | undefined {
    const [name, value] = [this.keys.get(key), this.members.get(key)];
    if (!name || !value) return undefined;
    return name.file === value.span.file ? { ...name, end: value.span.end } : value.span;
  }

  text(key: string): { readonly value: string; readonly span: Span } | undefined {
    const node = this.members.get(key);
    return node?.kind === 'string' ? node : undefined;
  }

  number(key: string): { readonly value: number; readonly span: Span } | undefined {
    const node = this.members.get(key);
    return node?.kind === 'integer' || node?.kind === 'float' ? node : undefined;
  }

  flag(key: string): boolean | undefined {
    const node = this.members.get(key);
    return node?.kind === 'boolean' ? node.value : undefined;
  }

  map(key: string): JsonMap | undefined {
    const node = this.members.get(key);
    return node?.kind === 'object' ? new JsonMap(node) : undefined;
  }

  /** The maps of a list. */
  maps(key: string): JsonMap[] {
    const node = this.members.get(key);
    return node?.kind === 'array'
      ? node.items.filter((item) => item.kind === 'object').map((item) => new JsonMap(item))
      : [];
  }

  texts(key: string): { readonly value: string; readonly span: Span }[] {
    const node = this.members.get(key);
    return node?.kind === 'array' ? node.items.flatMap((item) => (item.kind === 'string' ? [item] : [])) : [];
  }
}
