import { fileURLToPath } from 'node:url';

/** The executable, as a user starts it. */
export const PODPROOF: string = fileURLToPath(new URL('../../bin/podproof', import.meta.url));

/** The images of the walk-throughs as one OCI layout, built by setup. */
export const EXAMPLES_LAYOUT: string = fileURLToPath(
  new URL('../../.cache/samples/examples', import.meta.url),
);

/** The test images as one OCI layout, built by setup. */
export const SAMPLE_LAYOUT: string = fileURLToPath(new URL('../../.cache/samples/test', import.meta.url));
