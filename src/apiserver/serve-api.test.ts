import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { createInterface } from 'node:readline';
import { PassThrough, Readable } from 'node:stream';
import { connect, type TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, startTestApi, type TestApi } from '../../test/support/api-server.ts';
import { PodproofError } from '../core/errors.ts';
import { serveApi } from './serve-api.ts';

const NS = '/api/v1/namespaces/default';
const TABLE = { Accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' };

let api: TestApi;
const followed = new PassThrough();
beforeAll(async () => {
  api = await startTestApi({
    readLogs: async (pod, container, options) => {
      if (pod.metadata.name === 'broken') throw new Error('the disk is on fire');
      return options.follow
        ? followed
        : Readable.from([`${pod.metadata.name}/${container} ${JSON.stringify(options)}`]);
    },
    metrics: async () => 'kubelet_running_pods 3\n',
    prove: async (pod) => ({
      apiVersion: 'podproof.dev/v1',
      kind: 'Proof',
      metadata: pod.metadata,
      status: {
        provenAt: '2026-01-01T00:00:00Z',
        containers: [],
        summary: {
          holds: '18/18',
          user: '0',
          hostUser: '0',
          capabilities: '14',
          rootfs: 'writable',
          userNamespace: 'host',
        },
      },
    }),
    drift: async (pod) => ({
      apiVersion: 'podproof.dev/v1',
      kind: 'Drift',
      metadata: { name: pod.metadata.name ?? '' },
      containers: [],
    }),
  });
  await createPod('two', ['a', 'b']);
  await createPod('broken', ['a']);
  await createPod('one', ['only']);
});
afterAll(() => api.close());

async function createPod(name: string, containers: readonly string[]): Promise<void> {
  const spec = { containers: containers.map((it) => ({ name: it, image: 'x' })) };
  const body = { apiVersion: 'v1', kind: 'Pod', metadata: { name, labels: { app: name } }, spec };
  const { code, text } = await api.send('POST', `${NS}/pods`, { body });
  expect([code, text]).toEqual([201, expect.anything()]);
}

const configMap = (name: string, data: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data,
});

function refusal({ code, json }: Answer) {
  return { http: code, code: json?.code, reason: json?.reason, message: json?.message };
}

describe('who asks', () => {
  const ROUTES: readonly (readonly [string, string])[] = [
    ['GET', '/'],
    ['GET', '/api'],
    ['GET', '/apis/apps/v1'],
    ['GET', '/version'],
    ['GET', '/healthz'],
    ['GET', '/metrics'],
    ['GET', '/openapi/v2'],
    ['GET', '/openapi/v3'],
    ['GET', '/nonsense'],
    ['GET', '/%zz'],
    ['GET', `${NS}/pods`],
    ['GET', `${NS}/pods?watch=true`],
    ['GET', `${NS}/secrets/x`],
    ['POST', `${NS}/pods`],
    ['PUT', `${NS}/pods/x`],
    ['PATCH', `${NS}/pods/x`],
    ['DELETE', `${NS}/pods/x`],
    ['DELETE', `${NS}/pods`],
    ['GET', `${NS}/pods/one/log`],
    ['POST', `${NS}/pods/one/eviction`],
    ['POST', `${NS}/serviceaccounts/default/token`],
    ['POST', '/apis/podproof.dev/v1/namespaces/default/proofs/one/refresh'],
    ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews'],
    ['TRACE', '/api'],
  ];
  const UNAUTHORIZED = { http: 401, code: 401, reason: 'Unauthorized', message: 'Unauthorized' };

  test.each(ROUTES)('nobody: %s %s is 401', async (method, path) => {
    expect(refusal(await api.send(method, path, { as: 'nobody' }))).toEqual(UNAUTHORIZED);
  });

  test.each(['x', '', 'a.b.c', '....', 'A'.repeat(20_000)])('a wrong token is 401', async (token) => {
    expect(refusal(await api.send('GET', '/api', { as: { token } }))).toEqual(UNAUTHORIZED);
  });

  test.each(['exec', 'attach', 'portforward'])('nobody: an upgrade to %s is 401', async (subresource) => {
    for (const protocol of ['websocket', 'SPDY/3.1']) {
      const headers = { Connection: 'Upgrade', Upgrade: protocol };
      const answer = await api.send('GET', `${NS}/pods/one/${subresource}?command=sh`, {
        as: 'nobody',
        headers,
      });
      expect(refusal(answer)).toEqual(UNAUTHORIZED);
    }
  });

  test('a certificate of another authority is 401', async () => {
    const stranger = await startTestApi();
    try {
      const { key, certificate } = stranger.credentials.admin;
      const answer = await rawRequest('GET /api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', {
        key,
        cert: certificate,
      });
      expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    } finally {
      await stranger.close();
    }
  });

  test('the administrator’s token is as good as the certificate', async () => {
    expect((await api.send('GET', `${NS}/pods`, { as: { token: api.credentials.token } })).code).toBe(200);
  });

  test('a service account may ask what there is and about itself, and nothing else', async () => {
    const path = `${NS}/serviceaccounts/default/token`;
    const { code, json } = await api.send('POST', path, { body: { kind: 'TokenRequest', spec: {} } });
    expect([code, json.kind]).toEqual([201, 'TokenRequest']);
    const as = { token: String(json.status.token) };
    expect((await api.send('GET', '/apis', { as })).code).toBe(200);
    const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview', metadata: {} };
    const self = await api.send('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      as,
      body: review,
    });
    expect(self.json.status.userInfo).toMatchObject({
      username: 'system:serviceaccount:default:default',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    });
    const denied = async (method: string, target: string) =>
      refusal(await api.send(method, target, { as })).message;
    const user = 'User "system:serviceaccount:default:default"';
    expect(await denied('GET', `${NS}/pods`)).toBe(
      `pods is forbidden: ${user} cannot list resource "pods" in API group "" in the namespace "default"`,
    );
    expect(await denied('GET', `${NS}/pods/one/log`)).toBe(
      `pods "one" is forbidden: ${user} cannot get resource "pods/log" in API group "" in the namespace "default"`,
    );
    expect(await denied('GET', '/apis/apps/v1/deployments')).toBe(
      `deployments.apps is forbidden: ${user} cannot list resource "deployments" in API group "apps" at the cluster scope`,
    );
    expect(await denied('GET', '/metrics')).toBe(`forbidden: ${user} cannot get path "/metrics"`);
    expect(await denied('GET', '/apis/no.such/v1/things')).toContain('cannot list resource "things"');
  });

  test('only the administrator may ask for somebody else', async () => {
    const headers = { 'Impersonate-User': 'jane' };
    expect((await api.send('GET', `${NS}/pods`, { headers })).json.message).toContain(
      'User "jane" cannot list',
    );
    expect(
      (await api.send('GET', `${NS}/pods`, { headers: { 'Impersonate-Group': 'system:masters' } })).code,
    ).toBe(400);
    const { json } = await api.send('POST', `${NS}/serviceaccounts/default/token`, { body: { spec: {} } });
    const as = { token: String(json.status.token) };
    const both = { 'Impersonate-User': 'a', 'Impersonate-Group': 'system:masters' };
    expect((await api.send('GET', '/api', { as, headers: both })).code).toBe(403);
  });

  test('can-i is answered by what decides', async () => {
    const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
    const body = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      metadata: {},
      spec: { resourceAttributes: { verb: 'list', resource: 'pods', namespace: 'default' } },
    };
    expect((await api.send('POST', path, { body })).json.status.allowed).toBe(true);
    const headers = { 'Impersonate-User': 'jane' };
    expect((await api.send('POST', path, { body, headers })).json.status.allowed).toBe(false);
  });
});

describe('objects', () => {
  test('are created, read, changed and deleted, with the codes and answers of upstream', async () => {
    const created = await api.send('POST', `${NS}/configmaps`, { body: configMap('life', { a: 'b' }) });
    expect([created.code, created.json.data]).toEqual([201, { a: 'b' }]);
    const changed = await api.send('PUT', `${NS}/configmaps/life`, { body: configMap('life', { a: 'c' }) });
    expect([changed.code, changed.json.data]).toEqual([200, { a: 'c' }]);
    const patched = await api.send('PATCH', `${NS}/configmaps/life`, {
      body: { data: { d: 'e' } },
      headers: { 'Content-Type': 'application/merge-patch+json' },
    });
    expect([patched.code, patched.json.data]).toEqual([200, { a: 'c', d: 'e' }]);
    const deleted = await api.send('DELETE', `${NS}/configmaps/life`, {
      body: { propagationPolicy: 'Background' },
    });
    expect([deleted.code, deleted.json]).toEqual([
      200,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Success',
        details: { name: 'life', kind: 'configmaps', uid: created.json.metadata.uid },
      },
    ]);
    expect(refusal(await api.send('GET', `${NS}/configmaps/life`))).toEqual({
      http: 404,
      code: 404,
      reason: 'NotFound',
      message: 'configmaps "life" not found',
    });
  });

  test('in YAML, both ways', async () => {
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: yaml}\ndata: {a: "b"}\n';
    const headers = { 'Content-Type': 'application/yaml', Accept: 'application/yaml' };
    const { code, text } = await api.send('POST', `${NS}/configmaps`, { body, headers });
    expect([code, text]).toEqual([201, expect.stringContaining('data:\n  a: b\n')]);
  });

  test('a list is of the kind’s own list kind, and can be a Table or metadata only', async () => {
    const list = await api.send('GET', `${NS}/pods?labelSelector=app%3Done`);
    expect(list.json).toMatchObject({
      kind: 'PodList',
      apiVersion: 'v1',
      items: [{ metadata: { name: 'one' } }],
    });
    const table = await api.send('GET', `${NS}/pods?labelSelector=app%3Done`, { headers: TABLE });
    expect(table.json.columnDefinitions[0]).toMatchObject({
      name: 'Name',
      type: 'string',
      format: 'name',
      priority: 0,
    });
    expect(table.json.rows).toMatchObject([
      {
        cells: expect.arrayContaining(['one', '0/1', 'Pending']),
        object: { kind: 'PartialObjectMetadata', metadata: { labels: { app: 'one' } } },
      },
    ]);
    expect(table.json.rows[0].object.spec).toBeUndefined();
    const whole = await api.send('GET', `${NS}/pods/one?includeObject=Object`, { headers: TABLE });
    expect(whole.json.rows[0].object).toMatchObject({ kind: 'Pod', spec: {} });
    const Accept = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io';
    const partial = await api.send('GET', `${NS}/pods`, { headers: { Accept } });
    expect(partial.json.kind).toBe('PartialObjectMetadataList');
    expect(partial.text).not.toContain('containers');
  });

  test('warnings go along as headers', async () => {
    const body = { ...configMap('warned'), dta: {} };
    const { code, headers } = await api.send('POST', `${NS}/configmaps?fieldValidation=Warn`, { body });
    expect([code, headers['warning']]).toEqual([201, '299 - "unknown field \\"dta\\""']);
  });

  test('a kind that is on its way out says so with every answer', async () => {
    const deprecated = '299 - "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"';
    const read = await api.send('GET', `${NS}/endpoints`);
    expect(read.headers['warning']).toBe(deprecated);
    const body = { metadata: { name: 'old' }, substs: [] };
    const written = await api.send('POST', `${NS}/endpoints?fieldValidation=Warn`, { body });
    expect([written.code, written.headers['warning']]).toEqual([
      201,
      `${deprecated}, 299 - "unknown field \\"substs\\""`,
    ]);
  });

  test('a dry run keeps nothing, and what is no dry run is refused', async () => {
    const dry = await api.send('POST', `${NS}/configmaps?dryRun=All`, { body: configMap('dry') });
    expect(dry.code).toBe(201);
    expect((await api.send('GET', `${NS}/configmaps/dry`)).code).toBe(404);
    const { code, json } = await api.send('POST', `${NS}/configmaps?dryRun=Some`, { body: configMap('dry') });
    expect([code, json.message]).toEqual([
      422,
      'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: "Some": supported values: "All"',
    ]);
  });

  test('an eviction deletes its pod, a scale is read and written, a binding gives a node', async () => {
    await createPod('evicted', ['a']);
    const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: 'evicted' } };
    expect((await api.send('POST', `${NS}/pods/other/eviction`, { body: eviction })).code).toBe(400);
    const { code, json } = await api.send('POST', `${NS}/pods/evicted/eviction`, { body: eviction });
    expect([code, json.status]).toEqual([201, 'Success']);
    expect((await api.send('GET', `${NS}/pods/evicted`)).code).toBe(404);

    const labels = { app: 'web' };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'x' }] } },
    };
    const deployments = '/apis/apps/v1/namespaces/default/deployments';
    const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
    expect((await api.send('POST', deployments, { body })).code).toBe(201);
    const scale = (await api.send('GET', `${deployments}/web/scale`)).json;
    expect(scale).toMatchObject({ kind: 'Scale', apiVersion: 'autoscaling/v1', spec: { replicas: 1 } });
    const scaled = await api.send('PUT', `${deployments}/web/scale`, {
      body: { ...scale, spec: { replicas: 4 } },
    });
    expect([scaled.code, scaled.json.kind, scaled.json.spec.replicas]).toEqual([200, 'Scale', 4]);
    expect((await api.send('GET', `${deployments}/web`)).json.spec.replicas).toBe(4);
  });

  test('a refresh proves the pod now, and drift is read from the node', async () => {
    const path = '/apis/podproof.dev/v1/namespaces/default/proofs/one';
    const proof = await api.send('POST', `${path}/refresh`, { body: {} });
    expect([proof.code, proof.json.status.summary.holds]).toEqual([201, '18/18']);
    expect((await api.send('GET', `${path}/drift`)).json.kind).toBe('Drift');
    expect(
      refusal(await api.send('GET', '/apis/podproof.dev/v1/namespaces/default/proofs/no/drift')),
    ).toMatchObject({
      http: 404,
      message: 'pods "no" not found',
    });
  });

  test('what Pod Security audits can be listed', async () => {
    const metadata = { name: 'audited', labels: { 'pod-security.kubernetes.io/audit': 'restricted' } };
    await api.send('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata } });
    const labels = { app: 'web' };
    const spec = {
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name: 'a', image: 'x' }] } },
    };
    const body = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec };
    expect((await api.send('POST', '/apis/apps/v1/namespaces/audited/deployments', { body })).code).toBe(201);
    const { json } = await api.send('GET', '/apis/podproof.dev/v1/audit');
    expect(json).toMatchObject({
      kind: 'AuditRecordList',
      items: [{ verb: 'create', resource: 'deployments', name: 'web' }],
    });
    const table = await api.send('GET', '/apis/podproof.dev/v1/audit', { headers: TABLE });
    expect(table.json.rows[0].cells.join(' ')).toContain('allowPrivilegeEscalation != false');
  });
});

describe('what cannot be', () => {
  const NOT_FOUND = 'the server could not find the requested resource';
  const NOT_ALLOWED = 'the server does not allow this method on the requested resource';

  test.each([
    ['GET', `${NS}/things`, 404, NOT_FOUND],
    ['GET', '/api/v1/pods/one', 404, NOT_FOUND],
    ['GET', '/api/v1/namespaces/default/nodes', 404, NOT_FOUND],
    ['GET', `${NS}/pods/one/nonsense`, 404, NOT_FOUND],
    ['GET', `${NS}/configmaps/x/scale`, 404, NOT_FOUND],
    ['GET', `${NS}/pods/one/constructor`, 404, NOT_FOUND],
    ['POST', '/api/v1/pods', 405, NOT_ALLOWED],
    ['POST', `${NS}/pods/one`, 405, NOT_ALLOWED],
    ['PUT', `${NS}/pods`, 405, NOT_ALLOWED],
    ['DELETE', '/api/v1/pods', 405, NOT_ALLOWED],
    ['POST', `${NS}/pods/one/log`, 405, NOT_ALLOWED],
    ['GET', `${NS}/pods/one/eviction`, 405, NOT_ALLOWED],
    ['OPTIONS', `${NS}/pods`, 405, NOT_ALLOWED],
    ['PROPFIND', `${NS}/pods`, 405, NOT_ALLOWED],
    ['POST', '/version', 405, NOT_ALLOWED],
    ['GET', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', 405, NOT_ALLOWED],
    ['GET', `${NS}/pods/one/exec`, 400, 'Upgrade request required'],
    ['POST', `${NS}/pods/one/portforward`, 400, 'Upgrade request required'],
    ['GET', `${NS}/pods?limit=x`, 400, 'strconv.ParseInt: parsing "x": invalid syntax'],
  ])('%s %s', async (method, path, code, message) => {
    expect(refusal(await api.send(method, path))).toMatchObject({ http: code, code, message });
  });

  test.each([
    '/nope',
    '/apis/no.such',
    '/apis/no.such/v1/things',
    '/api/v2/pods',
    '/healthz/etcd',
    '/openapi/v3/x',
  ])('%s is no page', async (path) => {
    const { code, text, headers } = await api.send('GET', path);
    expect([code, text, headers['content-type']]).toEqual([
      404,
      '404 page not found\n',
      'text/plain; charset=utf-8',
    ]);
  });

  test.each([
    '/../../etc/passwd',
    '/api/v1/namespaces/..%2f..%2fetc/pods',
    '/api/v1/%2e%2e/%2e%2e/etc/passwd',
    '/%00',
  ])('no path leads out: %s', async (path) => {
    expect([400, 404]).toContain((await api.send('GET', path)).code);
  });

  test('an upgrade of what cannot be upgraded is refused as a whole answer', async () => {
    const headers = { Connection: 'Upgrade', Upgrade: 'websocket' };
    for (const path of [`${NS}/pods`, '/version', `${NS}/pods/one/log`]) {
      expect(refusal(await api.send('GET', path, { headers }))).toMatchObject({
        http: 400,
        reason: 'BadRequest',
      });
    }
    expect(refusal(await api.send('GET', `${NS}/pods/none/exec?command=a`, { headers }))).toMatchObject({
      http: 404,
      message: 'pods "none" not found',
    });
  });

  test('a defect is told as InternalError, and the server goes on', async () => {
    expect(refusal(await api.send('GET', `${NS}/pods/broken/log`))).toMatchObject({
      http: 500,
    });
  });

  test('an answer that nobody can read is refused', async () => {
    const { code, json } = await api.send('GET', `${NS}/pods`, { headers: { Accept: 'text/html' } });
    expect([code, json.reason]).toEqual([406, 'NotAcceptable']);
  });
});

describe('bodies', () => {
  test('over 3 MiB are refused, with and without a length, and the connection goes on', async () => {
    const body = JSON.stringify(configMap('big', { a: 'x'.repeat(3 * 1024 * 1024) }));
    const wanted = {
      http: 413,
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'Request entity too large: limit is 3145728',
    };
    expect(refusal(await api.send('POST', `${NS}/configmaps`, { body }))).toEqual(wanted);

    expect(refusal(await api.send('POST', `${NS}/configmaps`, { body, chunked: true }))).toEqual(wanted);
    expect((await api.send('GET', '/version')).code).toBe(200);
  });

  test.each([
    ['{"a":'.repeat(100_000), 'application/json', 400],
    ['[]', 'application/json', 400],
    ['null', 'application/json', 400],
    ['7', 'application/json', 400],
    ['', 'application/json', 400],
    ['k8s\0nonsense', 'application/vnd.kubernetes.protobuf', 400],
    ['x', 'application/vnd.kubernetes.protobuf', 400],
    ['a', 'text/plain', 415],
    ['a', 'nonsense', 415],
  ])('%.10s as %s is refused', async (body, type, code) => {
    const answer = await api.send('POST', `${NS}/configmaps`, { body, headers: { 'Content-Type': type } });
    expect(refusal(answer)).toMatchObject({ http: code, code });
  });

  test.each([
    ['{', 'application/merge-patch+json', 400],
    ['[{"op":"nope"}]', 'application/json-patch+json', 400],
    ['{}', 'application/apply-patch+yaml', 415],
    ['"x"', 'application/strategic-merge-patch+json', 400],
  ])('patch %s as %s is refused', async (body, type, code) => {
    const answer = await api.send('PATCH', `${NS}/pods/one`, { body, headers: { 'Content-Type': type } });
    expect([400, 415, 422]).toContain(answer.code);
    expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure' });
    expect(answer.code).toBe(code);
  });

  test.each<unknown>([
    { gracePeriodSeconds: 'x' },
    { gracePeriodSeconds: 1.5 },
    { propagationPolicy: 'Sideways' },
    { preconditions: 7 },
    { dryRun: ['x'] },
    'text',
  ])('of a deletion: %j is refused', async (body) => {
    const { code } = await api.send('DELETE', `${NS}/pods/one`, { body });
    expect([400, 422]).toContain(code);
    expect((await api.send('GET', `${NS}/pods/one`)).code).toBe(200);
  });
});

describe('logs', () => {
  test('are passed on as they are', async () => {
    const { code, text, headers } = await api.send('GET', `${NS}/pods/one/log?tailLines=3&timestamps=true`);
    expect([code, headers['content-type']]).toEqual([200, 'text/plain']);
    expect(text).toBe('one/only {"follow":false,"previous":false,"timestamps":true,"tailLines":3}');
  });

  test.each([
    ['two/log', 400, 'a container name must be specified for pod two, choose one of: [a b]'],
    ['two/log?container=c', 400, 'container c is not valid for pod two'],
    ['none/log', 404, 'pods "none" not found'],
    [
      'one/log?tailLines=-1',
      422,
      'PodLogOptions "one" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
    ],
    [
      'one/log?limitBytes=0',
      422,
      'PodLogOptions "one" is invalid: limitBytes: Invalid value: 0: must be greater than 0',
    ],
    ['one/log?tailLines=many', 400, 'strconv.ParseInt: parsing "many": invalid syntax'],
  ])('%s', async (path, code, message) => {
    expect(refusal(await api.send('GET', `${NS}/pods/${path}`))).toMatchObject({ http: code, message });
  });

  test('that are followed come line by line, and end with the container', async () => {
    const response = await api.open('GET', `${NS}/pods/one/log?follow=true`);
    followed.write('first\n');
    expect(String((await once(response, 'data'))[0])).toBe('first\n');
    followed.end();
    await once(response.resume(), 'end');
  });
});

describe('a watch', () => {
  test('begins with what is there, and tells each change at once', async () => {
    await api.send('POST', `${NS}/configmaps`, { body: configMap('seen') });
    const path = `${NS}/configmaps?watch=true&fieldSelector=metadata.name%3Dseen`;
    const events = lines(await api.open('GET', path));
    expect(await next(events)).toMatchObject({
      type: 'ADDED',
      object: { kind: 'ConfigMap', metadata: { name: 'seen' } },
    });
    await api.send('PUT', `${NS}/configmaps/seen`, { body: configMap('seen', { a: 'b' }) });
    expect(await next(events)).toMatchObject({ type: 'MODIFIED', object: { data: { a: 'b' } } });
    await api.send('DELETE', `${NS}/configmaps/seen`);
    expect(await next(events)).toMatchObject({ type: 'DELETED' });
    await events.return?.();
  });

  test('has its headers before there is any event, and ends when its time is over', async () => {
    const path = `${NS}/configmaps?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dnone`;
    const response = await api.open('GET', path);
    expect([response.statusCode, response.headers['content-type']]).toEqual([200, 'application/json']);
    const startedAt = Date.now();
    await once(response.resume(), 'end');
    expect(Date.now() - startedAt).toBeGreaterThan(700);
  });

  test('as Tables names the columns once', async () => {
    const response = await api.open('GET', `${NS}/pods?watch=true`, { headers: TABLE });
    const events = lines(response);
    expect((await next(events)).object).toMatchObject({
      kind: 'Table',
      columnDefinitions: [{ name: 'Name' }, {}, {}, {}, {}, {}, {}, {}, {}],
      rows: [{}],
    });
    expect((await next(events)).object).toMatchObject({ kind: 'Table', columnDefinitions: null, rows: [{}] });
    response.destroy();
  });

  test('from a version that cannot be is refused', async () => {
    expect((await api.send('GET', `${NS}/pods?watch=true&resourceVersion=x`)).code).toBe(400);
    expect((await api.send('GET', `${NS}/pods?watch=true&labelSelector=((`)).code).toBe(400);
    const streamed = await api.send('GET', `${NS}/pods?watch=true&sendInitialEvents=true`);
    expect([streamed.code, streamed.json.message]).toEqual([
      422,
      'ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled',
    ]);
  });

  test('whose client does not read is dropped, and nothing is kept for it', async () => {
    const socket = await openTls();
    socket.write(
      `GET ${NS}/configmaps?watch=true HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.credentials.token}\r\n\r\n`,
    );
    await once(socket, 'readable');
    let isClosed = false;
    socket.pause();
    socket.once('close', () => {
      isClosed = true;
    });
    const data = { a: 'x'.repeat(900_000) };
    for (let index = 0; index < 25; index += 1) {
      await api.send('PUT', `${NS}/configmaps/slow`, {
        body: configMap('slow', { ...data, b: String(index) }),
      });
      await api.send('POST', `${NS}/configmaps`, { body: configMap(`slow-${index}`, data) });
    }
    socket.resume();
    await expect.poll(() => isClosed, { timeout: 5000 }).toBe(true);
    await api.send('DELETE', `${NS}/configmaps`);
  }, 30_000);
});

describe('discovery and documents', () => {
  const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

  test.each([
    [`${AGGREGATED},application/json`, AGGREGATED, 'APIGroupDiscoveryList'],
    [AGGREGATED.replace('v2', 'v2beta1'), AGGREGATED.replace('v2', 'v2beta1'), 'APIGroupDiscoveryList'],
    ['application/json', 'application/json', 'APIGroupList'],
  ])('/apis as %s', async (Accept, contentType, kind) => {
    const { headers, json } = await api.send('GET', '/apis', { headers: { Accept } });
    expect([headers['content-type'], json.kind]).toEqual([contentType, kind]);
  });

  test('a document that the client has is not sent again', async () => {
    const first = await api.send('GET', '/apis');
    const again = await api.send('GET', '/apis', {
      headers: { 'If-None-Match': String(first.headers['etag']) },
    });
    expect([again.code, again.text]).toEqual([304, '']);
  });

  test('the small OpenAPI v2 document is 23 bytes of protobuf', async () => {
    const { headers, text } = await api.send('GET', '/openapi/v2');
    expect(headers['content-type']).toBe('application/com.github.proto-openapi.spec.v2.v1.0+protobuf');
    expect(Buffer.from(text).toString('hex')).toBe('0a03322e30120e0a08706f6470726f6f66120276314200');
  });

  test('OpenAPI v3 documents may be kept by whoever asks by hash', async () => {
    const { json } = await api.send('GET', '/openapi/v3');
    const { serverRelativeURL } = json.paths['apis/apps/v1'];
    const hashed = await api.send('GET', serverRelativeURL);
    expect([hashed.code, hashed.headers['cache-control']]).toEqual([200, 'public, immutable']);
    const stale = await api.send('GET', '/openapi/v3/apis/apps/v1?hash=OLD');
    expect(stale.headers['cache-control']).toBe('no-cache, private');
  });

  test('version, health, metrics and the list of paths', async () => {
    expect((await api.send('GET', '/version')).json).toMatchObject({
      major: '1',
      minor: '32',
      gitVersion: 'v1.32.4',
      goVersion: `Node.js ${process.version}`,
      buildDate: '1970-01-01T00:00:00Z',
    });
    for (const path of ['/healthz', '/livez', '/readyz', '/readyz/ping'])
      expect((await api.send('GET', path)).text).toBe('ok');
    expect((await api.send('GET', '/metrics')).text).toBe('kubelet_running_pods 3\n');
    expect((await api.send('GET', '/')).json.paths).toContain('/apis/apps/v1');
  });
});

describe('the server', () => {
  test('says what to do when the port is taken', async () => {
    const serving = serveApi({ ...api.options, port: api.server.port });
    await expect(serving).rejects.toThrow(PodproofError);
    await expect(serving).rejects.toThrow('another program listens there');
  });

  test('answers what is no HTTP with 400, and too many headers with 431', async () => {
    expect(await rawRequest('nonsense\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(await rawRequest(`GET / HTTP/1.1\r\nA: ${'x'.repeat(100_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  test('talks to nobody without TLS', async () => {
    const socket = connectTcp(api.server.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write('GET /api HTTP/1.1\r\nHost: x\r\n\r\n');
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    expect(Buffer.concat(chunks).toString('latin1')).not.toContain('HTTP/1.1');
  });

  test('ends watches, logs and idle connections at once when it is closed', async () => {
    const ending = await startTestApi({ readLogs: async () => new PassThrough() });
    const metadata = { name: 'p' };
    const body = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: { containers: [{ name: 'a', image: 'x' }] },
    };
    await ending.send('POST', `${NS}/pods`, { body });
    const watch = await ending.open('GET', `${NS}/pods?watch=true`);
    const logs = await ending.open('GET', `${NS}/pods/p/log?follow=true`);
    const ends = [watch, logs].map((it) => once(it.resume(), 'end'));
    const startedAt = Date.now();
    await Promise.all([ending.server.close(), ...ends]);
    expect(Date.now() - startedAt).toBeLessThan(1000);
    await ending.close();
  });
});

async function openTls(
  credentials: { readonly key?: string; readonly cert?: string } = {},
): Promise<TLSSocket> {
  const { port } = api.server;
  const socket = connect({ host: '127.0.0.1', port, ca: api.credentials.authority, ...credentials });
  socket.on('error', () => undefined);
  await once(socket, 'secureConnect');
  return socket;
}

/** Sends bytes as they are and answers all that comes back. */
async function rawRequest(
  bytes: string,
  credentials: { readonly key?: string; readonly cert?: string } = {},
): Promise<string> {
  const socket = await openTls(credentials);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString('utf8');
}

function lines(response: IncomingMessage): AsyncIterator<string> {
  const reader = createInterface({ input: response });
  // The connection of a watch that nobody ended is broken at the end of the tests.
  reader.on('error', () => undefined);
  return reader[Symbol.asyncIterator]();
}

async function next(events: AsyncIterator<string>) {
  return JSON.parse((await events.next()).value ?? 'null');
}
