import { describe, expect, test } from 'vitest';
import { parseRequestTarget } from './request-info.ts';

const path = (target: string) => parseRequestTarget(target).path;
const core = { type: 'resource', group: '', version: 'v1' };

describe('the path grammar', () => {
  test.each([
    ['/api/v1/pods', { ...core, namespace: '', resource: 'pods', name: '', subresource: '' }],
    ['/api/v1/pods/', { ...core, namespace: '', resource: 'pods', name: '', subresource: '' }],
    ['/api/v1/namespaces/n/pods', { ...core, namespace: 'n', resource: 'pods', name: '', subresource: '' }],
    [
      '/api/v1/namespaces/n/pods/p/log',
      { ...core, namespace: 'n', resource: 'pods', name: 'p', subresource: 'log' },
    ],
    ['/api/v1/namespaces/n', { ...core, namespace: '', resource: 'namespaces', name: 'n', subresource: '' }],
    [
      '/api/v1/namespaces/n/finalize',
      { ...core, namespace: '', resource: 'namespaces', name: 'n', subresource: 'finalize' },
    ],
    [
      '/api/v1/namespaces/n/status/s',
      { ...core, namespace: '', resource: 'namespaces', name: 'n', subresource: 'status/s' },
    ],
    [
      '/api/v1/nodes/system%3Anode',
      { ...core, namespace: '', resource: 'nodes', name: 'system:node', subresource: '' },
    ],
    [
      '/apis/apps/v1/namespaces/n/deployments/d/scale',
      {
        type: 'resource',
        group: 'apps',
        version: 'v1',
        namespace: 'n',
        resource: 'deployments',
        name: 'd',
        subresource: 'scale',
      },
    ],
  ])('%s', (target, wanted) => {
    expect(path(target)).toEqual(wanted);
  });

  test.each(['/', '/api', '/api/v1', '/apis', '/apis/apps', '/apis/apps/v1', '/version', '/healthz/ping'])(
    '%s is a path of the server',
    (target) => {
      expect(path(target)).toEqual({ type: 'other', path: target });
    },
  );

  test('the query is apart, and decoded', () => {
    const { query } = parseRequestTarget('/api/v1/pods?labelSelector=a%2Cb&command=x&command=y');
    expect(query.get('labelSelector')).toBe('a,b');
    expect(query.getAll('command')).toEqual(['x', 'y']);
  });
});

describe('path tricks', () => {
  test.each([
    '/api/v1/namespaces/../pods',
    '/api/v1/namespaces/%2e%2e/secrets',
    '/api/v1/./pods',
    '/api//v1/pods',
    '//api/v1/pods',
    '/api/v1/namespaces//pods',
  ])('%s names nothing', (target) => {
    expect(path(target)).toEqual({ type: 'other', path: target });
  });

  test.each([
    '/api/v1/namespaces/a%2fb/pods',
    '/api/v1/namespaces/a%00/pods',
    '/api/v1/namespaces/a%0a/pods',
    '/api/v1/namespaces/a%252f/pods',
    '/api/v1/namespaces/%ff/pods',
    '/api/v1/namespaces/%/pods',
    'https://elsewhere/api/v1/pods',
    '*',
    '',
    `/${'a'.repeat(70_000)}`,
  ])('%s is refused', (target) => {
    expect(() => path(target)).toThrow('the request path is not understood');
  });
});
