import { describe, expect, test } from 'vitest';
import { exampleConfinement } from '../../../test/support/example-confinement.ts';
import { observationOf } from '../../../test/support/observation-of.ts';
import type { Confinement } from '../../confinement/confinement.ts';
import { fromManifest } from '../../core/sourced.ts';
import { compare } from '../compare.ts';
import type { Observation } from '../observation.ts';

const base = exampleConfinement();
const from = fromManifest('spec', 'containers', 0, 'resources');

/** Field and verdict of every fact about resources. */
function verdicts(
  resources: Partial<Confinement['resources']>,
  cgroup: Partial<Observation['cgroup']>,
): Readonly<Record<string, boolean>> {
  const expected = { ...base, resources: { ...base.resources, ...resources } };
  const seen = observationOf(expected);
  const { facts } = compare(expected, { ...seen, cgroup: { ...seen.cgroup, ...cgroup } });
  return Object.fromEntries(
    facts.filter(({ field }) => field.startsWith('resources')).map(({ field, holds }) => [field, holds]),
  );
}

function memoryLimit(value: number | null): Partial<Observation['cgroup']> {
  return { memoryLimit: { value, file: 'f' } };
}

function cpuWeight(value: number): Partial<Observation['cgroup']> {
  return { cpuShares: undefined, cpuWeight: { value, file: 'f' } };
}

describe('resources at the cgroups', () => {
  test('the kernel rounds a memory limit down to whole pages', () => {
    const resources = { memoryLimitBytes: { value: 10_000_000, from } };
    expect(verdicts(resources, memoryLimit(9_998_336))['resources.memory']).toBe(true);
    expect(verdicts(resources, memoryLimit(9_994_240))['resources.memory']).toBe(false);
    expect(verdicts(resources, memoryLimit(null))['resources.memory']).toBe(false);
  });

  test('a controller that is not there gives no fact', () => {
    expect(verdicts({}, { memoryLimit: undefined, cpuShares: undefined, cpuQuotaUs: undefined })).toEqual({});
  });

  test.each([
    [2, 1, 1],
    [1024, 39, 100],
    [262_144, 10_000, 10_000],
  ])('on version 2, %i shares are weight %i or %i', (shares, linear, quadratic) => {
    const resources = { cpuShares: { value: shares, from } };
    expect(verdicts(resources, cpuWeight(linear))['resources.cpuShares']).toBe(true);
    expect(verdicts(resources, cpuWeight(quadratic))['resources.cpuShares']).toBe(true);
    expect(verdicts(resources, cpuWeight(77))['resources.cpuShares']).toBe(false);
  });

  test('the period counts where there is a quota, huge pages by their size', () => {
    const resources = {
      cpuQuotaUs: { value: 50_000, from },
      hugepageLimits: [{ pageSize: '2MB', limitBytes: { value: 4_194_304, from } }],
    };
    const period = { cpuPeriodUs: { value: 50_000, file: 'f' } };
    const hugepageLimits = { '2MB': { value: null, file: 'f' } };
    expect(verdicts(resources, { ...period, hugepageLimits })).toMatchObject({
      'resources.cpuQuota': true,
      'resources.cpuPeriod': false,
      'resources.hugepages[2MB]': false,
    });
  });
});
