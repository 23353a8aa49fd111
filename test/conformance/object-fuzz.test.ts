import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeObject } from '../../src/kube/decode-object.ts';
import { applyDefaults } from '../../src/kube/defaults.ts';
import { formatFieldError } from '../../src/kube/field-error.ts';
import { validateObject } from '../../src/kube/validate-object.ts';
import { validatePod } from '../../src/kube/validate-pod.ts';
import { podTemplateOf } from '../../src/kube/workload.ts';
import { anyObject } from './kube/any-object.ts';

/** `PODPROOF_FUZZ_RUNS=100000` looks further. */
const RUNS = Number(process.env['PODPROOF_FUZZ_RUNS'] ?? 400);
const TIMEOUT_MS = 10_000 + RUNS * 20;

/** Frozen all through: whoever writes into it throws. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}

describe('objects of strangers', { timeout: TIMEOUT_MS }, () => {
  test('what decoding accepts is validated and defaulted without an exception, and nothing is written into it', () => {
    fc.assert(
      fc.property(anyObject, (data) => {
        const { value, problems } = decodeObject(frozen(data));
        for (const { message } of problems) expect(message).not.toBe('');
        if (problems.some(({ code }) => code === 'other-version')) return;
        for (const error of validateObject(value)) expect(formatFieldError(error)).toMatch(/\S: \S/);
        const template = podTemplateOf(value);
        if (template === undefined) return;
        const pod = applyDefaults(template.pod);
        for (const error of validatePod(pod)) expect(formatFieldError(error)).toMatch(/\S: \S/);
        expect(applyDefaults(pod)).toStrictEqual(pod);
      }),
      { numRuns: RUNS },
    );
  });

  test('what was decoded decodes to itself, without a problem', () => {
    fc.assert(
      fc.property(anyObject, (data) => {
        const first = decodeObject(data);
        const second = decodeObject(first.value);
        const isServed = first.problems.every(({ code }) => code !== 'other-version');
        // A time that a status lacks is the zero one, which nobody writes.
        const found = second.problems.filter(({ path }) => path[0] !== 'status');
        if (isServed) expect(found).toEqual([]);
        expect(second.value).toStrictEqual(first.value);
      }),
      { numRuns: RUNS },
    );
  });

  test('every problem names a place that is in the document', () => {
    fc.assert(
      fc.property(anyObject, (data) => {
        for (const { path } of decodeObject(data).problems) expect(stands(data, path)).toBe(true);
      }),
      { numRuns: RUNS },
    );
  });
});

function stands(root: unknown, path: readonly (string | number)[]): boolean {
  let place = root;
  for (const step of path) {
    if (typeof place !== 'object' || place === null || !Object.hasOwn(place, step)) return false;
    place = Object.getOwnPropertyDescriptor(place, step)?.value;
  }
  return true;
}
