import type {} from 'expect';
import type { CheckManifestOptions } from '../check/check-manifest.ts';
import { type MatcherResult, toBeAdmitted, toStart } from './matchers.ts';

// `import 'podproof/jest'` in a file of `setupFilesAfterEnv`, or in the test itself.

interface PodMatchers {
  /** The API server and Pod Security admission would let every pod of the manifest in. */
  toBeAdmitted(options?: CheckManifestOptions): void;
  /** The kubelet and the runtime would refuse no container of the manifest. */
  toStart(options?: CheckManifestOptions): void;
}

declare global {
  // As @types/jest has it, and as Jest's own `expect` has it.
  namespace jest {
    // oxlint-disable-next-line no-unused-vars, no-empty-object-type -- merged with the declaration of Jest
    interface Matchers<R> extends PodMatchers {}
  }
}

declare module 'expect' {
  // oxlint-disable-next-line no-unused-vars, no-empty-object-type -- merged with the declaration of Jest
  interface Matchers<R> extends PodMatchers {}
}

/** Jest puts it into the world of each test file. */
interface JestGlobal {
  readonly expect?: { extend(matchers: Readonly<Record<string, (...args: never[]) => MatcherResult>>): void };
}

const { expect }: JestGlobal = globalThis as JestGlobal;
if (expect === undefined)
  throw new Error("podproof/jest was loaded outside of Jest: there is no global 'expect'");
expect.extend({ toBeAdmitted, toStart });
