import type { SourcePosition } from '../core/contract/check-report.ts';
import { originAt } from '../repository/rendering.ts';
import type { RenderedUnit } from './check-unit.ts';

/** Where an object of a rendering stands: in what a command wrote, and where known in a file. */
export function sourceIn(unit: RenderedUnit, source: SourcePosition): SourcePosition {
  const { template, templateLine } = originAt(unit.origins, source.line) ?? {};
  return {
    ...source,
    rendered: {
      by: unit.by,
      ...(template !== undefined && { template }),
      ...(templateLine !== undefined && { templateLine }),
    },
  };
}
