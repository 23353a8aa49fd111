import { describe, expect, test } from 'vitest';
import type { DockerfileReport } from '../core/contract/check-report.ts';
import type { ContainerConfig, Image, ImageAccounts } from '../image/image.ts';
import { DOCKERFILE_RULES } from './dockerfile-rules.ts';
import { imageOfDockerfile } from './image-of-dockerfile.ts';
import { judgeDockerfile } from './judge-dockerfile.ts';
import type { ParsedDockerfile } from './parsed-dockerfile.ts';
import { readDockerfile } from './read-dockerfile.ts';

const root = { name: 'root', uid: 0, gid: 0, gecos: '', home: '/root', shell: '/bin/sh' };
const node = { ...root, name: 'node', uid: 1000, gid: 1000 };
const debian: ImageAccounts = { passwd: [root], group: [{ name: 'root', gid: 0, members: [] }] };
const withNode: ImageAccounts = {
  passwd: [root, node],
  group: [...debian.group, { name: 'node', gid: 1000, members: [] }],
};

function imageWith(config: ContainerConfig, accounts?: ImageAccounts, os = 'linux'): Image {
  const rootfs = { type: 'layers', diff_ids: [] } as const;
  return {
    reference: 'base',
    digest: 'sha256:0',
    config: { architecture: 'amd64', os, config, rootfs },
    accounts,
  };
}

function parse(text: string, buildArgs: Readonly<Record<string, string>> = {}): ParsedDockerfile {
  const read = readDockerfile('Dockerfile', text, { buildArgs });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.dockerfile;
}

function judge(text: string, image?: Image): DockerfileReport {
  return judgeDockerfile(parse(text), image === undefined ? undefined : { image });
}

/** `MESSAGE | LINE:COLUMN ADVICE`, or `ok`. */
function verdict(text: string, image?: Image): string {
  const { start } = judge(text, image);
  return start.ok ? 'ok' : `${start.message} | ${start.line}:${start.column} ${start.advice}`;
}

const asRoot = 'container has runAsNonRoot and image will run as root';
const asName = (name: string): string =>
  `container has runAsNonRoot and image has non-numeric user (${name}), cannot verify user is non-root`;

describe('the verdict of the kubelet and the line to change', () => {
  test.each<[string, string, Image | undefined, string]>([
    ['a number', 'FROM a\nUSER 5', imageWith({}), 'ok'],
    ['a number of the base image', 'FROM a\nRUN x', imageWith({ User: '5' }), 'ok'],
    [
      'no USER',
      'FROM a\nRUN x\nCMD ["y"]',
      imageWith({}, debian),
      `${asRoot} | 2:1 add  USER 10001  after line 2, if the program can do without root`,
    ],
    [
      'no USER and a base image with an account',
      'FROM node\nCOPY . .\nCMD x',
      imageWith({}, withNode),
      `${asRoot} | 2:1 add  USER 1000  after line 2 (the base image's passwd has node)`,
    ],
    [
      'no USER and a base image that is not at hand',
      'FROM nginx\nEXPOSE 80',
      undefined,
      `${asRoot} | 1:1 add  USER 101  after line 1 (the base image has nginx)`,
    ],
    [
      'APP_UID in the base image',
      'FROM a\nCOPY . .',
      imageWith({ Env: ['APP_UID=1654'] }),
      `${asRoot} | 2:1 add  USER $APP_UID  after line 2 (which is 1654)`,
    ],
    ['APP_UID of the base image, used', 'FROM a\nUSER $APP_UID', imageWith({ Env: ['APP_UID=1654'] }), 'ok'],
    [
      'APP_UID of a well-known image that is not at hand',
      'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nUSER $APP_UID',
      undefined,
      'ok',
    ],
    [
      'an image that chooses a user by itself',
      'FROM gcr.io/distroless/static:nonroot\nCOPY a /a',
      undefined,
      'ok',
    ],
    [
      'root by its name',
      'FROM a\nUSER root',
      imageWith({}),
      `${asName('root')} | 2:6 write  USER 10001  in line 2, if the program can do without root`,
    ],
    [
      '0',
      'FROM a\nUSER 0:0',
      imageWith({}),
      `${asRoot} | 2:6 write  USER 10001  in line 2, if the program can do without root`,
    ],
    [
      'root again',
      'FROM a\nUSER 7\nUSER root\nRUN x\nCMD y',
      imageWith({}),
      `${asName('root')} | 4:1 add  USER 7  after line 4 (as in line 2)`,
    ],
    [
      'a name of the base image',
      'FROM node\n  USER node',
      imageWith({}, withNode),
      `${asName('node')} | 2:8 write  USER 1000  in line 2 (the base image's passwd has node)`,
    ],
    [
      "the name of .NET's images",
      'FROM mcr.microsoft.com/dotnet/aspnet:8.0\nUSER app',
      undefined,
      `${asName('app')} | 2:6 write  USER $APP_UID  in line 2 (which is 1654)`,
    ],
    [
      'a name and a group',
      'FROM node\nUSER node:node',
      imageWith({}, withNode),
      `${asName('node')} | 2:6 write  USER 1000:node  in line 2 (the base image's passwd has node)`,
    ],
    [
      'a name that a line makes',
      'FROM a\nRUN useradd -r -u 1654 app\nUSER app',
      undefined,
      `${asName('app')} | 3:6 write  USER 1654  in line 3 (line 2 makes app)`,
    ],
    [
      'a name that a line makes with some uid',
      'FROM a\nRUN useradd app\nUSER app',
      undefined,
      `${asName('app')} | 3:6 give useradd in line 2  --uid 10001  and write  USER 10001  in line 3`,
    ],
    [
      'a name that BusyBox makes',
      'FROM a\nRUN adduser -D app\nUSER app',
      undefined,
      `${asName('app')} | 3:6 give adduser in line 2  -u 10001  and write  USER 10001  in line 3`,
    ],
    [
      'a comment behind USER',
      'FROM a\nUSER 12 # app',
      imageWith({}),
      `${asName('12 # app')} | 2:6 write  USER 12  in line 2: a comment needs a line of its own`,
    ],
    [
      'an argument without a value',
      'FROM a\nARG U\nUSER $U',
      imageWith({}),
      `${asRoot} | 3:6 give U a value: --build-arg U=10001`,
    ],
    [
      'a variable that nobody sets',
      'FROM a\nUSER $U',
      imageWith({}),
      `${asRoot} | 2:6 add  ARG U=10001  before line 2`,
    ],
    [
      'a name of the base image that no line changes',
      'FROM node\nRUN x',
      imageWith({ User: 'node' }, withNode),
      `${asName('node')} | 2:1 add  USER 1000  after line 2 (the base image's passwd has node)`,
    ],
  ])('%s', (_, text, image, expected) => {
    expect(verdict(text, image)).toBe(expected);
  });

  test('a number that is too large', () => {
    expect(verdict('FROM a\nUSER 4294967295', imageWith({}))).toMatch(
      /invalid user id.* \| 2:6 write a number from 1 to 2147483647 in line 2$/,
    );
  });

  test('a name that nobody can look up says how to find or to give the number', () => {
    expect(verdict('FROM a\nUSER app')).toContain(
      'write  USER UID  in line 2: after  podproof image pull a  a check knows the uid of app',
    );
    expect(verdict('FROM a\nRUN apt-get install x\nUSER app')).toContain('podproof image pull a');
    expect(verdict('FROM a\nRUN usermod -aG x y\nUSER app', imageWith({}, debian))).toContain(
      'make app with a uid (useradd --uid 10001 app) and write  USER 10001  in line 3',
    );
    expect(verdict('FROM a\nUSER app', imageWith({}, debian))).toContain(
      'nothing makes "app": write  USER 10001',
    );
  });

  test('a name in a passwd that is copied from the stage that made it', () => {
    const text = `FROM golang AS build
RUN adduser -D -u 10002 app
FROM scratch
COPY --from=build /etc/passwd /etc/passwd
USER app`;
    expect(verdict(text)).toContain('write  USER 10002  in line 5 (line 2 makes app, and line 4 copies it)');
    expect(verdict(text.replace('=build', '=0'))).toContain('USER 10002');
    expect(imageOfDockerfile(parse(text), undefined)?.accounts).toBeUndefined();
  });

  test('an ONBUILD trigger of the base image', () => {
    const base = imageWith({ OnBuild: ['ENV U=44', 'USER $U'] });
    expect(judge('FROM a\nRUN x', base).identity).toMatchObject({ user: '44', uid: 44 });
    expect(verdict('FROM a\nUSER 0\n', base)).toContain('write  USER');
  });
});

describe('the identity', () => {
  test('of a user that the base image has', () => {
    const { identity } = judge('FROM node\nUSER 1000', imageWith({}, withNode));
    expect(identity).toMatchObject({ uid: 1000, gid: 1000, from: 'image USER 1000, /etc/passwd, line 2' });
  });

  test('of a user that a line makes', () => {
    const text = 'FROM a\nENV U=9\nRUN groupadd -g $U app && useradd --uid=$U -g app app\nUSER app';
    expect(judge(text, imageWith({}, debian)).identity).toMatchObject({ uid: 9, gid: 9 });
    expect(judge(text).identity).toMatchObject({ uid: 9, gid: null });
  });

  test('of a user that a condition makes is not known for certain', () => {
    const text = 'FROM a\nRUN id app || useradd -u 9 -g 0 app\nUSER app';
    expect(imageOfDockerfile(parse(text), { image: imageWith({}, debian) })?.accounts).toBeUndefined();
  });

  test('what a file system copied over everything has, nobody knows', () => {
    const text = 'FROM scratch\nADD rootfs.tar /\nUSER app';
    expect(imageOfDockerfile(parse(text), undefined)?.accounts).toBeUndefined();
    expect(imageOfDockerfile(parse('FROM scratch\nCOPY a /a\nUSER app'), undefined)?.accounts).toEqual({
      passwd: [],
      group: [],
    });
  });
});

/** Each as `CODE:LINE`. */
function codes(text: string, image?: Image): readonly string[] {
  return judge(text, image).findings.map(({ code, line }) => (line === undefined ? code : `${code}:${line}`));
}

describe('findings', () => {
  test.each<[string, string, Image | undefined, readonly string[]]>([
    ['a base image that is not at hand', 'FROM a\nRUN x', undefined, ['base-image-unknown:1']],
    ['a base image that does not matter', 'FROM a\nUSER 5', undefined, []],
    ['a line that makes it root again', 'FROM a\nUSER 5\nUSER 0', undefined, ['user-root-again:3']],
    [
      'a USER line of a stage that is left behind',
      'FROM scratch AS a\nUSER 5\nFROM scratch\nCOPY a b',
      undefined,
      ['user-of-other-stage:2', 'image-without-command:3'],
    ],
    ['an empty user', 'FROM scratch\nUSER ""', undefined, ['user-empty:2']],
    ['a group that gets lost', 'FROM a\nUSER 5:6', undefined, ['image-group-lost:2']],
    ['a group that the user has anyway', 'FROM a\nUSER 1000:1000', imageWith({}, withNode), []],
    [
      'a setuid file',
      'FROM a\nCOPY --chmod=4755 x /x\nCOPY --chmod=755 y /y\nCOPY --chmod=u+s z /z\nUSER 5',
      undefined,
      ['setuid-file:2', 'setuid-file:4'],
    ],
    ['sudo', 'FROM a\nUSER 5\nENTRYPOINT ["sudo", "-E", "x"]', undefined, ['sudo-command:3']],
    ['sudo in a shell', 'FROM a\nUSER 5\nCMD exec /usr/bin/sudo x', undefined, ['sudo-command:3']],
    ['a low port', 'FROM a\nUSER 5\nEXPOSE 8080 443', undefined, ['low-port:3']],
    ['a low port of root', 'FROM scratch\nEXPOSE 443\nCMD ["x"]', undefined, []],
    ['files to be taken out', 'FROM scratch\nCOPY a b', undefined, ['image-without-command:1']],
    ['a build that fails for want of a value', 'FROM a\nUSER ${U:?who}', imageWith({}), ['build-fails:2']],
    [
      'an image for Windows',
      'FROM mcr.microsoft.com/windows/nanoserver:ltsc2022\nUSER ContainerUser',
      undefined,
      ['windows-image'],
    ],
  ])('%s', (_, text, image, expected) => {
    expect(codes(text, image)).toEqual(expected);
    for (const { code } of judge(text, image).findings)
      if (code !== 'image-group-lost') expect(DOCKERFILE_RULES).toHaveProperty(code);
  });

  test('of a base image that could not be read say why', () => {
    const { findings } = judgeDockerfile(parse('FROM a\n'), { image: undefined, problem: 'no answer' });
    expect(findings[0]?.message).toBe('base image unknown: verdict assumes root: no answer');
    expect(findings[0]?.severity).toBe('warning');
  });
});

describe('who nobody but the base image decides', () => {
  test('is assumed to be root where nothing is known of it, and said to be assumed', () => {
    const { start, identity, findings } = judge('FROM registry.example/base:1\nCOPY a b');
    expect(start).toMatchObject({
      message: `${asRoot} (assumed: the base image is not at hand)`,
      advice: 'add  USER 10001  after line 2, if the program can do without root',
    });
    expect(identity).toMatchObject({ uid: 0, from: 'assumed, no USER line' });
    expect(findings).toMatchObject([
      { severity: 'note', advice: 'podproof image pull registry.example/base:1' },
    ]);
  });

  test.each([
    ['python:3.12-slim', asRoot],
    ['ubuntu', asRoot],
    ['registry.access.redhat.com/ubi9-minimal', asRoot],
    ['nginxinc/nginx-unprivileged:1.27-alpine', 'ok'],
    [
      'jenkins/jenkins:lts',
      `${asName('jenkins')} | 1:1 add  USER 1000  after line 1 (the base image has jenkins)`,
    ],
  ])('is what the makers of %s document', (reference, expected) => {
    expect(verdict(`FROM ${reference}`)).toContain(expected);
    expect(verdict(`FROM ${reference}`)).not.toContain('assumed');
  });

  test.each([
    ['php:8.3-fpm', 'www-data', 33],
    ['php:8.3-fpm-alpine', 'www-data', 82],
    ['gcr.io/distroless/static:nonroot', 'nonroot', 65_532],
    ['registry.example/base:1', 'nobody', 65_534],
  ])('has in %s for %s the number %i', (reference, name, uid) => {
    expect(verdict(`FROM ${reference}\nRUN x\nUSER ${name}`)).toContain(`write  USER ${uid}  in line 3`);
  });

  test('is root by its name, whatever is known of the base image', () => {
    expect(judge('FROM a\nUSER root').identity).toMatchObject({ uid: 0, from: 'image USER root, line 2' });
  });
});

function judgeOpenly(text: string): DockerfileReport {
  return judgeDockerfile(parse(text), { image: imageWith({}) }, { demandsNonRoot: false });
}

describe('where pods may run as root', () => {
  test('root is told and not refused', () => {
    const { start, findings } = judgeOpenly('FROM a\nCMD x');
    expect(start).toEqual({ ok: true });
    expect(findings).toEqual([
      {
        severity: 'note',
        code: 'non-root-not-verifiable',
        message: `restricted would refuse it: ${asRoot}`,
        advice: 'add  USER 10001  after line 1, if the program can do without root',
        line: 1,
        column: 1,
      },
    ]);
    expect(DOCKERFILE_RULES).toHaveProperty(findings[0]?.code ?? '');
  });

  test('what no node starts stays refused', () => {
    expect(judgeOpenly('FROM a\nUSER 4294967295').start).toMatchObject({ ok: false });
  });
});

test('an image of files to be taken out is refused by nobody, one with a user is meant to run', () => {
  expect(verdict('FROM golang AS build\nRUN make\nFROM scratch\nCOPY --from=build /out /')).toBe('ok');
  expect(verdict('FROM scratch\nCOPY a /\nUSER app')).toContain(asName('app'));
  expect(verdict('FROM scratch\nCOPY a /\nCMD ["/a"]')).toContain(asRoot);
});

describe('an image for Windows', () => {
  const windows = imageWith({}, undefined, 'windows');

  test('starts as anybody but ContainerAdministrator', () => {
    expect(verdict('FROM a\nUSER ContainerUser', windows)).toBe('ok');
    expect(verdict('FROM a\nRUN x', windows)).toBe('ok');
    expect(verdict('FROM a\nUSER containeradministrator', windows)).toBe(
      "container's runAsUser (containeradministrator) which will be regarded as root identity and will break non-root policy | 2:6 write  USER ContainerUser",
    );
  });

  test('has no numbers', () => {
    expect(judge('FROM a\n', windows).identity).toMatchObject({ uid: null, verifiableAsNonRoot: true });
  });
});
