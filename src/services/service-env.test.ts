import { expect, test } from 'vitest';
import { objectsInMemory } from '../../test/support/objects-in-memory.ts';
import { serviceOf } from '../../test/support/service-objects.ts';
import { watchCatalog } from './service-catalog.ts';
import { serviceEnv } from './service-env.ts';

test('the variables of the services of a namespace and of the API, as the kubelet has them', () => {
  const api = objectsInMemory();
  api.put(
    'Service',
    serviceOf('kubernetes', { clusterIP: '10.160.0.1', ports: [{ name: 'https', port: 443 }] }),
  );
  api.put('Service', serviceOf('headless', { clusterIP: 'None', ports: [{ port: 1 }] }, 'shop'));
  api.put('Service', serviceOf('elsewhere', { clusterIP: '10.160.0.9', ports: [{ port: 1 }] }, 'other'));
  const ports = [
    { port: 80, name: 'http-alt' },
    { port: 53, protocol: 'UDP', name: 'dns' },
  ];
  api.put('Service', serviceOf('2nd-web', { clusterIP: '10.160.0.20', ports }, 'shop'));
  expect(
    Object.fromEntries(
      serviceEnv(
        watchCatalog(api, () => {}),
        'shop',
      ),
    ),
  ).toEqual({
    KUBERNETES_SERVICE_HOST: '10.160.0.1',
    KUBERNETES_SERVICE_PORT: '443',
    KUBERNETES_SERVICE_PORT_HTTPS: '443',
    KUBERNETES_PORT: 'tcp://10.160.0.1:443',
    KUBERNETES_PORT_443_TCP: 'tcp://10.160.0.1:443',
    KUBERNETES_PORT_443_TCP_PROTO: 'tcp',
    KUBERNETES_PORT_443_TCP_PORT: '443',
    KUBERNETES_PORT_443_TCP_ADDR: '10.160.0.1',
    _2ND_WEB_SERVICE_HOST: '10.160.0.20',
    _2ND_WEB_SERVICE_PORT: '80',
    _2ND_WEB_SERVICE_PORT_HTTP_ALT: '80',
    _2ND_WEB_SERVICE_PORT_DNS: '53',
    _2ND_WEB_PORT: 'tcp://10.160.0.20:80',
    _2ND_WEB_PORT_80_TCP: 'tcp://10.160.0.20:80',
    _2ND_WEB_PORT_80_TCP_PROTO: 'tcp',
    _2ND_WEB_PORT_80_TCP_PORT: '80',
    _2ND_WEB_PORT_80_TCP_ADDR: '10.160.0.20',
    _2ND_WEB_PORT_53_UDP: 'udp://10.160.0.20:53',
    _2ND_WEB_PORT_53_UDP_PROTO: 'udp',
    _2ND_WEB_PORT_53_UDP_PORT: '53',
    _2ND_WEB_PORT_53_UDP_ADDR: '10.160.0.20',
  });
});
