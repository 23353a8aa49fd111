import type { Confinement } from '../confinement/confinement.ts';
import type { Finding } from '../core/finding.ts';
import type { Origin } from '../core/sourced.ts';
import type { Observation } from './observation.ts';

/**
 * What was asked for and has no fact in the proof, because this machine's kernel cannot be asked about it. A warning
 * for each: nothing that was asked for is left out in silence.
 */
export function unproven(expected: Confinement, observed: Observation): readonly Finding[] {
  return [
    ...unknownUser(expected),
    ...withoutModule(expected, observed),
    ...withoutController(expected, observed),
    ...unreadSysctls(expected, observed),
  ].map(
    ({ what, why, from }): Finding => ({
      severity: 'warning',
      code: 'not-proven',
      message: `${what} cannot be proven on this machine: ${why}`,
      path: from.kind === 'manifest' ? from.path : [],
      container: expected.container,
    }),
  );
}

interface Gap {
  readonly what: string;
  readonly why: string;
  readonly from: Origin;
}

/** Which ids a name stands for, or which group a user has, may be known to the image's layers alone. */
function unknownUser({ user, userOrigins }: Confinement): readonly Gap[] {
  const ids = [
    { what: 'the user', id: user.value.uid, from: userOrigins.uid },
    { what: 'the group', id: user.value.gid, from: userOrigins.gid },
  ];
  return ids
    .filter(({ id }) => id === null)
    .map(({ what, from }) => ({ what, why: "the image's accounts are not known", from }));
}

function withoutModule(expected: Confinement, observed: Observation): readonly Gap[] {
  const modules = [
    { name: 'AppArmor', asked: expected.appArmor, seen: observed.appArmor },
    { name: 'SELinux', asked: expected.seLinux, seen: observed.seLinux },
  ];
  return modules
    .filter(({ asked, seen }) => asked.value.mode === 'label' && seen.mode === 'none')
    .map(({ name, asked }) => ({
      what: `the ${name} label`,
      why: `its kernel has no ${name}`,
      from: asked.from,
    }));
}

function withoutController({ resources }: Confinement, { cgroup }: Observation): readonly Gap[] {
  const limits = [
    {
      what: 'the memory limit',
      controller: 'memory',
      asked: resources.memoryLimitBytes,
      seen: cgroup.memoryLimit,
    },
    { what: 'the CPU limit', controller: 'cpu', asked: resources.cpuQuotaUs, seen: cgroup.cpuQuotaUs },
    ...resources.hugepageLimits.map(({ pageSize, limitBytes }) => ({
      what: `the limit of ${pageSize} huge pages`,
      controller: 'hugetlb',
      asked: limitBytes,
      seen: cgroup.hugepageLimits[pageSize],
    })),
  ];
  return limits
    .filter(({ asked, seen }) => asked.value !== null && seen === undefined)
    .map(({ what, controller, asked }) => ({
      what,
      why: `the container has no ${controller} cgroup`,
      from: asked.from,
    }));
}

function unreadSysctls({ sysctls }: Confinement, observed: Observation): readonly Gap[] {
  return sysctls
    .filter(({ name }) => observed.sysctls[name] === undefined)
    .map(({ name, value }) => ({
      what: `sysctl ${name}`,
      why: 'its kernel does not show it',
      from: value.from,
    }));
}
