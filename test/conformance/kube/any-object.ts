import * as fc from 'fast-check';
import type { TypedData } from '../../../src/kube/decode-object.ts';
import { lookUpKind } from '../../../src/kube/schema/kinds.ts';
import { type AnySchema, type ScalarSchema, shapeOf } from '../../../src/kube/schema/schema.ts';

/** Words that the rules of some field know, and some that none does. */
const KNOWN_WORDS = `web app a.b Always Never OnFailure IfNotPresent None Default ClusterFirst File HTTP TCP UDP SCTP In
  NotIn Exists Equal NoExecute NoSchedule cpu memory RuntimeDefault Localhost Unconfined Unmasked Bidirectional Enabled
  Directory linux windows SIGTERM Restart CAP_SYS_ADMIN ALL ECDSAP256 RequireDualStack ExternalName ClusterIP ClientIP
  Local metadata.name metadata.labels['a'] limits.cpu requests.hugepages-2Mi v1 /data a/b nginx nginx:1.27 10.0.0.1 ::1
  net.ipv4.ip_forward`;
const WRONG_WORDS = "Bad_Name -x é ../up ..data spec['a'] constructor a--b 1.2.3.256 @ : x@y:z";
const LONG_WORDS = ['', ' padded ', '\ud800', 'x'.repeat(64), 'a'.repeat(254), `a@sha256:${'0'.repeat(64)}`];
const WORDS: readonly string[] = [...KNOWN_WORDS.split(/\s+/), ...WRONG_WORDS.split(' '), ...LONG_WORDS];

const APPARMOR = 'container.apparmor.security.beta.kubernetes.io/web';
const KNOWN_KEYS = `app app.kubernetes.io/name cpu memory hugepages-2Mi nvidia.com/gpu key.conf ${APPARMOR}`;
const HOSTILE_KEYS = '__proto__ constructor toString hasOwnProperty valueOf a/b/c 0 - é';
const KEYS: readonly string[] = `${KNOWN_KEYS} ${HOSTILE_KEYS}`.split(' ').concat('', 'x'.repeat(64));

const QUANTITIES = [
  '500m',
  '1',
  '128Mi',
  '1.5',
  '1e3',
  '-1',
  '0',
  '1n',
  '9E',
  2,
  0.1,
  '2Mi',
  '1.2.3',
  'Mi',
  '',
];
const NUMBERS = [0, 1, -1, 80, 600, 1000, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 53, 1.5, 0o1000];
const TIMES = ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5+01:00', 'yesterday'];

const SCALARS: Readonly<Record<ScalarSchema, fc.Arbitrary<unknown>>> = {
  any: fc.jsonValue({ maxDepth: 2 }),
  boolean: fc.boolean(),
  string: fc.constantFrom(...WORDS),
  base64: fc.constantFrom('', 'YQ==', 'YWI=\n', 'YQ', '!'),
  time: fc.constantFrom(...TIMES),
  int32: fc.constantFrom(...NUMBERS),
  int64: fc.constantFrom(...NUMBERS),
  quantity: fc.constantFrom<unknown>(...QUANTITIES),
  intOrString: fc.constantFrom<unknown>(80, 0, 70_000, 'http', 'a--b', '', '25%'),
};

/** What stands where something else should. */
const stray = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, '', '1', 'true', true, 0, -1, 1e300, [], {}, [null], [[]], {
    a: 1,
  }),
  fc.jsonValue({ maxDepth: 3 }),
);

const known = new Map<AnySchema, fc.Arbitrary<unknown>>();

/** A value after a schema, nearly: now and then a part of it is something else. */
function anyValue(schema: AnySchema): fc.Arbitrary<unknown> {
  let arbitrary = known.get(schema);
  if (arbitrary === undefined) {
    arbitrary = fc.oneof({ weight: 40, arbitrary: right(schema) }, { weight: 1, arbitrary: stray });
    known.set(schema, arbitrary);
  }
  return arbitrary;
}

function right(schema: AnySchema): fc.Arbitrary<unknown> {
  const shape = shapeOf(schema);
  if (shape.kind === 'scalar') return SCALARS[shape.scalar];
  if (shape.kind === 'list') return fc.array(anyValue(shape.element), { maxLength: 3 });
  if (shape.kind === 'map') {
    const entry = fc.tuple(fc.constantFrom(...KEYS), anyValue(shape.element));
    return fc.array(entry, { maxLength: 4 }).map(plainObject);
  }
  const all = [...shape.fields.values()];
  const required = all.filter((it) => it.required);
  const some = fc.subarray(all, { maxLength: Math.min(5, all.length) });
  const most = fc.subarray(required, { minLength: Math.max(0, required.length - 1) });
  return fc.tuple(some, most).chain((chosen) => {
    const own = [...new Set(chosen.flat())].map(({ name, schema: ofField }) =>
      fc.tuple(fc.constant(name), anyValue(ofField)),
    );
    return fc.tuple(fc.tuple(...own), surplus).map((entries) => plainObject(entries.flat()));
  });
}

const strayField = fc.tuple(fc.constantFrom(...KEYS, 'image', 'runAsUser', 'hostPID'), stray);

/** A field that the object does not have, in one object of ten. */
const surplus = fc.oneof(
  { weight: 9, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.tuple(strayField) },
);

/** As a parser makes it: `__proto__` is a key like any other. */
function plainObject(entries: readonly (readonly [string, unknown])[]): object {
  return Object.fromEntries(entries);
}

const KINDS: Readonly<Record<string, string>> = {
  v1: `Pod Pod Pod PodTemplate ReplicationController Service ConfigMap Secret Namespace PersistentVolumeClaim
    PersistentVolume ServiceAccount Node Endpoints`,
  'apps/v1': 'Deployment StatefulSet DaemonSet ReplicaSet',
  'batch/v1': 'Job CronJob',
  'coordination.k8s.io/v1': 'Lease',
  'discovery.k8s.io/v1': 'EndpointSlice',
  'node.k8s.io/v1': 'RuntimeClass',
  'extensions/v1beta1': 'Deployment',
  'example.com/v1': 'Widget Deployment hasOwnProperty constructor __proto__',
};
const TYPES = Object.entries(KINDS).flatMap(([apiVersion, kinds]) =>
  kinds.split(/\s+/).map((kind) => ({ apiVersion, kind })),
);

/** Of kinds that have no schema here, the rest may be anything: a pod is as good as any. */
function schemaOf(apiVersion: string, kind: string): AnySchema {
  const found = lookUpKind(apiVersion, kind);
  return found.found === 'schema' ? found.schema : schemaOf('v1', 'Pod');
}

/** An object that a stranger may have written: of any kind, nearly right, with some surprises. */
export const anyObject: fc.Arbitrary<TypedData> = fc
  .constantFrom(...TYPES)
  .chain((type) => right(schemaOf(type.apiVersion, type.kind)).map((it) => Object.assign({}, it, type)));
