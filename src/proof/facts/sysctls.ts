import { fact, type Judge } from '../fact.ts';

/** A fact for each that was asked for and that this kernel has. */
export const sysctls: Judge = (subject) =>
  subject.expected.sysctls.flatMap(({ name, value }) => {
    const observed = subject.observed.sysctls[name];
    if (observed === undefined) return [];
    return [
      fact(subject, {
        field: `sysctls[${name}]`,
        expected: value.value.trim().replace(/\s+/g, ' '),
        observed,
        from: value.from,
        source: `/proc/sys of process ${subject.observed.hostPid}: ${name}`,
        cause: "the runtime did not set it in the pod's namespace, or the kernel changed the value",
      }),
    ];
  });
