import { PodproofError } from '../core/errors.ts';
import { type FieldPath, formatFieldPath } from '../core/field-path.ts';
import { nearestName } from '../core/nearest-name.ts';
import { LineIndex, type Position } from '../manifest/line-index.ts';
import { type Node, offsetOf, valueOf } from '../manifest/node.ts';
import { readDocuments } from '../manifest/read-documents.ts';
import { readFileText } from '../manifest/read-file-text.ts';

/** A configuration file while it is decoded: every problem is collected with its place, and all are told at once. */
export interface ConfigFile {
  readonly path: string;
  /** What the file holds, as plain data. */
  readonly data: unknown;
  report(path: FieldPath, message: string, advice?: string): void;
  positionOf(path: FieldPath): Position;
  /** Throws an `invalid` error when there was something to report. */
  finish(): void;
}

const MAX_FILE_BYTES = 1024 * 1024;
/** Enough to mend; a file with more is not a configuration. */
const MAX_SHOWN = 100;

interface Problem {
  readonly offset: number;
  readonly message: string;
  readonly advice?: string | undefined;
}

/** Reads a file of one document. Throws `invalid` when it cannot be read at all. */
export function readConfigFile(path: string): ConfigFile {
  const read = readFileText(path, { explicit: true, maxFileBytes: MAX_FILE_BYTES });
  if ('problem' in read) {
    throw new PodproofError('invalid', `cannot read configuration "${path}": ${read.problem}`);
  }
  const { text } = read;
  const lines = new LineIndex(text);
  const { documents, problems: unread } = readDocuments(path, text);
  const problems: Problem[] = [...unread];
  const [document, second] = documents;
  if (second !== undefined) problems.push({ offset: second.root.offset, message: 'a second document' });
  if (document === undefined && unread.length === 0) {
    problems.push({ offset: 0, message: 'the file is empty' });
  }
  const offset = (where: FieldPath): number => (document === undefined ? 0 : offsetOf(document.root, where));
  return {
    path,
    data: dataOf(document?.root),
    report: (where, message, advice) => problems.push({ offset: offset(where), message, advice }),
    positionOf: (where) => lines.positionOf(offset(where)),
    finish: () => {
      throwProblems(path, problems, lines);
    },
  };
}

function dataOf(root: Node | undefined): unknown {
  return root === undefined ? undefined : valueOf(root);
}

function throwProblems(path: string, problems: readonly Problem[], lines: LineIndex): void {
  if (problems.length === 0) return;
  const shown = problems
    .toSorted((a, b) => a.offset - b.offset)
    .slice(0, MAX_SHOWN)
    .map(({ offset, message, advice }) => {
      const { line, column } = lines.positionOf(offset);
      const text = `${path}:${line}:${column}  ${message}`;
      return advice === undefined ? text : `${text}\n  ${advice}`;
    });
  const rest = problems.length - shown.length;
  throw new PodproofError('invalid', `cannot read configuration "${path}"`, {
    problems: rest > 0 ? [...shown, `and ${rest} more`] : shown,
  });
}

/** The value when it is one of the choices; else undefined, and reported. */
export function choiceOf<const Choice extends string>(
  file: ConfigFile,
  path: FieldPath,
  value: string | undefined,
  choices: readonly Choice[],
): Choice | undefined {
  if (value === undefined) return undefined;
  const found = choices.find((choice) => choice === value);
  if (found === undefined) {
    file.report(
      path,
      `${formatFieldPath(path)} cannot be "${shortened(value)}": ${choices.join(', ')}`,
      didYouMean(value, choices),
    );
  }
  return found;
}

/** `did you mean "hostPorts"?`, when something is near. */
export function didYouMean(wrong: string, names: readonly string[]): string | undefined {
  // Looking takes time in proportion to the length, and no name is this long.
  const meant = wrong.length > 100 ? undefined : nearestName(wrong, names);
  return meant === undefined ? undefined : `did you mean "${meant}"?`;
}

/** For messages: what a stranger wrote, no longer than a line. */
export function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
