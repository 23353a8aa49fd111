import type { CheckedFinding } from '../../core/contract/check-report.ts';
import { type FieldPath, formatFieldPath } from '../../core/field-path.ts';
import { nearestName } from '../../core/nearest-name.ts';
import type { AnnotatedObject, Ignore, ObjectIgnores } from './suppressor.ts';

/**
 * The annotation: `CHECK[(CONTAINER)], ...: REASON`, several separated by `;` or by new lines. It stands on the object or
 * on its pod template.
 */
export const IGNORE_ANNOTATION = 'podproof.dev/ignore';

/** Nobody writes more, and everything that is wrong is told. */
const MAX_ENTRIES = 100;

/** What the annotations of an object say; undefined when there are none. */
export function readIgnores(object: AnnotatedObject, rules: ReadonlySet<string>): ObjectIgnores | undefined {
  const { written, source, templatePath } = object;
  const own = textIn(written.object);
  const ofTemplate = templatePath.length === 0 ? undefined : textIn(valueAt(written.object, templatePath));
  if (own === undefined && ofTemplate === undefined) return undefined;
  const ignores: Ignore[] = [];
  const findings: CheckedFinding[] = [];
  const read = (text: string | undefined, holder: FieldPath): void => {
    if (text === undefined) return;
    const path = [...holder, ...ANNOTATION_PATH];
    const annotation = { field: formatFieldPath(path), ...written.locate(path) };
    readAnnotation(text, annotation, rules, { ignores, findings });
  };
  read(own, []);
  read(ofTemplate, templatePath);
  if (ignores.length === 0 && findings.length === 0) return undefined;
  const { apiVersion, kind, metadata } = written.object;
  const { namespace = kind === 'Namespace' ? '' : 'default', name = metadata.generateName ?? '' } = metadata;
  return { object: { source, apiVersion, kind, namespace, name }, ignores, findings };
}

const ANNOTATION_PATH: FieldPath = ['metadata', 'annotations', IGNORE_ANNOTATION];

/** The annotation of an object or of a template. */
function textIn(holder: unknown): string | undefined {
  const value = valueAt(holder, ANNOTATION_PATH);
  return typeof value === 'string' ? value : undefined;
}

function valueAt(root: unknown, path: FieldPath): unknown {
  let value = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = Reflect.get(value, step);
  }
  return value;
}

type Annotation = Pick<Ignore, 'field' | 'line' | 'column'>;

interface Collector {
  readonly ignores: Ignore[];
  readonly findings: CheckedFinding[];
}

function readAnnotation(
  text: string,
  annotation: Annotation,
  rules: ReadonlySet<string>,
  into: Collector,
): void {
  const entries = text
    .split(/[;\n]/)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  for (const entry of entries.slice(0, MAX_ENTRIES)) readEntry(entry, annotation, rules, into);
  if (entries.length > MAX_ENTRIES) {
    const message = `${IGNORE_ANNOTATION} has more than ${MAX_ENTRIES} entries: the others do not count`;
    into.findings.push({ severity: 'warning', code: 'ignore-too-long', message, ...annotation });
  }
}

function readEntry(entry: string, annotation: Annotation, rules: ReadonlySet<string>, into: Collector): void {
  const colon = entry.indexOf(':');
  const named = colon === -1 ? entry : entry.slice(0, colon);
  const reason = colon === -1 ? '' : entry.slice(colon + 1).trim();
  if (reason === '') {
    into.findings.push({
      severity: 'warning',
      code: 'ignore-without-reason',
      message: `${IGNORE_ANNOTATION} does not count without a reason: "${shortened(named)}"`,
      advice: `write why it is accepted: ${IGNORE_ANNOTATION}: "${shortened(named)}: REASON"`,
      ...annotation,
    });
    return;
  }
  for (const part of named.split(',').slice(0, MAX_ENTRIES)) {
    const [rule, container] = ruleOf(part.trim());
    if (rules.has(rule)) {
      into.ignores.push({ rule, ...(container !== undefined && { container }), reason, ...annotation });
    } else into.findings.push({ ...unknownCheck(rule, rules), ...annotation });
  }
}

/** `hostPorts(web)` as the check and the container. */
function ruleOf(text: string): readonly [rule: string, container: string | undefined] {
  const open = text.indexOf('(');
  if (open === -1 || !text.endsWith(')')) return [text, undefined];
  return [text.slice(0, open).trim(), text.slice(open + 1, -1).trim()];
}

function unknownCheck(rule: string, rules: ReadonlySet<string>): CheckedFinding {
  const common = { severity: 'warning', code: 'ignore-unknown-check' } as const;
  if (rule === '*') {
    const message = `${IGNORE_ANNOTATION} cannot be for all checks: "*" does not count`;
    return { ...common, message, advice: 'name the checks' };
  }
  // Looking takes time in proportion to the length, and no name is this long.
  const meant = rule.length > 100 ? undefined : nearestName(rule, [...rules]);
  return {
    ...common,
    message: `${IGNORE_ANNOTATION} names no check with "${shortened(rule)}": it does not count`,
    ...(meant !== undefined && { advice: `did you mean "${meant}"?` }),
  };
}

/** That an ignore took nothing out. */
export function unusedIgnore({ rule, container, field, line, column }: Ignore): CheckedFinding {
  const scope = container === undefined ? rule : `${rule}(${container})`;
  const message = `${IGNORE_ANNOTATION} has nothing to ignore: no finding of ${shortened(scope)}`;
  return { severity: 'note', code: 'ignore-unused', message, field, line, column };
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
