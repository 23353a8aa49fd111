import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { KUBECTLS } from '../../support/find-kubectls.ts';
import { sleeper, sleepers } from '../../support/kube-objects.ts';
import { useKubectl } from '../../support/kubectl.ts';
import { canRunKubectl } from '../../support/machine.ts';
import { forwarding } from '../../support/port-forward.ts';
import { startOnTerminal } from '../../support/pty.ts';

/** One command and what a person must see of it. `ID` is the version's own name for its objects. */
interface Step {
  /** Split at spaces; what has spaces in it is given as a list. */
  readonly run: string | readonly string[];
  readonly input?: object | string;
  readonly shows?: string | RegExp;
  /** 0 unless told. */
  readonly exit?: number;
  /** The first version that has it. */
  readonly since?: string;
}

const BUSYBOX = '--image=localhost/busybox:root';

/** What each version is to do with the objects of its own, in this order. */
const MAKING: readonly Step[] = [
  { run: 'apply -f -', input: sleeper('ID', { labels: { app: 'ID' } }), shows: 'pod/ID created\n' },
  { run: 'apply -f -', input: sleeper('ID', { labels: { app: 'ID' } }), shows: 'pod/ID unchanged\n' },
  {
    run: 'apply -f -',
    input: { apiVersion: 'v1', kind: 'List', items: [sleepers('ID', 1)] },
    shows: 'deployment.apps/ID created\n',
  },
  { run: 'diff -f -', input: sleepers('ID', 2), shows: /^\+ +replicas: 2$/m, exit: 1 },
  { run: 'create configmap ID --from-literal=a=b', shows: 'configmap/ID created\n' },
  { run: 'create secret generic ID --from-literal=a=b', shows: 'secret/ID created\n' },
  { run: 'create serviceaccount ID', shows: 'serviceaccount/ID created\n' },
  { run: 'create token ID', shows: /^[\w-]+\.[\w-]+\.[\w-]+$/ },
  { run: 'create namespace ID', shows: 'namespace/ID created\n' },
  { run: 'create service clusterip ID --tcp=80:80', shows: 'service/ID created\n' },
  { run: `create deployment ID-made ${BUSYBOX} --replicas=0`, shows: 'deployment.apps/ID-made created\n' },
  { run: `create job ID ${BUSYBOX} -- echo done`, shows: 'job.batch/ID created\n' },
  { run: 'expose deployment ID --port=80 --name=ID-exposed', shows: 'service/ID-exposed exposed\n' },
  { run: 'wait --for=create pod/ID --timeout=5s', shows: 'pod/ID condition met\n', since: '1.31' },
  { run: 'wait --for=condition=Ready pod/ID --timeout=30s', shows: 'pod/ID condition met\n' },
  { run: 'wait --for=condition=Complete job/ID --timeout=30s', shows: 'job.batch/ID condition met\n' },
  { run: 'rollout status deployment/ID --timeout=30s', shows: 'successfully rolled out' },
];

/** These change nothing: they may run at the same time. */
const READING: readonly Step[] = [
  { run: 'version', shows: 'Server Version: ' },
  { run: 'api-resources -o name', shows: 'proofs.podproof.dev\n' },
  { run: 'cluster-info', shows: 'is running at' },
  { run: 'get pod ID -o wide', shows: /^ID +1\/1 +Running +0 +\S+ +[\d.]+ +podproof/m },
  { run: 'get pod ID -o jsonpath={.metadata.labels.app}', shows: /^ID$/ },
  { run: 'get all -l app=ID', shows: /^deployment.apps\/ID +1\/1/m },
  { run: 'get pods -A -l app=ID --sort-by=.metadata.name', shows: /^versions +ID +1\/1/m },
  { run: 'get pod ID -w --request-timeout=1s', shows: /^ID +1\/1/m },
  { run: 'describe pod ID', shows: /Normal +Started/ },
  { run: 'describe deployment ID', shows: /NewReplicaSet: +ID-\w+ \(1\/1 replicas created\)/ },
  { run: 'describe replicaset -l app=ID', shows: /Pods Status: +1 Running/ },
  { run: 'describe service ID-exposed', shows: /Endpoints: +10\.[\d.]+:80/ },
  { run: 'describe node podproof', shows: /versions +ID / },
  { run: 'describe namespace ID', shows: /Status: +Active/ },
  { run: 'describe events', shows: 'Reporting Component:' },
  { run: 'logs job/ID --timestamps --tail=1 --since=1h', shows: /^\S+Z done\n$/ },
  { run: 'logs -l job-name=ID --all-containers', shows: 'done\n' },
  { run: 'events --for pod/ID', shows: /Normal +Started +Pod\/ID/ },
  { run: 'explain pod.spec.hostUsers', shows: '<boolean>' },
  { run: 'auth can-i delete nodes', shows: 'yes\n' },
  { run: 'auth can-i --list', shows: '*.*' },
  // Before, it asked for the beta of the API.
  { run: 'auth whoami', shows: 'kubernetes-admin', since: '1.28' },
  { run: 'top pods', exit: 1, shows: 'error: Metrics API not available\n' },
  { run: 'rollout history deployment/ID', shows: 'REVISION  CHANGE-CAUSE\n1' },
  { run: 'exec ID -- whoami', shows: 'root\n' },
  { run: ['exec', 'deployment/ID', '--', 'sh', '-c', 'exit 9'], exit: 9 },
  { run: 'exec -i ID -- cat', input: 'typed', shows: /^typed$/ },
];

const CHANGING: readonly Step[] = [
  { run: 'scale deployment ID --replicas=2', shows: 'deployment.apps/ID scaled\n' },
  { run: 'set env deployment/ID A=b', shows: 'deployment.apps/ID env updated\n' },
  { run: 'set image deployment/ID c=localhost/busybox:1654', shows: 'deployment.apps/ID image updated\n' },
  { run: 'rollout status deployment/ID --timeout=30s', shows: 'successfully rolled out' },
  { run: 'rollout history deployment/ID --revision=2', shows: /A:\s+b/ },
  { run: 'rollout undo deployment/ID', shows: 'deployment.apps/ID rolled back\n' },
  { run: 'rollout pause deployment/ID', shows: 'deployment.apps/ID paused\n' },
  { run: 'rollout resume deployment/ID', shows: 'deployment.apps/ID resumed\n' },
  { run: 'rollout restart deployment/ID', shows: 'deployment.apps/ID restarted\n' },
  { run: 'label pod ID seen=yes', shows: 'pod/ID labeled\n' },
  // 1.27 says "annotate".
  { run: 'annotate pod ID seen=yes', shows: 'pod/ID annotate' },
  { run: 'patch configmap ID -p {"data":{"a":"1"}}', shows: 'configmap/ID patched\n' },
  {
    run: 'patch configmap ID --type=json -p [{"op":"add","path":"/data/b","value":"3"}]',
    shows: 'configmap/ID patched\n',
  },
  { run: 'edit configmap ID', shows: 'configmap/ID edited\n' },
  { run: 'get configmap ID -o jsonpath={.data}', shows: '{"a":"1","b":"4"}' },
  {
    run: 'replace -f -',
    input: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ID' }, data: {} },
    shows: 'configmap/ID replaced\n',
  },
  {
    run: 'replace --force -f -',
    input: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ID' } },
    shows: 'configmap/ID replaced\n',
  },
  {
    run: `debug ID ${BUSYBOX} -c ID-strict --profile=restricted -- cat /proc/self/attr/current`,
    exit: 0,
  },
  { run: `debug ID ${BUSYBOX} --copy-to=ID-copy -c helper -- sleep 60`, exit: 0 },
  { run: 'wait --for=condition=Ready pod/ID-copy --timeout=30s', shows: 'condition met' },
  { run: 'cordon podproof', shows: /^node\/podproof (?:already )?cordoned\n$/ },
  { run: 'uncordon podproof', shows: 'node/podproof uncordoned\n' },
];

const REMOVING: readonly Step[] = [
  { run: 'delete pod ID --force --grace-period=0', shows: 'pod "ID" force deleted' },
  { run: 'delete pod ID-copy --now --wait=false', shows: 'pod "ID-copy" deleted' },
  { run: 'delete deployment,job,replicaset,service -l app=ID', shows: 'deployment.apps "ID" deleted' },
  { run: 'delete deployment,job,configmap,secret,serviceaccount --all', shows: 'configmap "ID" deleted' },
  { run: 'delete namespace ID', shows: 'namespace "ID" deleted' },
];

/** The day of one user, with every kubectl that this machine has: each speaks in its own way. */
describe.runIf(canRunKubectl())('every kubectl', () => {
  const kubectl = useKubectl('versions');
  const dir = mkdtempSync(join(tmpdir(), 'pp-versions-'));
  const editor = join(dir, 'editor');
  beforeAll(() =>
    writeFileSync(editor, '#!/bin/sh\nexec sed -i \'s/b: "3"/b: "4"/\' "$1"\n', { mode: 0o755 }),
  );
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  describe.each([...KUBECTLS])('%s', (version, program) => {
    const id = `v${version.replace('.', '-')}`;

    const mine = (text: string): string => text.replaceAll('ID', id);

    async function take({ run, input, shows = '', exit = 0, since }: Step): Promise<void> {
      if (since !== undefined && isBefore(version, since)) return;
      const args = (typeof run === 'string' ? run.split(' ') : run).map(mine);
      const { exitCode, stdout, stderr } = await kubectl.run(args, {
        program,
        env: { KUBE_EDITOR: editor },
        ...(input !== undefined && {
          input: mine(typeof input === 'string' ? input : JSON.stringify(input)),
        }),
      });
      expect({ args, exitCode, stderr, shown: exit === 0 || stdout !== '' ? stdout : stderr }).toEqual({
        args,
        exitCode: exit,
        stderr: expect.any(String),
        shown: shownBy(shows, mine),
      });
    }

    async function takeAll(steps: readonly Step[]): Promise<void> {
      for (const step of steps) await take(step);
    }

    test('makes, reads, changes and removes', async () => {
      await takeAll(MAKING);
      await Promise.all(
        [READING.filter((_, at) => at % 2 === 0), READING.filter((_, at) => at % 2 === 1)].map(takeAll),
      );
      await takeAll(CHANGING);
      await streams();
      await takeAll(REMOVING);
    });

    /** What goes on for a while: files, ports and terminals. */
    async function streams(): Promise<void> {
      const ok = (...args: readonly string[]): Promise<string> => kubectl.ok(args, { program });
      const file = join(dir, id);
      writeFileSync(file, `made for ${version}\n`);
      await ok('cp', file, `${id}:/tmp/file`);
      await ok('cp', `${id}:/tmp/file`, `${file}.back`);
      expect(readFileSync(`${file}.back`, 'utf8')).toBe(`made for ${version}\n`);

      await ok('exec', id, '--', 'sh', '-c', 'echo served > /tmp/page; httpd -p 8000 -h /tmp');
      const page = await forwarding(id, 8000, { ...kubectl, program }, async (port) =>
        (await fetch(`http://127.0.0.1:${port}/page`)).text(),
      );
      expect(page).toBe('served\n');

      for (const interactive of [
        ['exec', '-it', id, '--', 'sh'],
        ['run', `${id}-once`, '--rm', '-it', '--restart=Never', BUSYBOX, '--', 'sh'],
        ['debug', '-it', id, BUSYBOX, '--', 'sh'],
      ]) {
        const terminal = startOnTerminal(program, ['-n', 'versions', ...interactive], kubectl.env);
        await terminal.shows('#');
        terminal.pty.write('echo $((40 + 2)); exit\r');
        await terminal.shows('42');
        expect({ interactive, exitCode: await terminal.exit }).toEqual({ interactive, exitCode: 0 });
      }
    }
  });
});

function isBefore(version: string, other: string): boolean {
  return version.localeCompare(other, 'en', { numeric: true }) < 0;
}

function shownBy(shows: string | RegExp, mine: (text: string) => string): unknown {
  if (typeof shows === 'string') return expect.stringContaining(mine(shows));
  return expect.stringMatching(new RegExp(mine(shows.source), shows.flags));
}
