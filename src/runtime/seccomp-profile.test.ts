import { expect, test } from 'vitest';
import { resolveSeccompProfile, type SeccompConditions } from './seccomp-profile.ts';

const conditions: SeccompConditions = {
  capabilities: ['CAP_CHOWN'],
  architecture: 'amd64',
  kernel: '6.1.0-9',
};

function resolve(
  syscalls: readonly unknown[],
  overrides: Partial<SeccompConditions> = {},
): readonly string[] {
  const text = JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', syscalls });
  const { syscalls: rules } = resolveSeccompProfile(text, '/p.json', { ...conditions, ...overrides });
  return rules.flatMap(({ names }) => names);
}

const allow = (name: string, rule: object): object => ({ names: [name], action: 'SCMP_ACT_ALLOW', ...rule });

test('a rule for a capability counts only with that capability', () => {
  const rules = [
    allow('mount', { includes: { caps: ['CAP_SYS_ADMIN'] } }),
    allow('clone', { excludes: { caps: ['CAP_SYS_ADMIN'] } }),
    allow('read', {}),
  ];
  expect(resolve(rules)).toEqual(['clone', 'read']);
  expect(resolve(rules, { capabilities: ['CAP_SYS_ADMIN'] })).toEqual(['mount', 'read']);
});

test('a rule for an architecture or a kernel counts only there', () => {
  const rules = [
    allow('arch_prctl', { includes: { arches: ['amd64', 'x32'] } }),
    allow('s390_pci', { includes: { arches: ['s390x'] } }),
    allow('ptrace', { includes: { minKernel: '4.8' } }),
    allow('future', { includes: { minKernel: '6.2' } }),
  ];
  expect(resolve(rules)).toEqual(['arch_prctl', 'ptrace']);
  expect(resolve(rules, { kernel: '4.4.0' })).toEqual(['arch_prctl']);
});

test('the native architecture comes with those that it can run', () => {
  const text = JSON.stringify({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 38,
    archMap: [
      { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] },
      { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] },
    ],
    syscalls: [],
  });
  expect(resolveSeccompProfile(text, '/p.json', conditions)).toEqual({
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 38,
    architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32'],
    syscalls: [],
  });
});

test('a profile in the plain OCI form goes through unchanged', () => {
  const profile = {
    defaultAction: 'SCMP_ACT_ALLOW',
    architectures: ['SCMP_ARCH_X86_64'],
    syscalls: [
      {
        names: ['chmod'],
        action: 'SCMP_ACT_ERRNO',
        errnoRet: 1,
        args: [{ index: 1, value: 511, valueTwo: 0, op: 'SCMP_CMP_EQ' }],
      },
    ],
  };
  expect(resolveSeccompProfile(JSON.stringify(profile), '/p.json', conditions)).toEqual(profile);
});

test('a broken profile is refused by name, with every problem', () => {
  expect(() => resolveSeccompProfile('{', '/p.json', conditions)).toThrow(
    'cannot load seccomp profile "/p.json"',
  );
  const text = JSON.stringify({
    defaultAction: 'ALLOW',
    syscalls: [{ names: 'read', action: 'SCMP_ACT_ALLOW' }],
  });
  try {
    resolveSeccompProfile(text, '/p.json', conditions);
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({
      code: 'invalid',
      problems: ['unknown defaultAction "ALLOW"', 'syscalls[0]: names is not a list of strings'],
    });
  }
});
