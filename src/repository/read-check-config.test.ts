import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import type { CheckConfig } from './check-config.ts';
import { readCheckConfig } from './read-check-config.ts';

const RULES = ['hostNamespaces', 'hostPorts', 'privileged', 'unreadable', 'implicit-root'];
const HEAD = 'apiVersion: podproof.dev/v1\nkind: CheckConfig\n';

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'podproof-config-'));
  mkdirSync(join(directory, '.git'));
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

function read(text: string): CheckConfig {
  const path = join(directory, 'podproof.yaml');
  writeFileSync(path, text);
  return readCheckConfig(path, { rules: RULES });
}

/** Without the directory of the test. */
function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof PodproofError)) throw error;
    expect(error.code).toBe('invalid');
    return error.problems.map((it) => it.replace(`${directory}/`, ''));
  }
  throw new Error('nothing was wrong');
}

test('everything that may be written is read', () => {
  const config = read(`${HEAD}level: restricted
version: v1.36
profile: cri-o
images:
  search: never
  sources:
    - { name: registry.example.com/web, from: "oci:build/web:latest" }
    - { name: "api:dev", dockerfile: services/api/Dockerfile, target: final, buildArgs: { TAG: "1" } }
failOn: would-not-start
templatePath: spec.workload.podTemplate
paths: [deploy, charts/web]
exclude: ["**/testdata/**"]
podSecurity: admission.yaml
baseline: podproof-baseline.json
ignoreAnnotations: false
exemptions:
  - checks: [hostNamespaces]
    namespace: kube-system
    kind: DaemonSet
    name: node-*
    container: agent
    path: deploy/**
    reason: reads the host's processes
    expires: 2027-01-31
`);
  const at = (path: string): string => join(directory, path);
  expect(config).toEqual({
    file: at('podproof.yaml'),
    directory,
    level: 'restricted',
    version: 'v1.36',
    profile: 'cri-o',
    images: {
      search: 'never',
      sources: [
        { name: 'registry.example.com/web', from: `oci:${at('build/web')}:latest` },
        {
          name: 'api:dev',
          dockerfile: at('services/api/Dockerfile'),
          target: 'final',
          buildArgs: { TAG: '1' },
        },
      ],
    },
    failOn: 'would-not-start',
    templatePath: 'spec.workload.podTemplate',
    paths: [at('deploy'), at('charts/web')],
    exclude: ['**/testdata/**'],
    podSecurity: at('admission.yaml'),
    baseline: at('podproof-baseline.json'),
    ignoreAnnotations: false,
    exemptions: [
      {
        checks: ['hostNamespaces'],
        namespace: 'kube-system',
        kind: 'DaemonSet',
        name: 'node-*',
        container: 'agent',
        path: 'deploy/**',
        reason: "reads the host's processes",
        expires: '2027-01-31',
        line: 19,
        column: 5,
      },
    ],
  });
});

test('what is left out has its default, and is not there where there is none', () => {
  expect(read(`${HEAD}images: never\n`)).toEqual({
    file: join(directory, 'podproof.yaml'),
    directory,
    images: { search: 'never', sources: [] },
    paths: [],
    exclude: [],
    ignoreAnnotations: true,
    exemptions: [],
  });
});

test('all mistakes are told at once, each with its place', () => {
  const problems = problemsOf(`apiVersion: podproof.dev/v2
kind: CheckConfig
levle: restricted
version: "1.36"
failOn: denid
images: cache
exclude: ["[a"]
exemptions:
  - checks: [hostnamespace, hostPorts]
    expires: 2027-02-30
  - reason: all of it
    name: "{a"
  - checks: [unreadable, "*"]
    reason: " "
`);
  expect(problems).toEqual([
    'podproof.yaml:1:1  apiVersion must be "podproof.dev/v1": it is "podproof.dev/v2"',
    'podproof.yaml:3:1  unknown field "levle"\n  did you mean "level"?',
    'podproof.yaml:4:1  version cannot be "1.36": it is a version like v1.36, or latest',
    'podproof.yaml:5:1  failOn cannot be "denid": never, denied, would-not-start, warning\n  did you mean "denied"?',
    'podproof.yaml:6:1  images cannot be "cache": never, cached\n  did you mean "cached"?',
    'podproof.yaml:7:11  exclude[0]: "[a" has an open bracket',
    'podproof.yaml:9:5  exemptions[0] has no reason\n  write why it is accepted: reason: ...',
    'podproof.yaml:9:14  exemptions[0].checks[0]: there is no check "hostnamespace"\n  did you mean "hostNamespaces"?',
    'podproof.yaml:10:5  exemptions[0].expires is no day: "2027-02-30"\n  write it as YEAR-MONTH-DAY: 2027-01-31',
    'podproof.yaml:11:5  exemptions[1].checks must name the checks, or "*" for all',
    'podproof.yaml:12:5  exemptions[1].name: "{a" has an open brace',
    'podproof.yaml:13:5  exemptions[2].checks: "*" is for all checks and stands alone',
    'podproof.yaml:13:5  exemptions[2] has no reason\n  write why it is accepted: reason: ...',
    'podproof.yaml:13:14  exemptions[2].checks[0]: what cannot be read cannot be exempted\n  leave the file out: exclude: [...]',
  ]);
});

test('a repository does not decide who is asked over the network', () => {
  const advice = 'ask registries with  podproof check --images pull';
  for (const [written, field] of [
    ['images: pull', 'images'],
    ['images: {search: pull}', 'images.search'],
  ]) {
    const [problem] = problemsOf(`${HEAD}${written}\n`);
    expect(problem).toContain(
      `  ${field} cannot be "pull": a repository does not decide who is asked over the network\n  ${advice}`,
    );
  }
});

describe('a file that is none', () => {
  test.each([
    ['', 'podproof.yaml:1:1  the file is empty'],
    ['- a\n', 'podproof.yaml:1:1  expected a CheckConfig, found a list'],
    [`${HEAD}---\n${HEAD}`, 'podproof.yaml:4:1  a second document'],
    [`${HEAD}level: [\n`, 'podproof.yaml:4:1'],
    [`${HEAD}level: 1\nlevel: 2\n`, 'podproof.yaml:4:1  duplicate field "level"'],
    [`${HEAD}version: 1.36\n`, 'podproof.yaml:3:1  version: expected a string, found the number 1.36'],
    [`${HEAD}__proto__: {level: restricted}\n`, 'podproof.yaml:3:1  unknown field "__proto__"'],
  ])('%j', (text, problem) => {
    expect(problemsOf(text)[0]).toContain(problem);
  });

  test('one that is not there, and one that is too large', () => {
    expect(() => readCheckConfig(join(directory, 'none.yaml'), { rules: RULES })).toThrow(
      /^cannot read configuration ".*none\.yaml": .*no such file or directory/,
    );
    expect(() => read(`${HEAD}#${'x'.repeat(1024 * 1024)}`)).toThrow(
      /^cannot read configuration ".*podproof\.yaml": larger than 1 MiB/,
    );
  });
});

describe('paths stay in the repository', () => {
  test('neither names nor links lead out of it', () => {
    symlinkSync('/etc', join(directory, 'etc'));
    expect(
      problemsOf(`${HEAD}paths: [/etc, ../.., "", etc/shadow]
baseline: ../x.json
podSecurity: etc/x
images: { sources: [{ name: a, from: "oci:../a" }, { name: b, dockerfile: /Dockerfile }] }
`),
    ).toEqual([
      'podproof.yaml:3:9  paths[0] must be relative to this file: "/etc"',
      'podproof.yaml:3:15  paths[1] leads out of the repository: "../.."',
      'podproof.yaml:3:22  paths[2] is not a path: ""',
      'podproof.yaml:3:26  paths[3] leads out of the repository: "etc/shadow"',
      'podproof.yaml:4:1  baseline leads out of the repository: "../x.json"',
      'podproof.yaml:5:1  podSecurity leads out of the repository: "etc/x"',
      'podproof.yaml:6:32  images.sources[0].from leads out of the repository: "../a"',
      'podproof.yaml:6:63  images.sources[1].dockerfile must be relative to this file: "/Dockerfile"',
    ]);
  });

  test('a configuration below the root may name what is beside it', () => {
    const path = join(directory, 'services/podproof.yaml');
    mkdirSync(join(directory, 'services'));
    writeFileSync(path, `${HEAD}podSecurity: ../admission.yaml\n`);
    expect(readCheckConfig(path, { rules: RULES }).podSecurity).toBe(join(directory, 'admission.yaml'));
    expect(readFileSync(path, 'utf8')).toContain('admission');
  });
});
