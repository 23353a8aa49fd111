import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { messageOf, PodproofError } from '../../core/errors.ts';
import { formatFieldPath } from '../../core/field-path.ts';
import { decode } from '../../kube/decode.ts';
import type { Schema } from '../../kube/schema/schema.ts';
import { readFileText } from '../../manifest/read-file-text.ts';
import type { Baseline, BaselineEntry } from './baseline.ts';

const MAX_FILE_BYTES = 256 * 1024 * 1024;
const MAX_FINDINGS = 1_000_000;
const MAX_SHOWN = 20;

const SCHEMA: Schema<{
  readonly apiVersion: string;
  readonly kind: string;
  readonly findings: readonly BaselineEntry[];
}> = {
  'apiVersion!': 'string',
  'kind!': 'string',
  'findings!': [
    {
      'fingerprint!': 'string',
      'rule!': 'string',
      'file!': 'string',
      object: 'string',
      container: 'string',
      'message!': 'string',
      count: 'int32',
    },
  ],
};

/** Reads a baseline, strictly. Throws `invalid` with every problem, and `not-found` when there is no such file. */
export function readBaseline(path: string): Baseline {
  const read = readFileText(path, { explicit: true, maxFileBytes: MAX_FILE_BYTES });
  if ('problem' in read) {
    throw new PodproofError('not-found', `cannot read baseline "${path}": ${read.problem}`, {
      advice: `make one from what is found now: podproof check --write-baseline ${path}`,
    });
  }
  const { value, problems } = decode(SCHEMA, parse(path, read.text));
  const messages = problems.map(({ message }) => message);
  if (value.apiVersion !== 'podproof.dev/v1' || value.kind !== 'CheckBaseline') {
    messages.push('apiVersion and kind must be podproof.dev/v1 and CheckBaseline');
  }
  if (value.findings.length > MAX_FINDINGS) messages.push(`more than ${MAX_FINDINGS} findings`);
  for (const [index, { fingerprint, count = 1 }] of value.findings.entries()) {
    const where = formatFieldPath(['findings', index]);
    if (!/^[0-9a-f]{64}$/.test(fingerprint))
      messages.push(`${where}.fingerprint: 64 hexadecimal digits expected`);
    if (count < 1) messages.push(`${where}.count: must be greater than 0`);
    if (messages.length > MAX_SHOWN) break;
  }
  if (messages.length > 0) throw unreadable(path, messages);
  return { apiVersion: 'podproof.dev/v1', kind: 'CheckBaseline', findings: value.findings };
}

function parse(path: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw unreadable(path, [messageOf(error)]);
  }
  throw unreadable(path, ['expected an object']);
}

function unreadable(path: string, messages: readonly string[]): PodproofError {
  return new PodproofError('invalid', `cannot read baseline "${path}"`, {
    problems: messages.slice(0, MAX_SHOWN).map((message) => `${path}  ${message}`),
    advice: `make it anew from what is found now: podproof check --write-baseline ${path}`,
  });
}

/** The file's text: a line for each finding, so that a change of one is a change of one line. */
export function formatBaseline({ apiVersion, kind, findings }: Baseline): string {
  const lines = findings.map((finding) => `    ${JSON.stringify(ordered(finding))}`);
  const list = lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n  ]`;
  return `{\n  "apiVersion": "${apiVersion}",\n  "kind": "${kind}",\n  "findings": ${list}\n}\n`;
}

/** What a reader looks for comes first. */
function ordered({
  file,
  object,
  container,
  rule,
  message,
  count,
  fingerprint,
}: BaselineEntry): BaselineEntry {
  return {
    file,
    ...(object !== undefined && { object }),
    ...(container !== undefined && { container }),
    rule,
    message,
    ...(count !== undefined && count > 1 && { count }),
    fingerprint,
  };
}

/** Writes the file, whole or not at all. A link in its place is replaced, not followed; but for `/dev/stdout`. */
export function writeBaseline(path: string, baseline: Baseline): void {
  const draft = join(dirname(path), `.podproof-baseline-${randomUUID()}`);
  try {
    if (/^\/(?:dev|proc)\//.test(resolve(path))) {
      writeFileSync(path, formatBaseline(baseline));
      return;
    }
    writeFileSync(draft, formatBaseline(baseline), { flag: 'wx' });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new PodproofError('invalid', `cannot write baseline "${path}": ${messageOf(error)}`, {
      cause: error,
    });
  }
}
