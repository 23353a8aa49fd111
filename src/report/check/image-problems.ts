import { count } from '../columns.ts';

/** The code of what is said of every container whose image is not known: once for all of them is enough. */
export const IMAGE_UNKNOWN = 'image-unknown';
/** The same of a Dockerfile whose base image is not known. */
export const BASE_IMAGE_UNKNOWN = 'base-image-unknown';

export interface ImageProblem {
  /** `deploy.yaml:12`. */
  readonly place: string;
  readonly message: string;
}

/** One registry that does not answer is one problem, however many images it has. */
export interface ImageProblems {
  add(problems: readonly ImageProblem[]): void;
  /** A line for each message, with the first place. */
  lines(): readonly string[];
}

/** Messages name what failed: there is an end to how many are told apart. */
const MAX_MESSAGES = 20;

export function collectImageProblems(): ImageProblems {
  const byMessage = new Map<string, { readonly first: string; count: number }>();
  let others = 0;
  return {
    add(problems) {
      for (const { place, message } of problems) {
        const known = byMessage.get(message);
        if (known !== undefined) known.count += 1;
        else if (byMessage.size < MAX_MESSAGES) byMessage.set(message, { first: place, count: 1 });
        else others += 1;
      }
    },
    lines: () => [
      ...[...byMessage].map(([message, { first, count: times }]) => {
        const more = times > 1 ? ` and ${count(times - 1, 'more place')}` : '';
        return `${first}${more}  ${message}`;
      }),
      ...(others > 0 ? [`and ${count(others, 'place')} with other images that are not known`] : []),
    ],
  };
}
