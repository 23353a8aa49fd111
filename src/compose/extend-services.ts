import { dirname } from 'node:path';
import { LineIndex } from '../manifest/line-index.ts';
import { type Entry, type MappingNode, type Node, nodeAt, type SourceProblem } from '../manifest/node.ts';
import { type ComposeDocument, readComposeDocument } from './compose-document.ts';
import type { Variables } from './interpolate.ts';
import { mergeService } from './merge-service.ts';
import type { NeighbourFiles } from './neighbour-files.ts';

/** A service with everything that it extends. */
export interface ExtendedService {
  readonly name: string;
  readonly keyOffset: number;
  readonly fields: MappingNode;
}

export interface ExtendedServices {
  readonly services: readonly ExtendedService[];
  readonly problems: readonly SourceProblem[];
}

/** A service may extend one that extends another: this many. */
const MAX_CHAIN = 50;
/** Nobody writes a file of more services; the others are not looked at. */
const MAX_SERVICES = 10_000;
/** What all extending together may copy, in nodes; beyond this nobody wrote the file by hand. */
const MAX_COPIED = 200_000;

/**
 * The services of a file, each on top of what it extends: of the same file, or of another in the tree. `base` is the file
 * that this one overrides: its service of the same name lies below.
 */
export function extendServices(
  document: ComposeDocument,
  files: NeighbourFiles,
  variables: Variables,
  base?: string,
): ExtendedServices {
  const extender = new Extender(files, variables);
  const own: Source = { document, path: undefined, resolved: new Map() };
  const found = nodeAt(document.root, ['services']);
  const services: ExtendedService[] = [];
  if (found?.kind === 'mapping') {
    for (const [name, { keyOffset, value }] of found.entries) {
      // A service of which nothing is said is Compose's own to complain about.
      if (value.kind !== 'mapping') continue;
      if (services.length >= MAX_SERVICES) {
        const message = `more than ${MAX_SERVICES} services in one file: the rest is not checked`;
        extender.problems.push({ offset: keyOffset, message });
        break;
      }
      const resolved = extender.resolve(name, value, own, []);
      const fields = base === undefined ? resolved : extender.override(base, name, resolved, keyOffset, own);
      services.push({ name, keyOffset, fields });
    }
  }
  return { services, problems: extender.problems };
}

interface Source {
  readonly document: ComposeDocument;
  /** Undefined for the file itself. */
  readonly path: string | undefined;
  readonly resolved: Map<string, MappingNode>;
}

/** Follows `extends`; lives for one file. */
class Extender {
  readonly problems: SourceProblem[] = [];
  readonly #files: NeighbourFiles;
  readonly #variables: Variables;
  readonly #sources = new Map<string, Source | undefined>();
  #copied = 0;
  /** Where the file itself extends what is being looked at. */
  #place = 0;

  constructor(files: NeighbourFiles, variables: Variables) {
    this.#files = files;
    this.#variables = variables;
  }

  resolve(name: string, fields: MappingNode, source: Source, trail: readonly string[]): MappingNode {
    const known = source.resolved.get(name);
    if (known !== undefined) return known;
    const written = fields.entries.get('extends');
    const resolved = written === undefined ? fields : this.#extend(name, fields, written, source, trail);
    source.resolved.set(name, resolved);
    return resolved;
  }

  /** A service on top of the one of that name in the file that is overridden; as it is where there is none. */
  override(file: string, name: string, fields: MappingNode, offset: number, own: Source): MappingNode {
    const source = this.#open(file, own, (message) => this.#refuse(offset, message, fields));
    const base = source && nodeAt(source.document.root, ['services', name]);
    if (source === undefined || base?.kind !== 'mapping' || this.#copied > MAX_COPIED) return fields;
    this.#place = offset;
    const resolved = this.resolve(name, base, source, []);
    this.#copied += sizeOf(resolved, MAX_COPIED);
    if (this.#copied > MAX_COPIED)
      return this.#refuse(offset, `services.${name}: too much is overridden`, fields);
    return mergeService(relocated(resolved, offset), fields, own.document.tagOf);
  }

  #refuse(offset: number, message: string, fields: MappingNode): MappingNode {
    this.problems.push({ offset, message });
    return fields;
  }

  #extend(
    name: string,
    fields: MappingNode,
    written: Entry,
    source: Source,
    trail: readonly string[],
  ): MappingNode {
    if (source.path === undefined) this.#place = written.keyOffset;
    const refuse = (message: string): MappingNode => {
      // A mistake in another file is told where that file is extended.
      const inFile = source.path === undefined ? '' : `${source.path}: `;
      return this.#refuse(this.#place, `${inFile}${message}`, fields);
    };
    const asked = extendsOf(written.value);
    if (asked === undefined) return refuse(`services.${name}.extends names no service`);
    const here = [...trail, `${source.path ?? ''}#${name}`];
    if (trail.length >= MAX_CHAIN) return refuse(`services.${name} extends more than ${MAX_CHAIN} others`);
    const target = asked.file === undefined ? source : this.#open(asked.file, source, refuse);
    if (target === undefined) return fields;
    const base = nodeAt(target.document.root, ['services', asked.service]);
    const place = target.path === undefined ? '' : ` in "${target.path}"`;
    if (base?.kind !== 'mapping') {
      return refuse(`services.${name} extends "${asked.service}", and there is no such service${place}`);
    }
    if (here.includes(`${target.path ?? ''}#${asked.service}`)) {
      return refuse(`services.${name} extends "${asked.service}", which extends it in turn`);
    }
    // Only the first of many is told.
    if (this.#copied > MAX_COPIED) return fields;
    const resolved = this.resolve(asked.service, base, target, here);
    const isForeign = target !== source;
    this.#copied += isForeign ? sizeOf(resolved, MAX_COPIED) : widthOf(resolved);
    if (this.#copied > MAX_COPIED) return refuse(`services.${name}: too much is extended`);
    const below = isForeign ? relocated(resolved, written.keyOffset) : resolved;
    return mergeService(below, fields, source.document.tagOf);
  }

  #open(file: string, from: Source, refuse: (message: string) => MappingNode): Source | undefined {
    const directory = from.path === undefined ? '.' : dirname(from.path);
    const read = this.#files.read(file, directory);
    if ('problem' in read) {
      refuse(`cannot read "${file}" to extend a service: ${read.problem}`);
      return undefined;
    }
    const { path, text } = read;
    if (this.#sources.has(path)) return this.#sources.get(path);
    const { document, problems } = readComposeDocument(path, text, this.#variables);
    const source = document === undefined ? undefined : { document, path, resolved: new Map() };
    this.#sources.set(path, source);
    const [first] = problems;
    if (first !== undefined) {
      const { line, column } = new LineIndex(text).positionOf(first.offset);
      refuse(`"${path}" cannot be read to extend a service: ${line}:${column} ${first.message}`);
    } else if (source === undefined) refuse(`"${path}" is empty: there is no service to extend`);
    return source;
  }
}

interface Asked {
  readonly service: string;
  readonly file?: string;
}

function extendsOf(node: Node): Asked | undefined {
  if (node.kind === 'scalar') return node.value === null ? undefined : { service: String(node.value) };
  const service = nodeAt(node, ['service']);
  const file = nodeAt(node, ['file']);
  if (service?.kind !== 'scalar' || service.value === null) return undefined;
  const path = file?.kind === 'scalar' && file.value !== null ? { file: String(file.value) } : {};
  return { service: String(service.value), ...path };
}

/** How many entries and items a merge copies. */
function widthOf({ entries }: MappingNode): number {
  let width = entries.size;
  for (const { value } of entries.values()) {
    if (value.kind === 'sequence') width += value.items.length;
    else if (value.kind === 'mapping') width += value.entries.size;
  }
  return width;
}

/** How many nodes there are, aliases written out; counting ends at `limit`. */
function sizeOf(node: Node, limit: number): number {
  let size = 0;
  const pending: Node[] = [node];
  for (let next = pending.pop(); next !== undefined && size <= limit; next = pending.pop()) {
    size += 1;
    if (next.kind === 'sequence') for (const item of next.items) pending.push(item);
    else if (next.kind === 'mapping') for (const { value } of next.entries.values()) pending.push(value);
  }
  return size;
}

/** What was written in another file stands, in this one, where it is extended. */
function relocated(node: MappingNode, offset: number): MappingNode {
  const move = (it: Node): Node => {
    if (it.kind === 'scalar') return { ...it, offset };
    if (it.kind === 'sequence') return { ...it, offset, items: it.items.map(move) };
    return relocated(it, offset);
  };
  const entries = new Map(
    [...node.entries].map(([key, { value }]) => [key, { keyOffset: offset, value: move(value) }] as const),
  );
  return { ...node, offset, entries };
}
