import { expect as jestExpect } from 'expect';
import { afterEach, expect, test, vi } from 'vitest';

// Jest's own `expect`, as Jest puts it into the world of a test file.

const POD = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web' },
  spec: { containers: [{ name: 'c', image: 'a' }] },
};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test("Jest's expect has the matchers once the module was loaded", async () => {
  vi.stubGlobal('expect', jestExpect);
  await import('./jest.ts');
  jestExpect(POD).toBeAdmitted({ level: 'baseline' });
  jestExpect(POD).not.toBeAdmitted();
  jestExpect(POD).toStart();
  expect(() => jestExpect(POD).not.toBeAdmitted({ level: 'baseline' })).toThrow(
    'expected a pod of the manifest to be refused, and all would be admitted\n\nPod default/web  baseline:v1.36',
  );
  // A test of nothing fails either way.
  expect(() => jestExpect('').toBeAdmitted()).toThrow('the text is empty');
  expect(() => jestExpect('').not.toBeAdmitted()).toThrow('the text is empty');
  expect(() => jestExpect([]).not.toStart()).toThrow('the list is empty');
  await jestExpect(Promise.resolve(POD)).resolves.toStart();
});

test('without a global expect it says what to write', async () => {
  vi.stubGlobal('expect', undefined);
  await expect(import('./jest.ts')).rejects.toThrow(
    "import { toBeAdmitted, toStart } from 'podproof/matchers'",
  );
});
