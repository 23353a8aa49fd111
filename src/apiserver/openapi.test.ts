import { describe, expect, test } from 'vitest';
import { KINDS } from './kinds.ts';
import { openApiV3Document } from './openapi.ts';

const core = openApiV3Document(KINDS, '', 'v1');

/** Fields that hardly anybody writes. */
const RARE: ReadonlySet<string> = new Set([
  'hostnameOverride',
  'managedBy',
  'os',
  'overhead',
  'preemptionPolicy',
  'priority',
  'resourceClaims',
  'restartPolicyRules',
  'schedulerName',
  'schedulingGroup',
  'serviceAccount',
  'setHostnameAsFQDN',
]);

interface Described {
  readonly description: string;
  readonly properties: Readonly<Record<string, { readonly description?: string }>>;
}

function isDescribed(schema: unknown): schema is Described {
  return typeof schema === 'object' && schema !== null && 'description' in schema && 'properties' in schema;
}

describe('the document of a group', () => {
  test('says of every kind with PATCH that the server validates fields, and asks for no body', () => {
    expect(core.paths['/api/v1/namespaces/{namespace}/pods/{name}']).toEqual({
      patch: {
        parameters: [expect.objectContaining({ name: 'fieldValidation', in: 'query' })],
        responses: {},
        'x-kubernetes-action': 'patch',
        'x-kubernetes-group-version-kind': { group: '', version: 'v1', kind: 'Pod' },
      },
    });
    expect(core.paths).toHaveProperty(['/api/v1/nodes/{name}']);
    expect(JSON.stringify(core)).not.toContain('requestBody');
  });

  test('has the types by their upstream names, and describes what a security context does', () => {
    const { schemas } = core.components;
    expect(schemas['io.k8s.api.core.v1.Pod']).toMatchObject({
      'x-kubernetes-group-version-kind': [{ group: '', version: 'v1', kind: 'Pod' }],
      properties: { spec: { allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodSpec' }] } },
    });
    expect(schemas['io.k8s.api.core.v1.PodSpec']).toMatchObject({ required: ['containers'] });
    expect(schemas['io.k8s.api.core.v1.SecurityContext']).toMatchObject({
      properties: {
        runAsUser: { type: 'integer', format: 'int64', description: expect.any(String) },
        readOnlyRootFilesystem: { type: 'boolean' },
      },
    });
  });

  test('describes every field that people write most, of every kind that they write', () => {
    const written: readonly (readonly [string, string])[] = [
      ['', 'PodSpec'],
      ['', 'Container'],
      ['', 'Probe'],
      ['', 'VolumeMount'],
      ['', 'ServicePort'],
      ['', 'ConfigMap'],
      ['apps', 'DeploymentStrategy'],
      ['apps', 'RollingUpdateDeployment'],
      ['batch', 'JobSpec'],
    ];
    const bare = written.flatMap(([group, type]) => {
      const { schemas } = openApiV3Document(KINDS, group, 'v1').components;
      const schema: unknown = schemas[`io.k8s.api.${group || 'core'}.v1.${type}`];
      if (!isDescribed(schema)) return [type];
      return Object.entries(schema.properties)
        .filter(([field, property]) => property.description === undefined && !RARE.has(field))
        .map(([field]) => `${type}.${field}`);
    });
    expect(bare).toEqual([]);
  });

  test('refers to nothing that it does not have', () => {
    for (const { group, version } of KINDS) {
      const document = openApiV3Document(KINDS, group, version);
      const text = JSON.stringify(document);
      const names = [...text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name]) => name ?? '');
      expect(names.filter((name) => !Object.hasOwn(document.components.schemas, name))).toEqual([]);
    }
  });

  test('is small, because every apply reads it', () => {
    expect(JSON.stringify(core).length).toBeLessThan(120_000);
  });

  test('of a group of its own names its kinds after the domain', () => {
    const { components } = openApiV3Document(KINDS, 'podproof.dev', 'v1');
    expect(components.schemas).toHaveProperty(['dev.podproof.v1.Proof']);
  });
});
