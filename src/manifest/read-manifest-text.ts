import type { FieldPath } from '../core/field-path.ts';
import { formatFieldError } from '../kube/field-error.ts';
import type { DocumentNode } from './document-node.ts';
import { isBlank } from './document-ranges.ts';
import type { FileProblem } from './file-problem.ts';
import { isForeign, isSurelyForeign, looksForeign } from './foreign-text.ts';
import type { SkippedFile } from './input-files.ts';
import { LineIndex, type Position } from './line-index.ts';
import type { ApiError, ManifestObject } from './manifest-set.ts';
import { KEY_NOT_SCALAR, MAX_PROBLEMS, offsetOf, type SourceProblem } from './node.ts';
import { readWrittenDocuments, type WrittenDocument } from './read-documents.ts';
import { readObjects, type WrittenObject } from './read-objects.ts';
import type { TextStart } from './stretches-of.ts';
import { findTemplate, type TemplateMark, templateAdvice } from './template-text.ts';

export interface ManifestTextOptions {
  /** The user named the file: what holds no Kubernetes object is a problem, not something to skip. */
  readonly explicit: boolean;
  /** For a stretch of a large file: what of the file lies before it. */
  readonly start?: TextStart;
  /** More documents than this are refused; 100,000 unless told. */
  readonly maxDocuments?: number;
}

/** An object and the place of its own in what was read. */
export interface ReadManifestObject extends ManifestObject {
  readonly origin: { readonly document: DocumentNode; readonly path: FieldPath };
}

export interface ManifestText<T extends ManifestObject = ReadManifestObject> {
  /** Also those of a file in which other documents could not be read, or in which a field could not. */
  readonly objects: readonly T[];
  /** What could not be read. What the API server would refuse is with the objects. */
  readonly problems: readonly FileProblem[];
  readonly skipped: readonly SkippedFile[];
}

/** The objects of a text: YAML or JSON, several documents, lists flattened, known kinds decoded strictly and validated. */
export function readManifestText(file: string, text: string, options: ManifestTextOptions): ManifestText {
  const { explicit, start, maxDocuments } = options;
  if (!explicit && isSurelyForeign(text)) return skippedText(file, text, [], start);
  const lines = new LineIndex(text, start?.line);
  const reading: Reading = { file, text, lines, objects: [], problems: [], passed: [] };
  const documents = readWrittenDocuments(file, text, {
    ...(start !== undefined && { firstIndex: start.document }),
    ...(maxDocuments !== undefined && { maxDocuments }),
  });
  for (const written of documents) {
    const passed = passedDocument(written, reading, explicit);
    if (passed === undefined) readDocument(written, reading);
    else reading.passed.push(passed);
  }
  const { objects, problems, passed } = reading;
  const isNothing = objects.length === 0 && problems.length === 0;
  if (isNothing && passed.length === documents.length) {
    if (!explicit) return skippedText(file, text, passed, start);
    if (start === undefined) return { objects, problems: [{ file, message: emptiness(text) }], skipped: [] };
  }
  const odd = passed.filter(({ isOdd }) => isOdd);
  return {
    objects,
    problems,
    skipped: odd.map(({ line, reason }) => ({ file, reason: `line ${line}: ${reason}` })),
  };
}

interface Reading {
  readonly file: string;
  readonly text: string;
  readonly lines: LineIndex;
  readonly objects: ReadManifestObject[];
  readonly problems: FileProblem[];
  readonly passed: PassedDocument[];
}

/** A document that is none of ours, or holds nothing. In a file that the user named all but the latter are ours. */
interface PassedDocument {
  readonly line: number;
  readonly reason: string;
  /** It could not even be read: said also of a file that holds objects. */
  readonly isOdd: boolean;
}

const NO_OBJECT = 'no Kubernetes object';

function passedDocument(
  written: WrittenDocument,
  { file, text, lines }: Reading,
  explicit: boolean,
): PassedDocument | undefined {
  const { from, document, problems } = written;
  const pass = (offset: number, reason: string, isOdd: boolean): PassedDocument => {
    return { line: lines.lineOf(offset), reason, isOdd };
  };
  const [problem] = problems;
  if (document === undefined && problem === undefined) return pass(from, NO_OBJECT, false);
  if (explicit) return undefined;
  const mark = templateIn(written, text);
  if (mark !== undefined) {
    return pass(mark.offset, `${describeTemplate(mark)}; ${templateAdvice(file, mark)}`, true);
  }
  if (document !== undefined) return isForeign(document.value) ? pass(from, NO_OBJECT, false) : undefined;
  if (problem === undefined || !looksForeign(file, text, written)) return undefined;
  return pass(problem.offset, `${NO_OBJECT}, and cannot be read: ${problem.message}`, true);
}

/** The mark of a template that kept a document from being read. */
function templateIn(written: WrittenDocument, text: string): TemplateMark | undefined {
  const { document, problems } = written;
  if (problems.length === 0) return undefined;
  // To YAML `{{ a }}` is a mapping in the place of a key. Other mistakes have nothing to do with templates.
  const isBroken = document === undefined || problems.some((it) => it.message.startsWith(KEY_NOT_SCALAR));
  return isBroken ? findTemplate(text, written) : undefined;
}

function describeTemplate({ language }: TemplateMark): string {
  return `a ${language} template, not YAML`;
}

function skippedText(
  file: string,
  text: string,
  passed: readonly PassedDocument[],
  start: TextStart | undefined,
): ManifestText {
  const { reason } = passed.find(({ isOdd }) => isOdd) ?? passed[0] ?? { reason: emptiness(text) };
  const place =
    start === undefined
      ? ''
      : `lines ${start.line} to ${new LineIndex(text, start.line).lineOf(text.length)}: `;
  return { objects: [], problems: [], skipped: [{ file, reason: `${place}${reason}` }] };
}

/** Why there is no object in a text that nothing was found in. */
function emptiness(text: string): string {
  if (text.trim() === '') return `${NO_OBJECT}: the file is empty`;
  if (text.includes('\0')) return `${NO_OBJECT}: it has null bytes, as binary files and UTF-16 have`;
  return isBlank(text, { from: 0, to: text.length }) ? `${NO_OBJECT}: nothing but comments` : NO_OBJECT;
}

function readDocument(written: WrittenDocument, reading: Reading): void {
  const { file, text, lines, objects, problems } = reading;
  const report = ({ offset, message, advice }: SourceProblem): void => {
    if (problems.length > MAX_PROBLEMS) return;
    const position = lines.positionOf(offset);
    const told =
      problems.length < MAX_PROBLEMS
        ? { message: shortened(message), ...(advice !== undefined && { advice }) }
        : { message: `more than ${MAX_PROBLEMS} problems in one file: the rest is not told` };
    problems.push({ file, position, ...told });
  };
  const mark = templateIn(written, text);
  if (mark !== undefined) {
    report({ offset: mark.offset, message: describeTemplate(mark), advice: templateAdvice(file, mark) });
    return;
  }
  const { document } = written;
  written.problems.forEach(report);
  if (document === undefined) return;
  const read = readObjects(document, written);
  read.problems.forEach(report);
  // The API server takes no document in which a field stands twice.
  if (written.problems.length > 0) return;
  for (const object of read.objects) objects.push(manifestObject(file, document, object, lines));
}

function manifestObject(
  file: string,
  document: DocumentNode,
  { object, path, errors }: WrittenObject,
  lines: LineIndex,
): ReadManifestObject {
  const line = lines.lineOf(path.length === 0 ? document.offset : offsetOf(document.root, path));
  const locate = (field: FieldPath): Position =>
    lines.positionOf(offsetOf(document.root, [...path, ...field]));
  const apiErrors = errors.slice(0, MAX_PROBLEMS).map((error): ApiError => {
    const field = error.at ?? error.path;
    return { message: shortened(formatFieldError(error)), path: field, position: locate(field) };
  });
  const rest = errors.length - apiErrors.length;
  if (rest > 0) apiErrors.push({ message: `and ${rest} more`, path: [], position: locate([]) });
  const source = { file, document: document.index, line };
  return { object, source, apiErrors, locate, origin: { document, path } };
}

/** Messages quote what a stranger wrote: nobody reads on for pages. */
const MAX_MESSAGE = 4000;

function shortened(message: string): string {
  return message.length > MAX_MESSAGE ? `${message.slice(0, MAX_MESSAGE)}...` : message;
}
