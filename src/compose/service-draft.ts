import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import type { Finding } from '../core/finding.ts';
import { type MappingNode, type Node, nodeAt, offsetOf, type SourceProblem } from '../manifest/node.ts';
import type { ExtendedService } from './extend-services.ts';

/** Below `services.NAME`. */
export type ServicePath = FieldPath;

/** A value of a service, and where it stands. */
export interface Read<T> {
  readonly value: T;
  readonly at: ServicePath;
}

/** `KEY: VALUE` of a mapping, or `KEY=VALUE` of a list; without a value where only the name is given. */
export interface Pair extends Read<string | undefined> {
  readonly key: string;
}

export const CONTAINER: FieldPath = ['spec', 'containers', 0];
export const CONTAINER_SECURITY: FieldPath = [...CONTAINER, 'securityContext'];
export const POD_SECURITY: FieldPath = ['spec', 'securityContext'];

/** Data that is being written: objects and lists. */
type Written = Record<string, unknown> | unknown[];

/** The pod of one service while it is written, and where each of its fields comes from. */
export class ServiceDraft {
  readonly name: string;
  /** The pod template as plain data. */
  readonly template: Record<string, unknown> = { spec: { containers: [{}] } };
  readonly findings: Finding[] = [];
  readonly problems: SourceProblem[] = [];
  readonly #fields: MappingNode;
  readonly #keyOffset: number;
  readonly #origins = new Map<string, ServicePath>();
  readonly #volumeNames = new Set<string>();

  constructor({ name, fields, keyOffset }: ExtendedService) {
    this.name = name;
    this.#fields = fields;
    this.#keyOffset = keyOffset;
  }

  get fieldNames(): Iterable<string> {
    return this.#fields.entries.keys();
  }

  node(at: ServicePath): Node | undefined {
    const node = nodeAt(this.#fields, at);
    return node?.kind === 'scalar' && node.value === null ? undefined : node;
  }

  /** The text at a place; numbers and booleans as they would be written. Anything else is a problem. */
  text(...at: ServicePath): string | undefined {
    const node = this.node(at);
    if (node === undefined) return undefined;
    if (node.kind === 'scalar') return String(node.value);
    this.wrongType(at, 'a text', node);
    return undefined;
  }

  /** Compose takes `"true"` for a flag, too, since variables are texts. */
  flag(...at: ServicePath): boolean {
    const node = this.node(at);
    if (node === undefined) return false;
    if (node.kind === 'scalar') {
      if (typeof node.value === 'boolean') return node.value;
      const text = String(node.value).toLowerCase();
      if (['true', '1', 'yes', 'on', 'y', 't'].includes(text)) return true;
      if (['false', '0', 'no', 'off', 'n', 'f', ''].includes(text)) return false;
    }
    this.wrongType(at, 'true or false', node);
    return false;
  }

  /** The items of a list; a text alone is a list of one where Compose takes either. */
  items(at: ServicePath, alone: 'text' | 'list' = 'list'): readonly Read<Node>[] {
    const node = this.node(at);
    if (node === undefined) return [];
    if (node.kind === 'sequence') return node.items.map((value, index) => ({ value, at: [...at, index] }));
    if (alone === 'text' && node.kind === 'scalar') return [{ value: node, at }];
    this.wrongType(at, alone === 'text' ? 'a text or a list' : 'a list', node);
    return [];
  }

  texts(at: ServicePath, alone: 'text' | 'list' = 'list'): readonly Read<string>[] {
    return this.items(at, alone).flatMap((item): readonly Read<string>[] => {
      if (item.value.kind === 'scalar') return [{ value: String(item.value.value ?? ''), at: item.at }];
      this.wrongType(item.at, 'a text', item.value);
      return [];
    });
  }

  /** A mapping, or a list of `KEY=VALUE`. */
  pairs(at: ServicePath, separator: RegExp = /[=]/): readonly Pair[] {
    const node = this.node(at);
    if (node?.kind !== 'mapping') return this.texts(at).map((item) => pairOf(item, separator));
    return [...node.entries].map(([key, { value }]): Pair => {
      const place = [...at, key];
      if (value.kind !== 'scalar') this.wrongType(place, 'a text', value);
      const isThere = value.kind === 'scalar' && value.value !== null;
      return { key, value: isThere ? String(value.value) : undefined, at: place };
    });
  }

  /** Writes a field of the pod that comes from `at`. */
  write(pod: FieldPath, value: unknown, at: ServicePath): void {
    const last = pod.at(-1);
    if (last === undefined) return;
    let target: Written = this.template;
    for (const [index, step] of pod.slice(0, -1).entries()) {
      target = childOf(target, step, typeof pod[index + 1] === 'number');
    }
    setIn(target, last, value);
    this.comesFrom(pod, at);
  }

  /** Appends to a list of the pod; answers with the path of the item. */
  append(pod: FieldPath, value: unknown, at: ServicePath): FieldPath {
    let target: Written = this.template;
    for (const [index, step] of pod.entries()) {
      const next = pod[index + 1];
      target = childOf(target, step, next === undefined || typeof next === 'number');
    }
    const path = [...pod, Array.isArray(target) ? target.length : 0];
    this.write(path, value, at);
    return path;
  }

  /** Remembers where a field of the pod comes from; what lies below it comes from there too. */
  comesFrom(pod: FieldPath, at: ServicePath): void {
    this.#origins.set(originKey(pod), at);
  }

  get origins(): ReadonlyMap<string, ServicePath> {
    return this.#origins;
  }

  /** A name for a volume of the pod that a reader recognises, and that no other has. */
  volumeName(text: string): string {
    const plain = text
      .slice(0, 200)
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-+/, '')
      .slice(0, 50)
      .replace(/-+$/, '');
    const stem = plain === '' ? 'volume' : plain;
    let name = stem;
    for (let count = this.#volumeNames.size; this.#volumeNames.has(name); count += 1)
      name = `${stem}-${count}`;
    this.#volumeNames.add(name);
    return name;
  }

  /** A finding about a field of the service. */
  tell(finding: Omit<Finding, 'path'>, at: ServicePath): void {
    this.findings.push({ ...finding, path: this.documentPath(at) });
  }

  problem(at: ServicePath, message: string, advice?: string): void {
    const told = `${formatFieldPath(this.documentPath(at))} ${message}`;
    this.problems.push({ offset: this.offsetOf(at), message: told, ...(advice !== undefined && { advice }) });
  }

  wrongType(at: ServicePath, wanted: string, found: Node): void {
    this.problem(at, `must be ${wanted}, not ${kindOf(found)}`);
  }

  documentPath(at: ServicePath): FieldPath {
    return ['services', this.name, ...at];
  }

  /** Where the field stands in the file, or the nearest thing around it. */
  offsetOf(at: ServicePath): number {
    const [first] = at;
    if (first === undefined || !this.#fields.entries.has(String(first))) return this.#keyOffset;
    return offsetOf(this.#fields, at);
  }
}

/** How a path of the pod is looked up in `origins`. */
export function originKey(pod: FieldPath): string {
  return pod.join('/');
}

function kindOf(node: Node): string {
  if (node.kind !== 'scalar') return node.kind === 'sequence' ? 'a list' : 'a mapping';
  const text = String(node.value);
  return text.length > 40 ? 'a text' : JSON.stringify(text);
}

function pairOf({ value, at }: Read<string>, separator: RegExp): Pair {
  const cut = value.search(separator);
  return cut === -1
    ? { key: value, value: undefined, at }
    : { key: value.slice(0, cut), value: value.slice(cut + 1), at };
}

function childOf(parent: Written, step: string | number, asList: boolean): Written {
  const found: unknown = Array.isArray(parent) ? parent[Number(step)] : parent[step];
  if (isWritten(found)) return found;
  const made: Written = asList ? [] : {};
  setIn(parent, step, made);
  return made;
}

function setIn(parent: Written, step: string | number, value: unknown): void {
  if (Array.isArray(parent)) parent[Number(step)] = value;
  else parent[step] = value;
}

function isWritten(value: unknown): value is Written {
  return typeof value === 'object' && value !== null;
}
