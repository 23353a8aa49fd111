import { describe, expect, test } from 'vitest';
import type { Pod, PodSpec } from '../kube/pod.ts';
import type { NeighbourFiles } from './neighbour-files.ts';
import { isManifestText, type ReadCompose, readCompose } from './read-compose.ts';

const none: NeighbourFiles = { read: () => ({ problem: 'no such file', isMissing: true }) };

function filesOf(files: Readonly<Record<string, string>>): NeighbourFiles {
  return {
    read: (path) => {
      const text = files[path];
      return text === undefined ? { problem: 'no such file', isMissing: true } : { text, path };
    },
  };
}

function read(text: string, files: NeighbourFiles = none): ReadCompose {
  return readCompose('shop/compose.yaml', text, { files });
}

/** The pod of a service `web` with these fields, a line each. */
function podOf(fields: string, more = ''): PodSpec {
  const { workloads, problems } = read(service(fields) + more);
  expect(problems).toEqual([]);
  const pod: Pod | undefined = workloads[0]?.rawPod;
  if (pod === undefined) throw new Error('no service');
  return pod.spec;
}

function service(fields: string): string {
  const lines = fields.split('\n').map((line) => `    ${line}\n`);
  return `services:\n  web:\n    image: nginx\n${lines.join('')}`;
}

describe('a service as a pod', () => {
  test('what Docker does by itself, the pod asks for', () => {
    const { workloads, project } = read('services:\n  web:\n    image: nginx:1\n');
    expect(workloads[0]).toMatchObject({
      source: { file: 'shop/compose.yaml', document: 0, line: 2 },
      apiVersion: 'compose-spec',
      kind: 'ComposeService',
      namespace: '',
      name: 'web',
      rawPod: {
        spec: {
          automountServiceAccountToken: false,
          containers: [
            {
              name: 'web',
              image: 'nginx:1',
              securityContext: { seccompProfile: { type: 'RuntimeDefault' } },
            },
          ],
        },
      },
      findings: [],
    });
    expect(project).toMatchObject({ kind: 'ComposeProject', name: 'shop' });
    expect(project?.findings.map(({ code }) => code)).toEqual(['compose-as-pod']);
  });

  test.each([
    ['user: "1654:1655"', { runAsUser: 1654, runAsGroup: 1655, runAsNonRoot: true }],
    ['user: "1654"', { runAsUser: 1654, runAsNonRoot: true }],
    ['user: root', { runAsUser: 0 }],
    ['user: ":1655"', { runAsUser: 0, runAsGroup: 1655 }],
    ['read_only: true', { readOnlyRootFilesystem: true }],
    ['read_only: "true"', { readOnlyRootFilesystem: true }],
    ['cap_drop: [all]\ncap_add: [cap_net_admin]', { capabilities: { drop: ['ALL'], add: ['NET_ADMIN'] } }],
    ['cap_drop: [KILL, CHOWN]\ncap_add: [KILL]', { capabilities: { drop: ['CHOWN'], add: ['KILL'] } }],
    ['security_opt: ["no-new-privileges:true"]', { allowPrivilegeEscalation: false }],
    ['security_opt: [no-new-privileges]', { allowPrivilegeEscalation: false }],
    ['security_opt: ["seccomp:unconfined"]', { seccompProfile: { type: 'Unconfined' } }],
    ['security_opt: [seccomp=p.json]', { seccompProfile: { type: 'Localhost', localhostProfile: 'p.json' } }],
    ['security_opt: [apparmor=unconfined]', { appArmorProfile: { type: 'Unconfined' } }],
    ['security_opt: [apparmor=web]', { appArmorProfile: { type: 'Localhost', localhostProfile: 'web' } }],
    [
      'security_opt: ["label=type:svirt_t", "label:level:s0"]',
      { seLinuxOptions: { type: 'svirt_t', level: 's0' } },
    ],
    ['security_opt: [label=disable]', { seLinuxOptions: { type: 'spc_t' } }],
    ['security_opt: [systempaths=unconfined]', { procMount: 'Unmasked' }],
  ])('%s', (fields, context) => {
    const [container] = podOf(fields).containers;
    expect(container?.securityContext).toEqual({ seccompProfile: { type: 'RuntimeDefault' }, ...context });
  });

  test('a privileged service is not filtered, whatever else it says', () => {
    const [container] = podOf('privileged: true').containers;
    expect(container?.securityContext).toEqual({ privileged: true });
  });

  test.each([
    ['network_mode: host', { hostNetwork: true }],
    ['pid: host', { hostPID: true }],
    ['ipc: host', { hostIPC: true }],
    ['userns_mode: host', { hostUsers: true }],
    ['runtime: gvisor', { runtimeClassName: 'gvisor' }],
    ['group_add: [27, "1000"]', { securityContext: { supplementalGroups: [27, 1000] } }],
    [
      'sysctls:\n  net.core.somaxconn: 1024',
      { securityContext: { sysctls: [{ name: 'net.core.somaxconn', value: '1024' }] } },
    ],
    ['sysctls: [a.b=c]', { securityContext: { sysctls: [{ name: 'a.b', value: 'c' }] } }],
    ['restart: "no"', { restartPolicy: 'Never' }],
    ['restart: no', { restartPolicy: 'Never' }],
    ['restart: on-failure:3', { restartPolicy: 'OnFailure' }],
    ['stop_grace_period: 1m30s', { terminationGracePeriodSeconds: 90 }],
    ['hostname: shop', { hostname: 'shop' }],
    ['dns: 1.1.1.1\ndns_search: [a.b]', { dnsConfig: { nameservers: ['1.1.1.1'], searches: ['a.b'] } }],
    ['extra_hosts: ["db:10.0.0.1"]', { hostAliases: [{ ip: '10.0.0.1', hostnames: ['db'] }] }],
  ])('%s', (fields, spec) => {
    expect(podOf(fields)).toMatchObject(spec);
  });

  test.each([
    ['entrypoint: ["/bin/app", "$$(HOME)"]', { command: ['/bin/app', '$$(HOME)'] }],
    ['command: sh -c "echo \'a b\'" x', { args: ['sh', '-c', "echo 'a b'", 'x'] }],
    ['working_dir: /app', { workingDir: '/app' }],
    ['environment: [A=b, C]', { env: [{ name: 'A', value: 'b' }] }],
    ['environment:\n  A: 1\n  C:', { env: [{ name: 'A', value: '1' }] }],
    ['pull_policy: always', { imagePullPolicy: 'Always' }],
    ['tty: true\nstdin_open: true', { tty: true, stdin: true }],
    ['mem_limit: 512m\ncpus: 0.5', { resources: { limits: { memory: '512Mi', cpu: '500m' } } }],
    ['mem_reservation: 1.5g', { resources: { requests: { memory: '1610612736' } } }],
    [
      'deploy: {resources: {limits: {memory: 1gb, cpus: "2"}}}',
      { resources: { limits: { memory: '1Gi', cpu: '2000m' } } },
    ],
    ['stop_signal: SIGINT', { lifecycle: { stopSignal: 'SIGINT' } }],
    [
      'healthcheck: {test: [CMD, curl, localhost], interval: 5s}',
      { readinessProbe: { exec: { command: ['curl', 'localhost'] }, periodSeconds: 5 } },
    ],
    ['healthcheck: {test: curl x}', { readinessProbe: { exec: { command: ['/bin/sh', '-c', 'curl x'] } } }],
    [
      'ports: ["8080:80", "127.0.0.1:53:53/udp"]',
      {
        ports: [
          { containerPort: 80, protocol: 'TCP' },
          { containerPort: 53, protocol: 'UDP' },
        ],
      },
    ],
    [
      'ports: [{target: 80, published: "8080", mode: host}]',
      { ports: [{ containerPort: 80, hostPort: 8080 }] },
    ],
    ['expose: [9000]', { ports: [{ containerPort: 9000 }] }],
  ])('%s', (fields, container) => {
    expect(podOf(fields).containers[0]).toMatchObject(container);
  });

  test('published ports take none of the node', () => {
    expect(podOf('ports: ["8080:80"]').containers[0]?.ports?.[0]).not.toHaveProperty('hostPort');
  });

  test.each([
    ['./data:/data:ro', { hostPath: { path: './data' } }, { mountPath: '/data', readOnly: true }],
    [
      '/run/x:/x:rshared',
      { hostPath: { path: '/run/x' } },
      { mountPath: '/x', mountPropagation: 'Bidirectional' },
    ],
    ['C:\\data:/data', { hostPath: { path: 'C:\\data' } }, { mountPath: '/data' }],
    ['cache:/cache', { persistentVolumeClaim: { claimName: 'cache' } }, { mountPath: '/cache' }],
    ['/scratch', { emptyDir: {} }, { mountPath: '/scratch' }],
    ['bound:/b', { hostPath: { path: '/srv' } }, { mountPath: '/b' }],
    [
      '{type: bind, source: /etc, target: /e, read_only: true}',
      { hostPath: { path: '/etc' } },
      { mountPath: '/e', readOnly: true },
    ],
    [
      '{type: tmpfs, target: /t, tmpfs: {size: 64m}}',
      { emptyDir: { medium: 'Memory', sizeLimit: '64Mi' } },
      { mountPath: '/t' },
    ],
    [
      '{type: volume, source: cache, target: /c, volume: {subpath: a}}',
      { persistentVolumeClaim: { claimName: 'cache' } },
      { mountPath: '/c', subPath: 'a' },
    ],
    ['{type: image, source: tools, target: /i}', { image: { reference: 'tools' } }, { mountPath: '/i' }],
  ])('the volume %s', (volume, source, mount) => {
    const top = 'volumes:\n  cache:\n  bound: {driver_opts: {type: none, o: bind, device: /srv}}\n';
    const { volumes, containers } = podOf(`volumes:\n- ${volume}`, top);
    const name = volumes?.[0]?.name;
    expect(volumes).toEqual([{ name, ...source }]);
    expect(containers[0]?.volumeMounts).toEqual([{ name, ...mount }]);
  });

  test('tmpfs, shm_size, secrets, configs and the API socket are volumes too', () => {
    const spec = podOf(
      'tmpfs: /run:size=1m\nshm_size: 64m\nsecrets: [key]\nconfigs: [{source: app, target: /etc/app}]\nuse_api_socket: true',
    );
    expect(spec.containers[0]?.volumeMounts).toMatchObject([
      { name: 'run', mountPath: '/run' },
      { name: 'shm', mountPath: '/dev/shm' },
      { name: 'key', mountPath: '/run/secrets/key', readOnly: true },
      { name: 'app', mountPath: '/etc/app' },
      { name: 'var-run-docker-sock', mountPath: '/var/run/docker.sock' },
    ]);
    expect(spec.volumes?.at(-1)).toMatchObject({ hostPath: { path: '/var/run/docker.sock' } });
  });

  test('volumes that are named alike stay apart', () => {
    const { volumes } = podOf('volumes: ["./a:/a", "./a:/b", "/a:/c"]');
    expect(new Set(volumes?.map(({ name }) => name)).size).toBe(3);
  });
});

describe('what a pod cannot say is told', () => {
  test.each([
    ['user: app', 'compose-user-name', 'services.web.user'],
    ['user: "1000:app"', 'compose-user-name', 'services.web.user'],
    ['group_add: [docker]', 'compose-group-name', 'services.web.group_add.0'],
    ['devices: ["/dev/kvm:/dev/kvm"]', 'compose-device', 'services.web.devices.0'],
    ['gpus: all', 'compose-device', 'services.web.gpus'],
    ['network_mode: service:db', 'compose-shared-namespace', 'services.web.network_mode'],
    ['uts: host', 'compose-no-counterpart', 'services.web.uts'],
    ['cgroup: host', 'compose-no-counterpart', 'services.web.cgroup'],
    ['volumes_from: [db]', 'compose-no-counterpart', 'services.web.volumes_from.0'],
    ['security_opt: [writable-cgroups=true]', 'compose-security-opt', 'services.web.security_opt.0'],
    [
      'privileged: true\nsecurity_opt: [no-new-privileges]',
      'compose-security-opt',
      'services.web.security_opt.0',
    ],
    ['privileged: true\ncap_drop: [ALL]', 'compose-capabilities-ignored', 'services.web.cap_drop'],
    ['post_start: [{command: x, privileged: true}]', 'compose-hook', 'services.web.post_start.0.privileged'],
  ])('%s', (fields, code, path) => {
    const { workloads, problems } = read(service(fields));
    expect(problems).toEqual([]);
    expect(workloads[0]?.findings.map((it) => [it.code, it.path.join('.')])).toEqual([[code, path]]);
  });

  test('every other field is named in one note', () => {
    const { project } = read(service('ulimits: {nofile: 1}\ninit: true\ndepends_on: [db]\nx-own: 1'));
    expect(project?.findings.at(-1)).toMatchObject({
      severity: 'note',
      message: 'not judged: a pod has no field for init, ulimits; without bearing on confinement: depends_on',
    });
  });

  test('an image that is built is nowhere looked for, and its Dockerfile is named', () => {
    const { workloads } = read('services:\n  web:\n    build: {context: ./web, target: prod, args: [A=b]}\n');
    expect(workloads[0]).toMatchObject({
      build: { dockerfile: 'web/Dockerfile', target: 'prod', buildArgs: { A: 'b' } },
      findings: [{ code: 'compose-built', advice: 'podproof check web/Dockerfile' }],
    });
    expect(workloads[0]?.rawPod.spec.containers[0]).not.toHaveProperty('image');
  });

  test.each(['https://host/repo.git#main', 'git@host:a/b', '/abs'])(
    'a build of %s has no Dockerfile here',
    (context) => {
      const { workloads } = read(`services:\n  web:\n    build: ${context}\n`);
      expect(workloads[0]?.build).toEqual({ buildArgs: {} });
    },
  );
});

describe('what is wrong has its place', () => {
  test.each([
    ['services: [a]', '1:11 services must be a mapping from names to services'],
    ['version: "3"', '1:1 a Compose file has services, and there are none'],
    ['services:\n  web: nginx', '2:3 services.web must be a mapping'],
    ['web:\n  image: a\nservices: {}', '1:1 web is no field of a Compose file'],
    ['', '1:1 the file is empty'],
    ['- a', '1:1 a Compose file is a mapping with services'],
    ['services: {', '1:12 '],
  ])('%j', (text, expected) => {
    const { problems } = read(text);
    const [problem] = problems;
    expect(`${problem?.line}:${problem?.column} ${problem?.message}`).toContain(expected);
  });

  test.each([
    ['cap-drop: [ALL]', '4:5 services.web.cap-drop is no field of a Compose file'],
    ['cap_drop: ALL', '4:5 services.web.cap_drop must be a list, not "ALL"'],
    ['cap_drop: [[ALL]]', '4:16 services.web.cap_drop[0] must be a text, not a list'],
    ['privileged: perhaps', '4:5 services.web.privileged must be true or false, not "perhaps"'],
    ['user: 1000', '4:5 services.web.user must be a text'],
    ['user: "a:b:c"', '4:5 services.web.user cannot be "a:b:c"'],
    ['user: "9999999999"', '4:5 services.web.user cannot be "9999999999"'],
    ['volumes: [{type: nfs, target: /a}]', '4:16 services.web.volumes[0].type cannot be "nfs"'],
    ['ports: [http]', '4:13 services.web.ports[0] cannot be "http"'],
    ['mem_limit: lots', '4:5 services.web.mem_limit cannot be "lots"'],
    ['cpus: many', '4:5 services.web.cpus cannot be "many"'],
    ['stop_grace_period: soon', '4:5 services.web.stop_grace_period cannot be "soon"'],
    ['command: echo "a', '4:5 services.web.command has a quote that is not closed'],
    ['user: $1', '4:11 invalid interpolation format in "$1"'],
    ['extends: {file: x.yml}', '4:5 services.web.extends names no service'],
    ['extends: db', '4:5 services.web extends "db", and there is no such service'],
    ['extends: web', '4:5 services.web extends "web", which extends it in turn'],
    ['extends: {service: a, file: x.yml}', '4:5 cannot read "x.yml" to extend a service: no such file'],
  ])('%s', (fields, expected) => {
    const { problems, workloads } = read(service(fields));
    expect(problems.map((it) => `${it.line}:${it.column} ${it.message}`)).toEqual([
      expect.stringContaining(expected),
    ]);
    expect(workloads).toHaveLength(1);
  });
});

test('an object of Kubernetes is told apart, whatever its file is called', () => {
  expect(isManifestText('# a\napiVersion: v1\nkind: Pod\n')).toBe(true);
  expect(isManifestText('services:\n  web:\n    labels: {x: y}\n    x-a:\n      apiVersion: v1\n')).toBe(
    false,
  );
});

describe('one value out of several places', () => {
  test('anchors and merge keys keep the place where a value was written', () => {
    const text = `x-safe: &safe
  user: "1000:1000"
services:
  web:
    <<: *safe
    image: nginx
`;
    const [web] = read(text).workloads;
    expect(web?.rawPod.spec.containers[0]?.securityContext?.runAsUser).toBe(1000);
    expect(web?.locate(['spec', 'containers', 0, 'securityContext', 'runAsUser'])).toEqual({
      line: 2,
      column: 3,
    });
  });

  test('a service on top of one of the same file: lists are joined, texts replaced', () => {
    const text = `services:
  base:
    image: a
    user: "1000"
    command: [x]
    cap_drop: [ALL]
    volumes: ["one:/data", "two:/other"]
    environment: {A: b}
  web:
    extends: {service: base}
    image: b
    command: [z]
    cap_drop: [KILL]
    volumes: ["./here:/data"]
    environment: [C=d]
`;
    const web = read(text).workloads[1];
    expect(web?.rawPod.spec.containers[0]).toMatchObject({
      image: 'b',
      args: ['z'],
      securityContext: { runAsUser: 1000, capabilities: { drop: ['ALL', 'KILL'] } },
      env: [{ name: 'A' }, { name: 'C' }],
    });
    expect(web?.rawPod.spec.volumes).toMatchObject([
      { persistentVolumeClaim: { claimName: 'two' } },
      { hostPath: { path: './here' } },
    ]);
    expect(web?.locate(['spec', 'containers', 0, 'securityContext', 'runAsUser']).line).toBe(4);
  });

  test('a service of another file stands where it is extended', () => {
    const files = filesOf({ 'common/base.yml': 'services:\n  base:\n    privileged: true\n' });
    const text = 'services:\n  web:\n    extends:\n      file: common/base.yml\n      service: base\n';
    const [web] = read(text, files).workloads;
    expect(web?.rawPod.spec.containers[0]?.securityContext?.privileged).toBe(true);
    expect(web?.locate(['spec', 'containers', 0, 'securityContext', 'privileged'])).toEqual({
      line: 3,
      column: 5,
    });
  });

  test('a mistake in another file is told where it is extended', () => {
    const files = filesOf({ 'base.yml': 'services: {' });
    const text = 'services:\n  web: {image: a, extends: {file: base.yml, service: base}}\n';
    expect(read(text, files).problems).toMatchObject([
      { line: 2, message: expect.stringContaining('"base.yml" cannot be read to extend a service: 1:12') },
    ]);
  });

  test('!reset takes away what is extended, !override replaces it', () => {
    const text = `services:
  base:
    image: a
    privileged: true
    cap_add: [NET_ADMIN]
  web:
    extends: base
    privileged: !reset null
    cap_add: !override [KILL]
`;
    const { workloads, problems } = read(text);
    expect(problems).toEqual([]);
    expect(workloads[1]?.rawPod.spec.containers[0]?.securityContext).toMatchObject({
      capabilities: { add: ['KILL'] },
    });
    expect(workloads[1]?.rawPod.spec.containers[0]?.securityContext).not.toHaveProperty('privileged');
  });

  test('variables come from .env and from defaults; the environment of the process is not read', () => {
    process.env['HOME_OF_TEST'] = 'secret';
    const files = filesOf({ '.env': 'USER_ID=1001\n' });
    const { workloads, project } = read(
      service('user: "${USER_ID}:${GROUP:-1002}"\ncommand: $HOME_OF_TEST'),
      files,
    );
    delete process.env['HOME_OF_TEST'];
    expect(workloads[0]?.rawPod.spec.containers[0]).toMatchObject({
      securityContext: { runAsUser: 1001, runAsGroup: 1002 },
    });
    expect(workloads[0]?.rawPod.spec.containers[0]).not.toHaveProperty('args');
    expect(project?.findings.at(-1)).toMatchObject({
      code: 'compose-variable-unset',
      message: 'variable without a value, read as empty: HOME_OF_TEST',
      line: 5,
    });
  });

  test('annotations and labels are those of the service, so that findings can be accepted there', () => {
    const [web] = read(service('labels: ["podproof.dev/ignore=runAsNonRoot"]')).workloads;
    expect(web?.written.object.metadata.annotations).toEqual({ 'podproof.dev/ignore': 'runAsNonRoot' });
    expect(web?.rawPod.metadata).toEqual({ name: 'web' });
    expect(web?.locate(['metadata', 'annotations', 'podproof.dev/ignore'])).toEqual({ line: 4, column: 14 });
  });
});

describe('hostile files', () => {
  test('names of JavaScript are names like others', () => {
    const text =
      'services:\n  __proto__: {image: a, constructor: 1}\n  toString: {image: b, environment: {__proto__: x}}\n';
    const { workloads, problems } = read(text);
    expect(workloads.map(({ name }) => name)).toEqual(['__proto__', 'toString']);
    expect(problems.map(({ message }) => message)).toEqual([
      'services.__proto__.constructor is no field of a Compose file',
    ]);
    expect(workloads[1]?.rawPod.spec.containers[0]?.env).toEqual([{ name: '__proto__', value: 'x' }]);
  });
});
