import { carriedOut, carriedOutWhere, noted, type Treatments, warned } from '../../core/treatment.ts';
import type { Endpoint, EndpointSlice, Endpoints, SlicePort } from '../../kube/endpoints.ts';
import { type FieldTable, fieldTable, placesIn } from './field-table.ts';
import type { OwnFields } from './own-fields.ts';

const rules = 'src/services/proxy/ruleset.test.ts';
const made = 'src/controllers/endpoints/endpoints.test.ts';
const names = 'src/services/dns/answer-query.test.ts';
const oneZone = 'there is one node and no zone';

const endpointsTreatments: Treatments<OwnFields<Endpoints>> = {
  subsets: warned(
    'traffic and names follow EndpointSlices: write one, labelled kubernetes.io/service-name, for a service without a selector',
    undefined,
    'src/apiserver/kinds/endpoints.test.ts',
  ),
};

const sliceTreatments: Treatments<OwnFields<EndpointSlice>> = {
  addressType: warned(
    'only IPv4 addresses get traffic',
    (type) => type !== 'IPv4',
    rules,
    'src/apiserver/kinds/endpoints.test.ts',
  ),
  endpoints: carriedOut(rules),
  ports: carriedOut(rules),
};

const endpointTreatments: Treatments<Endpoint> = {
  addresses: carriedOut(rules, names),
  conditions: carriedOut(rules, names),
  hostname: carriedOut(names, made),
  targetRef: carriedOut(made),
  deprecatedTopology: noted(oneZone),
  nodeName: carriedOutWhere('told', made),
  zone: noted(oneZone),
  hints: noted(oneZone),
};

const portTreatments: Treatments<SlicePort> = {
  name: carriedOut(rules, names),
  port: carriedOut(rules),
  protocol: carriedOut(rules),
  appProtocol: carriedOutWhere('told; nothing here looks into the traffic', made),
};

export const endpointsFields: readonly FieldTable<Endpoints>[] = [
  // Those that the node itself makes of a selector have their slices as well.
  fieldTable('Endpoints', endpointsTreatments, (object) => (isManaged(object) ? [] : [[object, []]])),
];

export const endpointSliceFields: readonly FieldTable<EndpointSlice>[] = [
  fieldTable('EndpointSlice', sliceTreatments, (object) => [[object, []]]),
  fieldTable('Endpoint', endpointTreatments, ({ endpoints }) => placesIn(endpoints, ['endpoints'])),
  fieldTable('EndpointPort', portTreatments, ({ ports }) => placesIn(ports, ['ports'])),
];

function isManaged({ metadata }: Endpoints): boolean {
  const { labels = {} } = metadata;
  return (
    'endpoints.kubernetes.io/managed-by' in labels || 'endpointslice.kubernetes.io/skip-mirror' in labels
  );
}
