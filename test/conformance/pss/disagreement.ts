import { relative } from 'node:path';
import type { Judge } from './judges.ts';
import { expectedDeniers, type SuiteFile } from './read-suite.ts';

/** What is wrong with our answer for that file; undefined when it is as the file's place and name say. */
export async function disagreement(file: SuiteFile, judge: Judge, root: string): Promise<string | undefined> {
  const wrong = (text: string): string => `${relative(root, file.path)}: ${text}`;
  const answers = await judge(file);
  if (answers.length === 0) return wrong('no pod in it');
  if (file.verdict === 'pass') {
    const deniers = answers.flat();
    return deniers.length === 0 ? undefined : wrong(`denied by ${deniers.join(', ')}`);
  }
  const expected = expectedDeniers(file);
  if (expected.length === 0) return wrong('named after no check that is known');
  const missed = answers.find((deniers) => !deniers.some((id) => expected.includes(id)));
  if (missed === undefined) return undefined;
  return wrong(`wanted ${expected.join(' or ')}, denied by ${missed.join(', ') || 'none'}`);
}
