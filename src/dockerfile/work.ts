import { BuildFailure } from './build-failure.ts';

/** How many characters the substitutions of one Dockerfile may make or look at, all together. */
const maxCharacters = 8 * 1024 * 1024;

/** How long one value may become: Linux hands no longer one to any program (MAX_ARG_STRLEN). */
export const maxValueLength: number = 128 * 1024;

/** Counts what substitutions cost: `ENV A=$A$A` a few dozen times would fill every memory. */
export interface Work {
  readonly spend: (characters: number) => void;
}

export function newWork(limit: number = maxCharacters): Work {
  let left = limit;
  return {
    spend: (characters) => {
      left -= characters;
      if (left < 0)
        throw new BuildFailure(
          `its values and port ranges together grow beyond ${limit} characters`,
          'do not build a value from several copies of itself',
        );
    },
  };
}
