import { type MatcherResult, type PodMatchers, toBeAdmitted, toStart } from './matchers.ts';

// What is merged with must be there, also for whoever reads the declarations of this module.
export type { Matchers as ExpectMatchers } from 'expect';

// `import 'podproof/jest'` in a file of `setupFilesAfterEnv`, or in the test itself.

declare global {
  // As @types/jest has it.
  namespace jest {
    // oxlint-disable-next-line no-empty-object-type -- merged with the declaration of Jest
    interface Matchers<R> extends PodMatchers<R> {}
  }
}

// As @jest/globals has it.
declare module 'expect' {
  // oxlint-disable-next-line no-empty-object-type -- merged with the declaration of Jest
  interface Matchers<R> extends PodMatchers<R> {}
}

interface JestExpect {
  extend(matchers: Readonly<Record<string, (...args: never[]) => MatcherResult>>): void;
}

/** Jest puts it into the world of each test file, unless `injectGlobals` is false. */
const expect: unknown = Reflect.get(globalThis, 'expect');
if (!isJestExpect(expect)) {
  throw new Error(
    "podproof/jest found no global 'expect': outside of Jest, or with injectGlobals: false, write\n" +
      "  import { toBeAdmitted, toStart } from 'podproof/matchers';\n" +
      '  expect.extend({ toBeAdmitted, toStart });',
  );
}
expect.extend({ toBeAdmitted, toStart });

function isJestExpect(value: unknown): value is JestExpect {
  return typeof value === 'function' && 'extend' in value && typeof value.extend === 'function';
}
