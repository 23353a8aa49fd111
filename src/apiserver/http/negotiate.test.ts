import { expect, test } from 'vitest';
import { negotiate } from './negotiate.ts';

const KUBECTL_GET =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

test.each([
  [undefined, { encoding: 'json', as: 'objects' }],
  ['*/*', { encoding: 'json', as: 'objects' }],
  ['application/json', { encoding: 'json', as: 'objects' }],
  ['application/vnd.kubernetes.protobuf,application/json', { encoding: 'json', as: 'objects' }],
  ['application/yaml', { encoding: 'yaml', as: 'objects' }],
  ['text/html,application/xhtml+xml,*/*;q=0.8', { encoding: 'json', as: 'objects' }],
  [KUBECTL_GET, { encoding: 'json', as: 'Table' }],
  ['application/json; as=Table; v=v1; g=meta.k8s.io', { encoding: 'json', as: 'Table' }],
  ['application/json;as=Table;v=v2;g=meta.k8s.io,application/json', { encoding: 'json', as: 'objects' }],
  [
    'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    { encoding: 'json', as: 'PartialObjectMetadata' },
  ],
])('%s', (accept, wanted) => {
  expect(negotiate(accept)).toEqual(wanted);
});

test.each(['text/html', 'application/cbor', 'application/json;as=Table;v=v9;g=meta.k8s.io', 'x', ';;,'])(
  '%s cannot be served',
  (accept) => {
    expect(() => negotiate(accept)).toThrow('only the following media types are accepted: application/json');
  },
);
