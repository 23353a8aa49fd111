import type { RuleDescription } from '../../core/rule-description.ts';
import { palette } from '../palette.ts';
import type { CheckFormat, CheckFormatName } from './check-format.ts';

/** Which output, and how. */
export interface CheckFormatRequest {
  readonly name: CheckFormatName;
  /** Of `text`: every container with its confinement, or only what is wrong. */
  readonly style: 'details' | 'findings';
  /** Of `text`: what could not be read is told elsewhere. */
  readonly withoutProblems?: boolean;
  readonly columns: number;
  readonly colour: boolean;
  /** Of `sarif`: every rule that can occur. */
  readonly rules?: readonly RuleDescription[];
  /** Of `sarif` and `github`: absolute; what lies below it is named relative to it. As a rule the current directory. */
  readonly directory?: string;
  /** Of `sarif`: suppressed findings are results with `suppressions`, instead of being left out. */
  readonly keepsSuppressed?: boolean;
  /** Of `junit` and `markdown`: a warning is a failure. */
  readonly warningsFail?: boolean;
}

/**
 * A new output of its own; it is written from `open` to `close` once, and takes the pieces that it made. Each loads only what it
 * needs.
 */
export async function checkFormat(request: CheckFormatRequest): Promise<CheckFormat<unknown>> {
  switch (request.name) {
    case 'text': {
      const { textFormat } = await import('./text-format.ts');
      const { style, columns, colour, withoutProblems = false } = request;
      return textFormat({ style, columns, withoutProblems, palette: await palette(colour) });
    }
    case 'json': {
      const { jsonFormat } = await import('./json-format.ts');
      return jsonFormat();
    }
    case 'sarif': {
      const { sarifFormat } = await import('./sarif-format.ts');
      return sarifFormat(request);
    }
    case 'junit': {
      const { junitFormat } = await import('./junit-format.ts');
      return junitFormat(request);
    }
    case 'markdown': {
      const { markdownFormat } = await import('./markdown-format.ts');
      return markdownFormat(request);
    }
    case 'github': {
      const { githubFormat } = await import('./github-format.ts');
      return githubFormat(request);
    }
  }
}
