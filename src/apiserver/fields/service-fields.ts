import {
  carriedOut,
  carriedOutWhere,
  noted,
  refused,
  type Treatments,
  warned,
} from '../../core/treatment.ts';
import type { ClientIPConfig, Service, ServicePort, ServiceSpec } from '../../kube/references.ts';
import { AFFINITY_SECONDS } from '../rules/service-defaults.ts';
import { type FieldTable, fieldTable, placesIn } from './field-table.ts';

const kind = 'src/apiserver/kinds/service.test.ts';
const rules = 'src/services/proxy/ruleset.test.ts';
const traffic = 'test/integration/services.test.ts';
const endpoints = 'src/controllers/endpoints/endpoints.test.ts';
const names = 'src/services/dns/answer-query.test.ts';
const noBalancer = 'there is no load balancer';
const allHere = 'all endpoints are on the one node';

const specTreatments: Treatments<ServiceSpec> = {
  ports: carriedOut(kind, rules, traffic),
  selector: carriedOut(endpoints),
  clusterIP: carriedOut(kind, traffic),
  clusterIPs: carriedOut(kind),
  type: warned(
    'there is no load balancer, and the service is reached at its cluster IP and node ports',
    (type) => type === 'LoadBalancer',
    kind,
    traffic,
  ),
  externalIPs: warned('the service is reached at its cluster IP and node ports', undefined, kind),
  sessionAffinity: carriedOut(rules, traffic),
  sessionAffinityConfig: carriedOut(kind),
  loadBalancerIP: warned(noBalancer),
  loadBalancerSourceRanges: warned(`${noBalancer}, and node ports are open to every address`),
  loadBalancerClass: noted(noBalancer),
  allocateLoadBalancerNodePorts: carriedOut(kind),
  externalName: carriedOut(names),
  externalTrafficPolicy: carriedOutWhere(
    `${allHere}, and clients from outside keep their addresses with both policies`,
    kind,
    rules,
  ),
  internalTrafficPolicy: carriedOutWhere(allHere, kind),
  trafficDistribution: carriedOutWhere(`${allHere}: none is closer than another`, kind),
  healthCheckNodePort: noted('nobody answers there'),
  publishNotReadyAddresses: carriedOut(endpoints),
  ipFamilies: refused('the cluster has IPv4 alone', (families) => families.includes('IPv6'), kind),
  ipFamilyPolicy: refused('the cluster has IPv4 alone', (policy) => policy === 'RequireDualStack', kind),
};

const portTreatments: Treatments<ServicePort> = {
  name: carriedOut(rules, names),
  protocol: carriedOut(rules, traffic),
  appProtocol: carriedOutWhere('told in the endpoints; nothing here looks into the traffic', endpoints),
  port: carriedOut(rules, traffic),
  targetPort: carriedOut(endpoints, traffic),
  nodePort: carriedOut(kind, traffic),
};

const clientIPTreatments: Treatments<ClientIPConfig> = {
  timeoutSeconds: warned(
    'a client keeps its pod until the endpoints change',
    (seconds) => seconds !== AFFINITY_SECONDS,
    kind,
  ),
};

export const serviceFields: readonly FieldTable<Service>[] = [
  fieldTable('ServiceSpec', specTreatments, ({ spec }) => [[spec, ['spec']]]),
  fieldTable('ServicePort', portTreatments, ({ spec }) => placesIn(spec.ports, ['spec', 'ports'])),
  fieldTable('ClientIPConfig', clientIPTreatments, ({ spec }) => [
    [spec.sessionAffinityConfig?.clientIP, ['spec', 'sessionAffinityConfig', 'clientIP']],
  ]),
];
