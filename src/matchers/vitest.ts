import { expect } from 'vitest';
import type { CheckManifestOptions } from '../check/check-manifest.ts';
import { toBeAdmitted, toStart } from './matchers.ts';

// `import 'podproof/vitest'` in a setup file, or in the test itself.

declare module 'vitest' {
  // The names of its type parameters must be those of Vitest's own declaration.
  // oxlint-disable-next-line no-unused-vars
  interface Matchers<T = any> {
    /** The API server and Pod Security admission would let every pod of the manifest in. */
    toBeAdmitted(options?: CheckManifestOptions): void;
    /** The kubelet and the runtime would refuse no container of the manifest. */
    toStart(options?: CheckManifestOptions): void;
  }
}

expect.extend({ toBeAdmitted, toStart });
