import protobuf from 'protobufjs/minimal.js';
import { describe, expect, test } from 'vitest';
import { KUBECTL_BODIES, type KubectlBody } from '../../../test/support/kubectl-bodies.ts';
import { decode } from '../../kube/decode.ts';
import { pod } from '../../kube/schema/pod-schemas.ts';
import { ApiError } from '../../kube/status.ts';
import { decodeProtobuf } from './decode-protobuf.ts';

function body(name: KubectlBody): unknown {
  return decodeProtobuf(Buffer.from(KUBECTL_BODIES[name], 'hex')).value;
}

describe('what kubectl sends', () => {
  test('create configmap: texts and bytes', () => {
    expect(body('configMap')).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'x' },
      data: { a: 'b', e: '' },
      binaryData: { bin: 'AP8BAg==' },
    });
  });

  test('create secret: values are base64', () => {
    expect(body('secret')).toMatchObject({ kind: 'Secret', data: { pass: 'd29yZA==' } });
  });

  test('create deployment --replicas=0 keeps the zero, and nothing else that nobody wrote', () => {
    expect(body('deployment')).toEqual({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'web' } },
        template: {
          metadata: { labels: { app: 'web' } },
          spec: { containers: [{ name: 'nginx', image: 'nginx', ports: [{ containerPort: 80 }] }] },
        },
      },
    });
  });

  test('create job', () => {
    expect(body('job')).toMatchObject({
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ command: ['sleep', '1'] }] } } },
    });
  });

  test('create service: a target port is a number', () => {
    expect(body('service')).toMatchObject({
      spec: { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] },
    });
    expect(body('headless')).toMatchObject({ spec: { clusterIP: 'None' } });
  });

  test('create token, auth can-i, auth whoami', () => {
    expect(body('token')).toMatchObject({ spec: { audiences: ['aud'], expirationSeconds: 600 } });
    expect(body('canI')).toMatchObject({
      spec: { resourceAttributes: { namespace: 'x', verb: 'create', resource: 'pods', subresource: 'exec' } },
    });
    expect(body('whoAmI')).toEqual({
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
      metadata: {},
    });
  });

  test('debug --copy-to: a whole pod, which strict decoding accepts', () => {
    const { value, problems } = decode(pod, body('podCopy'));
    expect(problems).toEqual([]);
    expect(value.spec.hostUsers).toBe(false);
    expect(value.spec.securityContext).toMatchObject({ runAsUser: 0, runAsNonRoot: false });
    expect(value.spec.volumes?.[0]).toEqual({ name: 'e', emptyDir: {} });
    expect(value.spec.volumes?.[1]?.emptyDir).toEqual({ medium: 'Memory', sizeLimit: '1Gi' });
    expect(value.spec.volumes?.[2]?.configMap?.items).toEqual([{ key: 'k', path: 'p', mode: 0 }]);
    expect(value.spec.tolerations).toEqual([
      { key: 'x', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 0 },
    ]);
    expect(value.spec.containers[0]).toMatchObject({
      livenessProbe: { httpGet: { path: '/x', port: 'http' }, periodSeconds: 10 },
      readinessProbe: { tcpSocket: { port: 8080 } },
      env: [{ name: 'A' }, { valueFrom: { secretKeyRef: { name: 's', optional: false } } }, { name: 'C' }],
      resources: { limits: { cpu: '500m', memory: '64Mi' } },
    });
  });
});

type Write = (writer: protobuf.Writer) => void;

function message(write: Write): Uint8Array {
  const writer = protobuf.Writer.create();
  write(writer);
  return writer.finish();
}

/** A field that holds bytes, a text or a message. */
function field(writer: protobuf.Writer, number: number, value: Uint8Array | string): void {
  writer.uint32((number << 3) | 2).bytes(Buffer.from(value));
}

function envelope(apiVersion: string, kind: string, raw: Uint8Array): Uint8Array {
  const type = message((it) => {
    field(it, 1, apiVersion);
    field(it, 2, kind);
  });
  const unknown = message((it) => {
    field(it, 1, type);
    field(it, 2, raw);
  });
  return Buffer.concat([Buffer.from('k8s\0'), unknown]);
}

function valueOf(apiVersion: string, kind: string, write: Write): Readonly<Record<string, unknown>> {
  return decodeProtobuf(envelope(apiVersion, kind, message(write))).value;
}

describe('values', () => {
  test('times: RFC 3339, six decimals for a MicroTime, none for zero', () => {
    const micro = message((it) => it.uint32(8).int64(1_735_787_045).uint32(16).int32(120_000_000));
    const lease = valueOf('coordination.k8s.io/v1', 'Lease', (it) => {
      field(
        it,
        1,
        message((meta) => field(meta, 8, micro)),
      );
      field(
        it,
        2,
        message((spec) => field(spec, 4, micro)),
      );
    });
    expect(lease).toMatchObject({
      metadata: { creationTimestamp: '2025-01-02T03:04:05Z' },
      spec: { renewTime: '2025-01-02T03:04:05.120000Z' },
    });
    const noTime = valueOf('v1', 'ServiceAccount', (it) => {
      field(
        it,
        1,
        message((meta) => field(meta, 8, new Uint8Array())),
      );
    });
    expect(noTime['metadata']).toEqual({});
  });

  test('options of a deletion come in the version of any group, and keep a grace period of zero', () => {
    const value = valueOf('apps/v1', 'DeleteOptions', (it) => {
      it.uint32(8).int64(0);
      field(it, 4, 'Background');
    });
    expect(value).toMatchObject({ gracePeriodSeconds: 0, propagationPolicy: 'Background' });
  });

  test('a key called __proto__ is a key', () => {
    const value = valueOf('v1', 'ConfigMap', (it) => {
      field(
        it,
        2,
        message((entry) => {
          field(entry, 1, '__proto__');
          field(entry, 2, 'x');
        }),
      );
    });
    const data = value['data'];
    expect(Object.keys(data ?? {})).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  });

  test('groups of integers may be packed', () => {
    const groups = message((it) => it.int64(1).int64(2));
    const value = valueOf('v1', 'Pod', (it) =>
      field(
        it,
        2,
        message((spec) =>
          field(
            spec,
            14,
            message((context) => field(context, 4, groups)),
          ),
        ),
      ),
    );
    expect(value).toMatchObject({ spec: { securityContext: { supplementalGroups: [1, 2] } } });
  });

  test('a field of a newer client is passed over', () => {
    const value = valueOf('v1', 'Secret', (it) => {
      it.uint32((500 << 3) | 5).fixed32(7);
      field(it, 3, 'Opaque');
    });
    expect(value).toMatchObject({ type: 'Opaque' });
  });
});

describe('hostile bytes are a bad request', () => {
  const whole = Buffer.from(KUBECTL_BODIES.podCopy, 'hex');

  test('every truncation is refused or decoded, and never crashes', () => {
    for (let length = 0; length < whole.length; length += 1) {
      try {
        decodeProtobuf(whole.subarray(0, length));
      } catch (error) {
        expect(error).toBeInstanceOf(ApiError);
      }
    }
  });

  test('every flipped byte is refused or decoded, and never crashes', () => {
    for (let index = 4; index < whole.length; index += 1) {
      for (const flip of [0x01, 0x80, 0xff]) {
        const bytes = Buffer.from(whole);
        bytes[index] = (bytes[index] ?? 0) ^ flip;
        try {
          decodeProtobuf(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ApiError);
        }
      }
    }
  });

  test.each<readonly [string, Uint8Array]>([
    ['nothing', new Uint8Array()],
    ['JSON', Buffer.from('{"kind":"Pod"}')],
    ['a huge length', Buffer.from('6b3873000affffffff0f', 'hex')],
    ['tag 0', Buffer.from('6b38730000', 'hex')],
    ['a kind that is not served', envelope('v1', 'Gizmo', new Uint8Array())],
    ['a kind called like a member of every object', envelope('v1', 'constructor', new Uint8Array())],
    ['a kind in another version', envelope('v1', 'Deployment', new Uint8Array())],
    [
      'a text that is not UTF-8',
      envelope(
        'v1',
        'Secret',
        message((it) => field(it, 3, Buffer.from([0xff, 0xfe]))),
      ),
    ],
    [
      'a number where a text belongs',
      envelope(
        'v1',
        'Secret',
        message((it) => it.uint32(24).uint32(1)),
      ),
    ],
    [
      'a text where a number belongs',
      envelope(
        'v1',
        'Secret',
        message((it) => field(it, 5, 'x')),
      ),
    ],
    [
      'a group',
      envelope(
        'v1',
        'Secret',
        message((it) => it.uint32((500 << 3) | 3)),
      ),
    ],
    [
      'an integer beyond 2^53',
      envelope('apps/v1', 'DeleteOptions', Buffer.from([8, 255, 255, 255, 255, 255, 255, 255, 127])),
    ],
  ])('%s', (_name, bytes) => {
    expect(() => decodeProtobuf(bytes)).toThrow(expect.objectContaining({ reason: 'BadRequest' }));
  });
});
