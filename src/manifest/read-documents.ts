import { composedDocument, type DocumentNode, scannedDocument } from './document-node.ts';
import { type DocumentRange, documentRanges, isBlank } from './document-ranges.ts';
import { type ParsedJson, parseJson } from './json-document.ts';
import type { SourceProblem } from './node.ts';
import { readPlainYaml } from './plain-yaml/read-plain-yaml.ts';
import { readSingleJson } from './single-json.ts';
import { mayHoldTooMuch, TOO_MANY_VALUES } from './too-large.ts';
import { composeYaml } from './yaml-document.ts';

/** What stands between two markers of a stream, when it is not blank; or a value of a JSON stream. */
export interface WrittenDocument {
  /** Offsets of its text. */
  readonly from: number;
  readonly to: number;
  /** Undefined when it holds nothing, or could not be read. */
  readonly document: DocumentNode | undefined;
  readonly problems: readonly SourceProblem[];
}

export interface ReadDocuments {
  readonly documents: readonly DocumentNode[];
  readonly problems: readonly SourceProblem[];
}

/** More documents than this in one file are refused. */
const MAX_DOCUMENTS = 100_000;

/** The documents of a file that hold something, and what is wrong with any of them. */
export function readDocuments(name: string, text: string): ReadDocuments {
  const written = readWrittenDocuments(name, text);
  return {
    documents: written.flatMap(({ document }) => document ?? []),
    problems: written.flatMap(({ problems }) => problems),
  };
}

export interface DocumentsOptions {
  /** The number of the first document. */
  readonly firstIndex?: number;
  /** More documents than this are refused. */
  readonly maxDocuments?: number;
}

/** The documents of a file one by one. JSON by its name or, as Kubernetes does, when it begins with `{` and is JSON. */
export function readWrittenDocuments(
  name: string,
  text: string,
  { firstIndex = 0, maxDocuments = MAX_DOCUMENTS }: DocumentsOptions = {},
): readonly WrittenDocument[] {
  const isJson = name.endsWith('.json');
  if (isJson || /^\s*\{/.test(text)) {
    const whole = { from: 0, to: text.length };
    if (mayHoldTooMuch(text, whole, true)) return [tooMuch(whole)];
    const single = readSingleJson(text);
    if (single !== undefined) {
      return [{ from: 0, to: text.length, document: scannedDocument(firstIndex, single), problems: [] }];
    }
    const parsed = parseJson(text);
    if (isJson || parsed.error === undefined) return documentsOfJson(parsed, text.length, firstIndex);
  }
  return documentsOfYaml(text, firstIndex, maxDocuments);
}

function documentsOfJson(
  { roots, problems, error }: ParsedJson,
  length: number,
  firstIndex: number,
): readonly WrittenDocument[] {
  // The problems are in the order of the text, as the values are: each is looked at once.
  let next = 0;
  const problemsBefore = (end: number): readonly SourceProblem[] => {
    const first = next;
    while ((problems[next]?.offset ?? end) < end) next += 1;
    return problems.slice(first, next);
  };
  const documents = roots.map((root, index): WrittenDocument => {
    const from = root.offset;
    const to = roots[index + 1]?.offset ?? error?.offset ?? length;
    const document = composedDocument(firstIndex + index, root);
    return { from, to, document, problems: problemsBefore(to) };
  });
  if (error === undefined) return documents;
  const from = documents.at(-1)?.to ?? 0;
  return [
    ...documents,
    { from, to: length, document: undefined, problems: [...problemsBefore(length), error] },
  ];
}

function documentsOfYaml(text: string, firstIndex: number, maxDocuments: number): readonly WrittenDocument[] {
  const ranges = documentRanges(text, maxDocuments);
  if (ranges.length > maxDocuments) {
    const problems = [{ offset: 0, message: `more than ${maxDocuments} documents in one file` }];
    return [{ from: 0, to: text.length, document: undefined, problems }];
  }
  const documents: WrittenDocument[] = [];
  let index = firstIndex;
  for (const range of ranges) {
    if (isBlank(text, range)) continue;
    const read = readRange(text, range, index);
    for (const document of read) documents.push(document);
    index += Math.max(read.length, 1);
  }
  return documents;
}

/** Nearly always one document; js-yaml takes some things for a marker that are none elsewhere. */
function readRange(text: string, range: DocumentRange, index: number): readonly WrittenDocument[] {
  if (mayHoldTooMuch(text, range, false)) return [tooMuch(range)];
  const { from, to } = range;
  const plain = readPlainYaml(text, from, to);
  if (plain !== undefined) return [{ from, to, document: scannedDocument(index, plain), problems: [] }];
  return composeYaml(text.slice(from, to), from).map(({ root, problems }, count) => {
    const isEmpty = root === undefined || (root.kind === 'scalar' && root.value === null);
    return { from, to, document: isEmpty ? undefined : composedDocument(index + count, root), problems };
  });
}

function tooMuch({ from, to }: DocumentRange): WrittenDocument {
  return { from, to, document: undefined, problems: [{ offset: from, message: TOO_MANY_VALUES }] };
}
