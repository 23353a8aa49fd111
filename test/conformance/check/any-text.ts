import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as fc from 'fast-check';
import { dump } from 'js-yaml';
import type { CheckUnit } from '../../../src/check/check-unit.ts';
import { anyObject } from '../kube/any-object.ts';
import { anyPod } from '../pss/any-pod.ts';

/** A unit with its text at hand. */
export type TextUnit = Exclude<CheckUnit, { readonly kind: 'told' | 'rendered' }> & { readonly text: string };

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

function textsBelow(directory: string, name: RegExp): readonly string[] {
  return readdirSync(join(ROOT, directory), { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path))
    .toSorted()
    .map((path) => readFileSync(join(ROOT, directory, path), 'utf8'));
}

const CONFIG = `apiVersion: podproof.dev/v1
kind: CheckConfig
level: restricted
version: v1.36
profile: cri-o
images: {search: cached, sources: [{name: a, from: "oci:b"}, {name: c, dockerfile: d, buildArgs: {A: "1"}}]}
failOn: denied
templatePath: spec.workload
paths: [deploy, "a/**"]
exclude: ["**/test{a,b}/[!x]*?"]
podSecurity: admission.yaml
baseline: baseline.json
ignoreAnnotations: false
exemptions:
  - {checks: [hostPorts], namespace: "kube-*", kind: Pod, name: "n-*", container: c, path: "a/**", reason: why, expires: 2027-01-31}
`;

const POD_SECURITY = `apiVersion: pod-security.admission.config.k8s.io/v1
kind: PodSecurityConfiguration
defaults: {enforce: baseline, enforce-version: latest, audit: restricted, audit-version: v1.30, warn: privileged, warn-version: v1.0}
exemptions: {usernames: [a], runtimeClasses: [b], namespaces: [kube-system]}
`;

const BASELINE = `{"apiVersion":"podproof.dev/v1","kind":"CheckBaseline","findings":[
  {"fingerprint":"${'0a'.repeat(32)}","rule":"hostPorts","file":"a.yaml","object":"v1 Pod default/a","container":"c","message":"m","count":2}
]}
`;

const MANIFESTS = ['examples', 'samples/manifests'].flatMap((directory) => textsBelow(directory, /\.ya?ml$/));

const COMPOSE = [
  `services:
  web:
    image: nginx:1.27
    user: "1000:1000"
    cap_drop: [ALL]
    cap_add: [NET_BIND_SERVICE]
    read_only: true
    security_opt: ["no-new-privileges:true", seccomp=unconfined, label=disable]
    tmpfs: [/tmp, /run:size=64m]
    ports: ["80:8080/tcp", {target: 443, published: "8443"}]
    volumes: ["./a:/a:ro", data:/data, {type: bind, source: /, target: /host}]
    build: {context: ., dockerfile: Dockerfile, args: {A: b}}
    extends: {service: base}
  base: &base {image: busybox, privileged: true, pid: host, network_mode: host, userns_mode: host}
  more: {<<: *base, devices: ["/dev/a:/dev/b:rwm"], sysctls: {net.core.somaxconn: 1024}, group_add: [0, wheel]}
volumes: {data: {}}
x-other: 1
`,
];

const DOCKERFILES = [
  '# syntax=docker/dockerfile:1\n# escape=`\nARG V=8.0\nFROM mcr.microsoft.com/dotnet/aspnet:${V} AS base\nARG APP_UID=1654\nENV A=${V:-x} B=$A\nUSER $APP_UID\n',
  'FROM golang AS build\nRUN <<EOF\nuseradd -u 10 app\nEOF\nFROM scratch\nCOPY --from=build --chown=1:2 /a /b\nUSER app:app\nHEALTHCHECK CMD ["a"]\nONBUILD USER 0\n',
  'FROM --platform=$BUILDPLATFORM alpine:3 as a\nRUN adduser -D -u 1000 web && \\\n  # so\n  apk add x\nEXPOSE 80/tcp 443\nVOLUME ["/data"]\nENTRYPOINT ["/bin/sh", "-c"]\nUSER web\n',
];

/** What readers trip over. */
const STUMBLES = [
  ['', ' ', '\t', '\n', '\r', '\r\n', '\n\n', '\0', '\u0007', '\u001b[31m', '\u0085', '\u2028'],
  ['\ufeff', '\ud800', '\u202e', '\u{1F600}', '::error::', '##[group]', ']]>', '<!--', '```', '|'],
  ['\\', '"', "'", '`', '$', '${', '$(x)', '---\n', '...\n', '%YAML 1.2\n', '%', '- ', '-', ': ', ':'],
  ['? ', '? - a\n: b\n', '&a ', '*a', '<<: *a\n', '!!str ', '!Ref ', '!!binary aGk=', '| ', '|2-\n'],
  ['>+\n', '# ', '[', ']', '{', '}', ',', '{{ .Values.a }}', '{% if a %}', '~', 'null', '0x1F'],
  ['0o17', '017', '1_000', '1e400', '.inf', '.nan', '-0', '99999999999999999999', 'yes', 'On'],
  ['2026-01-01', '__proto__: {a: 1}\n', 'constructor: 1\n', 'toString', 'apiVersion: v1\n'],
  ['kind: List\n', 'kind: Pod\n', 'items:\n'],
  ['metadata: {annotations: {podproof.dev/ignore: "*: x; runAsNonRoot(a): y; ;:"}}\n', 'spec:\n'],
  ['template:\n', 'containers: [{}]\n', 'securityContext: {runAsUser: 0}\n', 'hostUsers: false\n'],
  ['"\\u0061piVersion": v1\n', 'FROM ', 'USER ', 'USER 0:0\n', 'RUN <<A <<B\n', 'ARG A=$A\n'],
  ['services:\n', 'extends: {service: a}\n', '  '],
].flat();

const stumble = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...STUMBLES) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('x'.repeat(2000), ' '.repeat(600), '['.repeat(600), '- '.repeat(600)),
  },
);

/** A mistake: at a place of a text, with a piece, a length, or another text. Places are fractions: they are in any text. */
interface Mistake {
  readonly kind: 'insert' | 'replace' | 'remove' | 'repeat line' | 'remove line' | 'indent' | 'join';
  readonly at: number;
  readonly other: number;
  readonly piece: string;
  readonly length: number;
}

const mistake: fc.Arbitrary<Mistake> = fc.record({
  kind: fc.constantFrom(
    'insert',
    'insert',
    'replace',
    'remove',
    'repeat line',
    'remove line',
    'indent',
    'join',
  ),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  other: fc.double({ min: 0, max: 1, noNaN: true }),
  piece: stumble,
  length: fc.nat(40),
});

function mistaken(text: string, { kind, at, other, piece, length }: Mistake, donor: string): string {
  const from = Math.floor(at * text.length);
  const lines = text.split('\n');
  const index = Math.floor(at * (lines.length - 1));
  const line = lines[index] ?? '';
  switch (kind) {
    case 'insert':
      return text.slice(0, from) + piece + text.slice(from);
    case 'replace':
      return text.slice(0, from) + piece + text.slice(from + 1);
    case 'remove':
      return text.slice(0, from) + text.slice(from + length);
    case 'repeat line':
      return lines.toSpliced(Math.floor(other * lines.length), 0, line).join('\n');
    case 'remove line':
      return lines.toSpliced(index, 1).join('\n');
    case 'indent':
      return lines.with(index, ' '.repeat(length % 5) + line).join('\n');
    case 'join':
      return text.slice(0, from) + donor.slice(other * donor.length);
  }
}

/** What a person wrote, with mistakes in it. */
function changed(texts: readonly string[]): fc.Arbitrary<string> {
  const text = fc.constantFrom(...texts);
  return fc
    .tuple(text, text, fc.array(mistake, { maxLength: 6 }))
    .map(([start, donor, mistakes]) => mistakes.reduce((it, made) => mistaken(it, made, donor), start));
}

const NAMES = [
  ['web', 'web', 'web', '', 'Web', '-', '__proto__', '::error::x', '##[group]x', 'a\nb', '\u001b[2J'],
  ['\u202ea', '<b>', '`|`', ']]>', '\ud800', 'x'.repeat(300)],
].flat();
const IMAGES = [
  ['root', 'user', 'named', 'gone', 'a:b', '', ' ', 'oci:/etc', '../../etc/passwd', 'a@sha256:00'],
  ['\u001b[2J', 'A/B', 'x'.repeat(3000)],
].flat();
const IGNORES = [
  ['runAsNonRoot: known', '*: all of it', 'privileged(web), capabilities_baseline: a; hostPorts: b'],
  ['nothing: x', 'runAsNonRoot', ':;:;:', 'runAsNonRoot(: x', 'privileged(): ', '\n\n', 'a(b)(c): d'],
  ['x'.repeat(500)],
].flat();
const name = fc.constantFrom(...NAMES);

/** Pods that can be judged, by the things that make pods, with names and images that nobody would choose. */
const workload: fc.Arbitrary<object> = fc
  .record({
    pod: anyPod,
    maker: fc.constantFrom('Pod', 'Pod', 'Deployment', 'CronJob', 'Widget', 'List'),
    names: fc.record({ name, namespace: fc.constantFrom('default', 'shop', '', 'x y') }),
    image: fc.constantFrom(...IMAGES),
    container: name,
    ignore: fc.option(fc.constantFrom(...IGNORES)),
  })
  .map(({ pod, maker, names, image, container, ignore }) => {
    const annotations = {
      ...pod.metadata.annotations,
      ...(ignore !== null && { 'podproof.dev/ignore': ignore }),
    };
    const containers = pod.spec.containers.map((it, at) => ({
      ...it,
      name: at === 0 ? container : it.name,
      image,
    }));
    const template = { metadata: { annotations, labels: { a: 'b' } }, spec: { ...pod.spec, containers } };
    const metadata = { ...names, annotations };
    const selector = { matchLabels: { a: 'b' } };
    const single = { apiVersion: 'v1', kind: 'Pod', metadata, spec: template.spec };
    const job = { template: { ...template, spec: { ...template.spec, restartPolicy: 'Never' } } };
    const makers: Readonly<Record<string, object>> = {
      Pod: single,
      Deployment: { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { selector, template } },
      CronJob: {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        metadata,
        spec: { schedule: '@daily', jobTemplate: { spec: job } },
      },
      Widget: { apiVersion: 'example.com/v1', kind: 'Widget', metadata, spec: { workload: template } },
      List: { apiVersion: 'v1', kind: 'List', items: [single, single] },
    };
    return makers[maker] ?? single;
  });

/** An object as text, in one of the many ways to write it. */
const written: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(anyObject, workload, workload),
    fc.constantFrom('json', 'block', 'flow', 'mixed'),
    fc.nat(6),
  )
  .map(([object, style, flowLevel]) => {
    const plain: unknown = JSON.parse(JSON.stringify(object));
    if (style === 'json') return `${JSON.stringify(plain, undefined, flowLevel)}\n`;
    return dump(plain, { flowLevel: style === 'flow' ? 0 : style === 'mixed' ? flowLevel : -1 });
  });

/** One after the other: each is judged by itself. */
const documents = fc.array(written, { minLength: 1, maxLength: 3 }).map((texts) => texts.join('---\n'));

const mistakenDocuments = fc
  .tuple(documents, fc.array(mistake, { minLength: 1, maxLength: 4 }))
  .map(([text, mistakes]) => mistakes.reduce((it, made) => mistaken(it, made, text), text));

const manifestText = fc.oneof(
  { weight: 4, arbitrary: documents },
  { weight: 4, arbitrary: changed(MANIFESTS) },
  { weight: 2, arbitrary: mistakenDocuments },
  { weight: 1, arbitrary: fc.array(stumble, { maxLength: 40 }).map((it) => it.join('')) },
);

const manifest = fc
  .record({
    kind: fc.constant('manifest' as const),
    file: fc.constantFrom('a.yaml', 'a.json', '-', 'charts/web/templates/a.yml', 'na\nme\u001b[31m.yaml'),
    explicit: fc.boolean(),
    text: manifestText,
  })
  .map((it): TextUnit => it);

const dockerfile = fc
  .record({
    kind: fc.constant('dockerfile' as const),
    file: fc.constantFrom('Dockerfile', 'web/a.Dockerfile'),
    explicit: fc.boolean(),
    text: changed(DOCKERFILES),
  })
  .map((it): TextUnit => it);

const compose = fc
  .record({
    kind: fc.constant('compose' as const),
    file: fc.constantFrom('compose.yaml', 'docker-compose.dev.yml'),
    explicit: fc.boolean(),
    text: changed(COMPOSE),
  })
  .map((it): TextUnit => it);

/** A file of a repository that nobody has looked at. */
export const anyUnit: fc.Arbitrary<TextUnit> = fc.oneof(
  { weight: 8, arbitrary: manifest },
  { weight: 1, arbitrary: dockerfile },
  { weight: 1, arbitrary: compose },
);

/** Configurations of a check, with mistakes in them. */
export const anyConfig: fc.Arbitrary<string> = changed([CONFIG]);
export const anyPodSecurity: fc.Arbitrary<string> = changed([POD_SECURITY]);
export const anyBaseline: fc.Arbitrary<string> = changed([BASELINE]);
