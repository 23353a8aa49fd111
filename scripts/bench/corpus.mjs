// @ts-check
// Generated manifests as repositories have them: no two alike, half of them with something to say about, the same on every run.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const FILES_PER_DIRECTORY = 500;

/** @typedef {'small' | 'large'} Size */

/** @param {string} dir @param {number} count @param {Size} size @returns {string} a directory with one file each */
export function manyFiles(dir, count, size) {
  for (let index = 0; index < count; index += 1) {
    const group = join(dir, `team-${String(Math.floor(index / FILES_PER_DIRECTORY)).padStart(3, '0')}`);
    if (index % FILES_PER_DIRECTORY === 0) mkdirSync(group, { recursive: true });
    writeFileSync(join(group, `web-${String(index).padStart(6, '0')}.yaml`), manifest(index, size));
  }
  return dir;
}

/** @param {string} file @param {number} count @param {Size} size @returns {string} one file with all documents */
export function oneFile(file, count, size) {
  const fd = openSync(file, 'w');
  for (let index = 0; index < count; index += 1) writeSync(fd, `---\n${manifest(index, size)}`);
  closeSync(fd);
  return file;
}

/** @param {number} index @param {Size} size */
function manifest(index, size) {
  const random = randomOf(index);
  return size === 'small' ? pod(index, random) : deployment(index, random);
}

/** A sequence of numbers from 0 to 1 for each document (mulberry32). @param {number} seed @returns {() => number} */
function randomOf(seed) {
  let state = seed + 0x6d2b79f5;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {number} index @param {() => number} random */
function pod(index, random) {
  const lines = [
    'apiVersion: v1',
    'kind: Pod',
    'metadata:',
    `  name: web-${index}`,
    `  namespace: team-${index % 40}`,
    ...(random() < 0.5 ? ['  labels:', `    app: web-${index}`] : []),
    'spec:',
    ...podSecurity(random, '  '),
    '  containers:',
    ...container('web', index, random, '    '),
  ];
  return `${lines.join('\n')}\n`;
}

/** Three containers, volumes, probes, environment: some 150 lines. @param {number} index @param {() => number} random */
function deployment(index, random) {
  const lines = [
    '# The web tier.',
    'apiVersion: apps/v1',
    'kind: Deployment',
    'metadata:',
    `  name: web-${index}`,
    `  namespace: team-${index % 40}`,
    'spec:',
    `  replicas: ${1 + Math.floor(random() * 5)}`,
    '  selector:',
    '    matchLabels:',
    `      app: web-${index}`,
    '  template:',
    '    metadata:',
    '      labels:',
    `        app: web-${index}`,
    '      annotations:',
    '        example.com/description: "the web tier, as everybody: knows it"',
    '    spec:',
    `      serviceAccountName: web-${index % 7}`,
    ...podSecurity(random, '      '),
    '      initContainers:',
    ...container('migrate', index, random, '        '),
    '      containers:',
    ...container('web', index, random, '        '),
    ...surroundings(random, '        '),
    ...container('proxy', index, random, '        '),
    ...surroundings(random, '        '),
    '      volumes:',
    '        - name: tmp',
    '          emptyDir: {}',
    '        - name: settings',
    '          configMap:',
    `            name: web-${index}-settings`,
  ];
  return `${lines.join('\n')}\n`;
}

/** @param {() => number} random @param {string} indent */
function podSecurity(random, indent) {
  const lines = ['securityContext:', '  runAsNonRoot: true', '  seccompProfile:', '    type: RuntimeDefault'];
  return random() < 0.7 ? lines.map((line) => indent + line) : [];
}

/** @param {string} name @param {number} index @param {() => number} random @param {string} indent */
function container(name, index, random, indent) {
  const isHardened = random() < 0.7;
  const lines = [
    `- name: ${name}`,
    `  image: registry.example.com/team-${index % 40}/${name}:1.${index}`,
    ...(random() < 0.5 ? ['  ports:', `    - containerPort: ${8000 + (index % 1000)}`] : []),
    ...(isHardened
      ? [
          '  securityContext:',
          '    allowPrivilegeEscalation: false',
          `    runAsUser: ${1000 + (index % 500)}`,
          '    capabilities:',
          '      drop: ["ALL"]',
        ]
      : []),
  ];
  return lines.map((line) => indent + line);
}

/** @param {() => number} random @param {string} indent */
function surroundings(random, indent) {
  const lines = [
    '  env:',
    ...Array.from({ length: 8 }, (_, at) => [
      `    - name: SETTING_${at}`,
      `      value: "${Math.floor(random() * 1e9)}"`,
    ]).flat(),
    '  resources:',
    '    requests: {cpu: 100m, memory: 128Mi}',
    '    limits:',
    '      memory: 256Mi',
    '  readinessProbe:',
    '    httpGet:',
    '      path: /healthz',
    '      port: 8080',
    '  volumeMounts:',
    '    - name: tmp',
    '      mountPath: /tmp',
    '    - name: settings',
    '      mountPath: /etc/web',
    '      readOnly: true',
  ];
  return lines.map((line) => indent + line);
}
