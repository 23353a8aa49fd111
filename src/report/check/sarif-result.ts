import type { CheckFinding, FindingClass } from '../../core/check-finding.ts';
import { fingerprintOf } from '../../core/finding-fingerprint.ts';
import { objectName } from './object-name.ts';
import { artifactLocation, relativePath } from './sarif-uri.ts';

export type SarifLevel = 'error' | 'warning' | 'note';

/** SARIF's word for each class. */
export const SARIF_LEVELS: Readonly<Record<FindingClass, SarifLevel>> = {
  unreadable: 'error',
  invalid: 'error',
  denied: 'error',
  'would-not-start': 'error',
  warning: 'warning',
  note: 'note',
};

/** More of a text is not shown by code scanning, and manifests can make texts of any length. */
const MAX_TEXT = 2000;

export interface SarifResultOptions {
  readonly directory?: string;
  /** Another result of the rule is on the same line: what is computed from the line alone cannot tell them apart. */
  readonly sharesLine: boolean;
}

/** A `result` object without what only the whole run knows: its rule's place in the list of rules. */
export function sarifResult(finding: CheckFinding, options: SarifResultOptions): object {
  const fingerprint = fingerprintOf({ ...finding, file: relativePath(finding.file, options.directory) });
  const { suppressed } = finding;
  return {
    level: SARIF_LEVELS[finding.class],
    message: { text: messageText(finding) },
    locations: [location(finding, options)],
    partialFingerprints: {
      'podproof/v1': fingerprint,
      // Code scanning computes this one from the text of the line where it is not given.
      ...((options.sharesLine || finding.renderedBy !== undefined) && {
        primaryLocationLineHash: `${fingerprint.slice(0, 16)}:1`,
      }),
    },
    ...(suppressed !== undefined && {
      suppressions: [
        {
          kind: suppressed.by === 'annotation' ? 'inSource' : 'external',
          status: 'accepted',
          justification: suppressed.reason,
        },
      ],
    }),
    properties: { class: finding.class },
  };
}

/** A physical location, as an object of SARIF; of what was rendered, whose lines are in no file, that of the object. */
export function physicalLocation(
  { file, template, templateLine, renderedBy, line, column }: CheckFinding,
  directory: string | undefined,
): object {
  const startLine = Math.max(1, (renderedBy === undefined ? line : templateLine) ?? 1);
  const startColumn =
    renderedBy === undefined && column !== undefined && column > 0 ? { startColumn: column } : {};
  return {
    artifactLocation: artifactLocation(template ?? file, directory),
    region: { startLine, ...startColumn, endLine: startLine },
  };
}

function location(finding: CheckFinding, { directory }: SarifResultOptions): object {
  const { object, container } = finding;
  const physical = { physicalLocation: physicalLocation(finding, directory) };
  if (object === undefined) return physical;
  const path = [object.namespace, object.kind, object.name].filter((part) => part !== '').join('/');
  const logical =
    container === undefined
      ? { name: object.name, kind: 'resource', fullyQualifiedName: path }
      : { name: container, kind: 'container', fullyQualifiedName: `${path}/${container}` };
  return { ...physical, logicalLocations: [logical] };
}

function messageText(finding: CheckFinding): string {
  const { object, container, message, advice, renderedBy, line } = finding;
  const inContainer = container === undefined ? '' : `, container ${container}`;
  const subject = object === undefined ? '' : `${objectName(object)}${inContainer}: `;
  const rendered =
    renderedBy === undefined ? '' : ` (${line === undefined ? '' : `line ${line} of `}${renderedBy})`;
  const text = `${subject}${message}${rendered}${advice === undefined ? '' : `\n${advice}`}`;
  return plainMessage(text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text);
}

/** A text in brackets before one in parentheses is a link in SARIF, and a manifest may not write links into alerts. */
export function plainMessage(text: string): string {
  return text.includes('](') ? text.replace(/[\\[\]]/g, '\\$&') : text;
}
