import { type CheckFinding, findingsOf } from '../../core/check-finding.ts';
import { visibleText } from '../../core/visible-text.ts';
import { withoutMarks } from '../../core/without-commands.ts';
import { PLAIN } from '../palette.ts';
import type { CheckFormat } from './check-format.ts';
import { CLASS_WORDS } from './finding-text.ts';
import { objectName } from './object-name.ts';
import { relativePath } from './sarif-uri.ts';
import { summaryLine } from './summary-line.ts';

export interface GithubFormatOptions {
  /** The root of the checkout, absolute: annotations need paths relative to it. */
  readonly directory?: string;
}

/** Workflow commands of GitHub Actions: each finding that counts as an annotation of its line. The piece is the text itself. */
export function githubFormat({ directory }: GithubFormatOptions): CheckFormat<string> {
  return {
    showsConfinement: false,
    open: () => '',
    piece: (report) =>
      findingsOf(report)
        .filter((finding) => finding.class !== 'note' && finding.suppressed === undefined)
        .map((finding) => annotation(finding, directory))
        .join(''),
    add: (piece) => piece,
    close: (summary) => `${summaryLine(summary, PLAIN)}\n`,
  };
}

function annotation(finding: CheckFinding, directory: string | undefined): string {
  const {
    class: kind,
    rule,
    file,
    template,
    templateLine,
    renderedBy,
    column,
    message,
    advice,
    object,
  } = finding;
  // Lines of what was rendered are in no file.
  const line = renderedBy === undefined ? finding.line : templateLine;
  const properties = [
    `file=${property(relativePath(template ?? file, directory))}`,
    ...(line === undefined ? [] : [`line=${line}`]),
    ...(line === undefined || renderedBy !== undefined || column === undefined ? [] : [`col=${column}`]),
    `title=${property(rule === kind ? CLASS_WORDS[kind] : `${CLASS_WORDS[kind]}: ${rule}`)}`,
  ];
  const subject = object === undefined ? '' : `${objectName(object)}: `;
  const text = `${subject}${message}${advice === undefined ? '' : `\n${advice}`}`;
  return `::${kind === 'warning' ? 'warning' : 'error'} ${properties.join(',')}::${data(text)}\n`;
}

/** A line would be a command of its own. */
function data(text: string): string {
  return withoutMarks(visibleText(text).replaceAll('%', '%25').replaceAll('\n', '%0A'), '# ');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
