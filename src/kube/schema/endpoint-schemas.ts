import type {
  Endpoint,
  EndpointAddress,
  EndpointPort,
  EndpointSlice,
  EndpointSubset,
  Endpoints,
  SlicePort,
} from '../endpoints.ts';
import { objectFields } from './meta-schemas.ts';
import { objectReference } from './reference-schemas.ts';
import type { Schema } from './schema.ts';

const endpointAddress: Schema<EndpointAddress> = {
  'ip!': 'string',
  hostname: 'string',
  nodeName: 'string',
  targetRef: objectReference,
};

const endpointPort: Schema<EndpointPort> = {
  name: 'string',
  'port!': 'int32',
  protocol: 'string',
  appProtocol: 'string',
};

const endpointSubset: Schema<EndpointSubset> = {
  addresses: [endpointAddress],
  notReadyAddresses: [endpointAddress],
  ports: [endpointPort],
};

export const endpoints: Schema<Endpoints> = { ...objectFields, subsets: [endpointSubset] };

const endpoint: Schema<Endpoint> = {
  'addresses!': ['string'],
  conditions: { ready: 'boolean', serving: 'boolean', terminating: 'boolean' },
  hostname: 'string',
  targetRef: objectReference,
  deprecatedTopology: { '*': 'string' },
  nodeName: 'string',
  zone: 'string',
  hints: 'any',
};

const slicePort: Schema<SlicePort> = {
  name: 'string',
  port: 'int32',
  protocol: 'string',
  appProtocol: 'string',
};

export const endpointSlice: Schema<EndpointSlice> = {
  ...objectFields,
  'addressType!': 'string',
  'endpoints!': [endpoint],
  ports: [slicePort],
};
