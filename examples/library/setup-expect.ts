import { toBeAdmitted, toStart } from 'podproof/matchers';
import { expect } from 'vitest';

expect.extend({ toBeAdmitted, toStart });
