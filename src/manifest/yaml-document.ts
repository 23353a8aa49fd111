import { EVENT_ID, type Event, getScalarValue, parseEvents, SCALAR_STYLE, YAMLException } from 'js-yaml';
import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import {
  type Entry,
  KEY_NOT_SCALAR,
  keyTooLong,
  MAX_KEY_LENGTH,
  MAX_PROBLEMS,
  type Node,
  type SourceProblem,
} from './node.ts';
import { resolvePlainScalar, resolveTaggedScalar, type ScalarValue } from './yaml-scalar.ts';

/** Documents deeper than this are refused; no Kubernetes object comes near. */
const MAX_DEPTH = 500;
/** Nodes that a document may have once its aliases are written out: what was written, times ten, but never less. */
const MIN_EXPANDED_NODES = 100_000;
const EXPANSION_RATIO = 10;

export interface ComposedDocument {
  /** Undefined when the text is empty or could not be read. */
  readonly root: Node | undefined;
  readonly problems: readonly SourceProblem[];
}

/**
 * Reads one document of YAML that `documentRanges` cut out; `base` is its offset in the file. Merge keys behave as in
 * Kubernetes' library: they are applied where they stand, so a later field overrides, an earlier one is overridden.
 */
export function composeYaml(text: string, base: number): readonly ComposedDocument[] {
  try {
    const events = parseEvents(text, { maxDepth: MAX_DEPTH });
    return new Composer(text, base).compose(events);
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    const problem = { offset: base + (error.mark?.position ?? 0), message: error.reason };
    return [{ root: undefined, problems: [problem] }];
  }
}

interface Anchored {
  readonly node: Node;
  /** How many nodes stand below, aliases written out; a long text counts as several. */
  readonly size: number;
}

interface Frame {
  readonly kind: 'document' | 'sequence' | 'mapping';
  readonly offset: number;
  readonly anchor: string | undefined;
  readonly items: Node[];
  readonly entries: Map<string, Entry>;
  /** Keys that a merge brought: they may be written again. */
  readonly merged: Set<string>;
  key: { readonly text: string; readonly offset: number; readonly isMerge: boolean } | undefined;
  size: number;
}

/** Builds the nodes of a parse; lives for one call of `composeYaml`. */
class Composer {
  readonly #text: string;
  readonly #base: number;
  readonly #documents: ComposedDocument[] = [];
  #frames: Frame[] = [];
  #problems: SourceProblem[] = [];
  #anchors = new Map<string, Anchored | undefined>();
  #written = 0;
  #merged = 0;

  constructor(text: string, base: number) {
    this.#text = text;
    this.#base = base;
  }

  compose(events: readonly Event[]): readonly ComposedDocument[] {
    for (const event of events) this.#consume(event);
    return this.#documents;
  }

  #consume(event: Event): void {
    switch (event.type) {
      case EVENT_ID.DOCUMENT:
        this.#problems = [];
        this.#anchors = new Map();
        this.#written = 0;
        this.#merged = 0;
        this.#open('document', this.#base, undefined);
        break;
      case EVENT_ID.SEQUENCE:
      case EVENT_ID.MAPPING: {
        const kind = event.type === EVENT_ID.SEQUENCE ? 'sequence' : 'mapping';
        const anchor = this.#slice(event.anchorStart, event.anchorEnd);
        const offset = this.#base + event.start;
        this.#refuseForeignTag(this.#slice(event.tagStart, event.tagEnd), kind, offset);
        if (anchor !== undefined) this.#anchors.set(anchor, undefined);
        this.#open(kind, offset, anchor);
        break;
      }
      case EVENT_ID.SCALAR:
        this.#scalar(event);
        break;
      case EVENT_ID.ALIAS:
        this.#alias(event);
        break;
      case EVENT_ID.POP:
        this.#close();
        break;
    }
  }

  #open(kind: Frame['kind'], offset: number, anchor: string | undefined): void {
    this.#written += 1;
    this.#frames.push({
      kind,
      offset,
      anchor,
      items: [],
      entries: new Map(),
      merged: new Set(),
      key: undefined,
      size: 1,
    });
  }

  #close(): void {
    const frame = this.#frames.pop();
    if (frame === undefined) return;
    const { kind, items, entries, offset, anchor, size } = frame;
    if (kind === 'document') {
      this.#documents.push({ root: this.#withinBudget(size, items[0]), problems: this.#problems });
      return;
    }
    const node: Node = kind === 'sequence' ? { kind, items, offset } : { kind, entries, offset };
    if (anchor !== undefined) this.#anchors.set(anchor, { node, size });
    this.#add(node, size);
  }

  #withinBudget(size: number, root: Node | undefined): Node | undefined {
    if (size <= this.#budget() && this.#merged <= this.#budget()) return root;
    this.#problem(root?.offset ?? this.#base, 'document contains excessive aliasing');
    return undefined;
  }

  #budget(): number {
    return Math.max(MIN_EXPANDED_NODES, this.#written * EXPANSION_RATIO);
  }

  #scalar(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): void {
    const text = getScalarValue(this.#text, event);
    const size = sizeOf(text);
    this.#written += size;
    const tag = this.#slice(event.tagStart, event.tagEnd);
    const offset = this.#base + this.#scalarStart(event);
    const isPlain = event.style === SCALAR_STYLE.PLAIN && tag === undefined;
    const value = isPlain ? resolvePlainScalar(text) : this.#explicitScalar(tag, text, offset);
    const frame = this.#frames.at(-1);
    if (frame?.kind === 'mapping' && frame.key === undefined) {
      const isMerge = text === '<<' && (isPlain || tag === '!!merge');
      frame.key = { text: this.#keyText(value, offset), offset, isMerge };
      frame.size += size;
      return;
    }
    if (typeof value === 'number' && !Number.isFinite(value)) {
      this.#problem(offset, `${shortened(text)} is not a number that JSON can hold`);
    }
    const node: Node = { kind: 'scalar', value, offset };
    const anchor = this.#slice(event.anchorStart, event.anchorEnd);
    if (anchor !== undefined) this.#anchors.set(anchor, { node, size });
    this.#add(node, size);
  }

  /** A missing value has no place of its own: it is looked for at its key. */
  #scalarStart(event: Extract<Event, { type: typeof EVENT_ID.SCALAR }>): number {
    const starts = [event.valueStart, event.tagStart, event.anchorStart].filter((it) => it !== -1);
    if (starts.length > 0) {
      const isQuoted =
        event.style === SCALAR_STYLE.SINGLE_QUOTED || event.style === SCALAR_STYLE.DOUBLE_QUOTED;
      return Math.min(...starts) - (isQuoted ? 1 : 0);
    }
    const frame = this.#frames.at(-1);
    return (frame?.key?.offset ?? frame?.offset ?? this.#base) - this.#base;
  }

  #explicitScalar(tag: string | undefined, text: string, offset: number): ScalarValue {
    if (tag === undefined || tag === '!') return text;
    const resolved = resolveTaggedScalar(tag, text);
    if (resolved.ok) return resolved.value;
    this.#problem(offset, resolved.message);
    return text;
  }

  #keyText(value: ScalarValue, offset: number): string {
    if (value === null) this.#problem(offset, 'a key must not be null');
    const text = String(value);
    if (text.length > MAX_KEY_LENGTH) this.#problem(offset, keyTooLong(text));
    return text;
  }

  #alias(event: Extract<Event, { type: typeof EVENT_ID.ALIAS }>): void {
    this.#written += 1;
    const name = this.#slice(event.anchorStart, event.anchorEnd) ?? '';
    const offset = this.#base + event.anchorStart - 1;
    const anchored = this.#anchors.get(name);
    if (anchored === undefined) {
      const isOpen = this.#anchors.has(name);
      this.#problem(
        offset,
        isOpen ? `anchor "${name}" contains itself` : `unknown anchor "${name}" referenced`,
      );
    }
    const { node, size } = anchored ?? { node: { kind: 'scalar' as const, value: null, offset }, size: 1 };
    const frame = this.#frames.at(-1);
    if (frame?.kind === 'mapping' && frame.key === undefined && node.kind === 'scalar') {
      frame.key = { text: this.#keyText(node.value, offset), offset, isMerge: false };
      return;
    }
    this.#add(node, size);
  }

  #add(node: Node, size: number): void {
    const frame = this.#frames.at(-1);
    if (frame === undefined) return;
    frame.size += size;
    if (frame.kind !== 'mapping') {
      frame.items.push(node);
    } else if (frame.key === undefined) {
      this.#problem(node.offset, `${KEY_NOT_SCALAR}, not a ${node.kind}`);
      frame.key = { text: '', offset: node.offset, isMerge: false };
    } else {
      const { key } = frame;
      frame.key = undefined;
      if (key.isMerge) this.#merge(frame, node, key.offset);
      else this.#setEntry(frame, key.text, { keyOffset: key.offset, value: node });
    }
  }

  #setEntry(frame: Frame, key: string, entry: Entry): void {
    if (frame.entries.has(key) && !frame.merged.has(key)) {
      this.#problem(
        entry.keyOffset,
        `duplicate field "${formatFieldPath([...this.#path(), shortened(key)])}"`,
      );
    }
    frame.merged.delete(key);
    frame.entries.set(key, entry);
  }

  #merge(frame: Frame, source: Node, offset: number): void {
    // Of a list of mappings the first counts most, so it is applied last.
    const sources = source.kind === 'sequence' ? source.items.toReversed() : [source];
    for (const mapping of sources) {
      if (mapping.kind !== 'mapping') {
        this.#problem(offset, 'map merge requires map or sequence of maps as the value');
        return;
      }
      frame.size += mapping.entries.size;
      // Merging copies keys at once, so the budget is held while reading, not only at the end.
      this.#merged += mapping.entries.size;
      if (this.#merged > this.#budget()) return;
      for (const [key, entry] of mapping.entries) {
        frame.entries.set(key, entry);
        frame.merged.add(key);
      }
    }
  }

  #refuseForeignTag(tag: string | undefined, kind: 'sequence' | 'mapping', offset: number): void {
    const own = kind === 'sequence' ? 'seq' : 'map';
    if (tag === undefined || ['!', `!!${own}`, `!<tag:yaml.org,2002:${own}>`].includes(tag)) return;
    this.#problem(offset, `unknown tag ${tag}`);
  }

  /** Where the mapping or sequence that is being read stands in its document. */
  #path(): FieldPath {
    return this.#frames
      .slice(1, -1)
      .map((it) => (it.kind === 'sequence' ? it.items.length : (it.key?.text ?? '')));
  }

  #slice(start: number, end: number): string | undefined {
    return start === -1 ? undefined : this.#text.slice(start, end);
  }

  #problem(offset: number, message: string): void {
    // One more than are told, so that it is known that there are more.
    if (this.#problems.length <= MAX_PROBLEMS) this.#problems.push({ offset, message });
  }
}

/** A text that is written once and referred to a thousand times makes a long report as well. */
function sizeOf(text: string): number {
  return 1 + Math.floor(text.length / 64);
}

function shortened(key: string): string {
  return key.length > 80 ? `${key.slice(0, 80)}...` : key;
}
