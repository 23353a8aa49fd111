import type { Descriptions } from './description.ts';

/** Services and what is behind them. */
export const NETWORK: Descriptions = {
  Service: { type: 'One address and name for pods that are found by their labels.' },
  ServiceSpec: {
    type: 'Which pods, by what ports, and who can reach them.',
    fields: {
      selector: 'The labels of the pods. Without it, you write its EndpointSlices yourself.',
      ports: 'What it listens on, and where that leads.',
      type: 'ClusterIP, NodePort, LoadBalancer or ExternalName. Default: ClusterIP.',
      clusterIP: 'Its address; None makes it headless: its name leads to the pods themselves.',
      externalName: 'For ExternalName: the name that its own stands for.',
      publishNotReadyAddresses: 'Whether pods count that are not ready. Default: false.',
      sessionAffinity: 'None, or ClientIP: a client stays with one pod. Default: None.',
      sessionAffinityConfig: 'For how long.',
      externalIPs: 'Further addresses that lead to it.',
      internalTrafficPolicy: 'Cluster or Local. Default: Cluster.',
      externalTrafficPolicy: 'Cluster or Local. Default: Cluster.',
      ipFamilies: 'IPv4.',
      ipFamilyPolicy: 'SingleStack.',
    },
  },
  ServicePort: {
    type: 'A port of a Service.',
    fields: {
      name: 'Needed when there are several.',
      port: 'What it listens on.',
      targetPort: 'Where it leads: a number, or the name of a port of the container. Default: port.',
      protocol: 'TCP, UDP or SCTP. Default: TCP.',
      nodePort: 'For NodePort: a port of the node, 30000 to 32767; without it, one that is free.',
      appProtocol: 'Only told to others.',
    },
  },
  SessionAffinityConfig: {
    type: 'How long a client stays with one pod.',
    fields: { clientIP: 'By its address.' },
  },
  Endpoints: { type: 'The addresses behind a Service. EndpointSlices have taken their place.' },
  EndpointSlice: { type: 'Addresses behind a Service, and which of them are ready.' },
};
