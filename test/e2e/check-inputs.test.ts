import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findProgram } from '../../src/repository/find-program.ts';
import { writeLayout } from '../support/oci-layout.ts';
import { podproof } from '../support/podproof.ts';

// What check reads that is no plain manifest, as a user sees it on the screen.

let directory: string;

const FILES: Readonly<Record<string, string>> = {
  'dotnet/Dockerfile': `FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
COPY . .
RUN dotnet publish -o /app

FROM mcr.microsoft.com/dotnet/aspnet:8.0
WORKDIR /app
COPY --from=build /app .
ENTRYPOINT ["./web"]
`,
  'based/Dockerfile': 'ARG BASE=localhost/base:1\nFROM ${BASE}\nCOPY . .\n',
  'stages/Dockerfile':
    'FROM alpine AS good\nARG APP_USER=7\nUSER $APP_USER\nFROM alpine AS bad\nUSER root\nCMD ["x"]\n',
  'export/Dockerfile': 'FROM golang AS build\nRUN make\nFROM scratch\nCOPY --from=build /out /\n',
  'broken/Dockerfile': 'FROM alpine\nUSR 5\n',
  'shop/compose.yaml': `services:
  web:
    build: .
    security_opt: ["no-new-privileges:true"]
    cap_drop: [ALL]
  agent:
    image: example.test/agent
    user: "4:4"
    network_mode: host
    volumes: ["/var/run/docker.sock:/var/run/docker.sock"]
    security_opt: ["no-new-privileges:true"]
    cap_drop: [ALL]
`,
  'shop/Dockerfile': 'FROM alpine\nUSER 4711\nCMD ["x"]\n',
  'kustomize/base/kustomization.yaml': 'resources: [web.yaml]\n',
  'kustomize/base/web.yaml': `# the site
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers: [{name: web, image: example.test/web}]
`,
  'kustomize/prod/kustomization.yaml':
    'resources: [../base]\nnamePrefix: prod-\npatches: [{path: patch.yaml}]\n',
  'kustomize/prod/patch.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {hostNetwork: true}\n',
  'unrendered/k/kustomization.yaml': 'resources: ["https://example.test/web.yaml"]\n',
  'unrendered/pod.yaml':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: beside}\nspec: {containers: [{name: c, image: a}]}\n',
  'charts/web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 0.1.0\n',
  'charts/web/templates/pod.yaml': 'apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .Release.Name }}}\n',
  // helm itself is not at hand where this is built: a script stands in.
  'bin/helm': `#!/bin/sh
/bin/cat <<'EOF'
---
# Source: web/templates/pod.yaml
apiVersion: v1
kind: Pod
metadata: {name: release-name}
spec: {hostNetwork: true, containers: [{name: c, image: a}]}
EOF
`,
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'pp-inputs-'));
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  chmodSync(join(directory, 'bin/helm'), 0o755);
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** `podproof check` in the directory, on a root of its own: its store is empty unless a test loads an image. */
async function check(...args: readonly string[]): Promise<string> {
  return await checkIn({}, ...args);
}

/** What is on the screen, then the exit code. */
async function checkIn(env: Readonly<Record<string, string>>, ...args: readonly string[]): Promise<string> {
  const root = { PODPROOF_ROOT: join(directory, 'root') };
  const { exitCode, stdout, stderr } = await podproof(['check', ...args], '', { ...root, ...env }, directory);
  return `${stdout}${stderr}exit ${exitCode}`;
}

describe('a Dockerfile', () => {
  test('says who its image runs as, and the line to write where', async () => {
    expect(await check('dotnet/Dockerfile')).toMatchInlineSnapshot(`
      "dotnet/Dockerfile:5  stage 1

        base             mcr.microsoft.com/dotnet/aspnet:8.0  not at hand
        runs as          0 root  image USER (none)
        would not start  CreateContainerConfigError: container has runAsNonRoot and image will run as root
                         add  USER $APP_UID  after line 7 (which is 1654)                               :7
        note             base image not at hand: goes by what its makers document                       :5
                         podproof image pull mcr.microsoft.com/dotnet/aspnet:8.0

      1 Dockerfile: 1 would not start
      exit 3"
    `);
  });

  test('goes by its base image where that is in the store', async () => {
    const accounts = 'root:x:0:0::/:/bin/sh\napp:x:1654:1654::/:/bin/sh\n';
    const image = { layers: [[{ path: 'etc/passwd', content: accounts }]], config: { User: 'app' } };
    writeLayout(join(directory, 'layout'), image);
    const root = { PODPROOF_ROOT: join(directory, 'store') };
    await podproof(['image', 'load', `oci:${directory}/layout`, '--name', 'localhost/base:1'], '', root);
    const [known, unknown] = await Promise.all([
      checkIn(root, 'based/Dockerfile'),
      checkIn(root, 'based/Dockerfile', '--build-arg', 'BASE=localhost/other'),
    ]);
    expect(known).toContain("add  USER 1654  after line 3 (the base image's passwd has app)");
    expect(unknown).toContain('(assumed: the base image is not at hand)');
    expect(unknown).toMatch(/exit 3$/);
  });

  test('is judged at its last stage, or at the one that is named', async () => {
    const [last, named, missing] = await Promise.all([
      check('stages/Dockerfile'),
      check('stages/Dockerfile', '--target', 'good', '--build-arg', 'APP_USER=8'),
      check('stages/Dockerfile', '--target', 'god'),
    ]);
    expect(last).toContain('write  USER 10001  in line 5');
    expect(named).toMatch(/runs as +8 .*line 3\n[^]*1 Dockerfile: nothing refused\nexit 0$/);
    expect(missing).toContain('did you mean good?');
    expect(missing).toMatch(/exit 2$/);
  });

  test('is told, and not refused, where pods may run as root, or where it starts nothing', async () => {
    const [baseline, files, broken] = await Promise.all([
      check('dotnet/Dockerfile', '--level', 'baseline'),
      check('export/Dockerfile'),
      check('broken/Dockerfile'),
    ]);
    expect(baseline).toContain('restricted would refuse it: container has runAsNonRoot and image will run');
    expect(baseline).toMatch(/exit 0$/);
    expect(files).toContain('taken for files to copy out');
    expect(files).toMatch(/exit 0$/);
    expect(broken).toContain(
      'cannot read input "broken/Dockerfile"\n  broken/Dockerfile:2:1  unknown instruction: USR\n  did you mean USER?',
    );
    expect(broken).toMatch(/exit 2$/);
  });

  test('of a repository is a line each', async () => {
    expect(await check('stages', 'export', 'based')).toMatchInlineSnapshot(`
      "stages/Dockerfile:4  stage bad
        would not start  CreateContainerConfigError: container has runAsNonRoot and image has         :5:6
                         non-numeric user (root), cannot verify user is non-root
                         write  USER 10001  in line 5, if the program can do without root

      based/Dockerfile:2  stage 0
        would not start  CreateContainerConfigError: container has runAsNonRoot and image will run    :3:1
                         as root (assumed: the base image is not at hand)
                         add  USER 10001  after line 3, if the program can do without root

      the base image of 1 Dockerfile was not looked at; --images pull asks their registries
      3 Dockerfiles: 2 would not start
      exit 3"
    `);
  });
});

test('a Compose file is judged in its own words, its images by their Dockerfiles', async () => {
  expect(await check('shop/compose.yaml', '--details', '-o', 'text')).toContain(
    'the image is not at hand: judged as the one that shop/Dockerfile makes',
  );
  expect(await check('shop')).toMatchInlineSnapshot(`
    "shop/compose.yaml:2  ComposeService web
      denied  runAsNonRoot: pod or container "web" must set securityContext.runAsNonRoot=true       :2:3
              write user: "4711:4711"

    shop/compose.yaml:6  ComposeService agent
      denied  hostNamespaces: hostNetwork=true                                                      :9:5
              remove network_mode: host
      denied  restrictedVolumes: volume "var-run-docker-sock" uses restricted volume type         :10:15
              "hostPath"
              mount a named volume instead of /var/run/docker.sock:/var/run/docker.sock

    the image of 1 container was not looked at; --images pull asks their registries
    2 workloads, 1 Dockerfile: 2 denied
    exit 1"
  `);
});

describe('a kustomization', () => {
  const withKubectl = test.skipIf(
    findProgram('kubectl', process.env['PATH'] ?? '') === undefined && process.env['CI'] === undefined,
  );

  withKubectl('is rendered, and points to the file that an object comes from', async () => {
    const screen = await check('kustomize', '-o', 'text', '-o', 'sarif=out.sarif', '-o', 'github=out.txt');
    expect(screen).toMatch(
      /^kustomize\/base\/web\.yaml:7 {2}Pod default\/prod-web\n {2}line \d+ of {2}(?:kubectl kustomize|kustomize build) kustomize\/prod\n {2}denied +hostNamespaces/,
    );
    expect(screen).toMatch(/1 workload: 1 denied\nexit 1$/);
    expect(readFileSync(join(directory, 'out.sarif'), 'utf8')).toContain(
      '"uri":"kustomize/base/web.yaml","uriBaseId":"%SRCROOT%"},"region":{"startLine":7,',
    );
    expect(readFileSync(join(directory, 'out.txt'), 'utf8')).toMatch(
      /^::error file=kustomize\/base\/web\.yaml,line=7,/,
    );
    expect(await check('kustomize/prod/kustomization.yaml')).toContain('Pod default/prod-web');
    expect(await check('kustomize', '--diff-versions', 'v1.18..v1.19')).toContain(
      'kustomize/base/web.yaml:7  Pod default/prod-web: restricted, stays denied',
    );
  });

  withKubectl('that cannot be rendered says why, and hides nothing', async () => {
    const screen = await check('unrendered');
    expect(screen).toContain(
      'unrendered/k/kustomization.yaml:1:13  not rendered: "https://example.test/web.yaml" would be fetched',
    );
    expect(screen).toContain('unrendered/pod.yaml:1  Pod default/beside\n  denied');
    expect(screen).toMatch(
      /1 workload: 1 denied, 1 unreadable\n[^]*1 error, everything else was checked\nexit 2$/,
    );
  });
});

describe('a chart', () => {
  test('is rendered by the helm that is installed', async () => {
    const PATH = `${join(directory, 'bin')}:${process.env['PATH']}`;
    const screen = await checkIn({ PATH }, 'charts');
    expect(screen).toMatch(
      /^charts\/web\/templates\/pod\.yaml {2}Pod default\/release-name\n {2}line 3 of {2}helm template charts\/web /,
    );
    expect(screen).toMatch(/exit 1$/);
  });

  test('without helm is skipped where it was found, and a problem where it was named', async () => {
    const PATH = join(directory, 'nothing');
    mkdirSync(PATH);
    symlinkSync(process.execPath, join(PATH, 'node'));
    const [found, named] = await Promise.all([checkIn({ PATH }, 'charts'), checkIn({ PATH }, 'charts/web')]);
    expect(found).toContain('charts/web  skipped: chart not rendered: helm is not installed');
    expect(found).toMatch(/exit 0$/);
    expect(named).toContain('charts/web  chart not rendered: helm is not installed');
    expect(named).toMatch(/exit 2$/);
  });
});
