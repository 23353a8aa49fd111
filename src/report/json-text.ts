import { visibleText } from '../core/visible-text.ts';
import { withoutMarks } from '../core/without-commands.ts';

/** JSON that no terminal obeys and no CI system takes a command from; it says the same. */
export function quietJson(json: string): string {
  return withoutMarks(visibleText(json), '\\u0023');
}
