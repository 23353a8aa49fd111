import { expect } from 'vitest';
import { type PodMatchers, toBeAdmitted, toStart } from './matchers.ts';

/** What is merged with must be there, also for whoever reads the declarations of this module. @public */
export type { Matchers as VitestMatchers } from 'vitest';

// `import 'podproof/vitest'` in a setup file, or in the test itself.

declare module 'vitest' {
  // oxlint-disable-next-line no-unused-vars, no-explicit-any, no-empty-object-type -- merged with Vitest's declaration, which has the same parameter
  interface Matchers<T = any> extends PodMatchers {}
}

expect.extend({ toBeAdmitted, toStart });
