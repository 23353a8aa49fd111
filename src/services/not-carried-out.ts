import type { EventRecorder, ObjectApi } from '../kube/object-api.ts';
import type { Service } from '../kube/references.ts';

/** The fields of a service that ask for what a node alone does not do, each with what happens instead. */
function notCarriedOut({ spec }: Service): readonly string[] {
  const { externalIPs = [], sessionAffinity, sessionAffinityConfig, type } = spec;
  const timeout = sessionAffinityConfig?.clientIP?.timeoutSeconds;
  return [
    ...(externalIPs.length > 0
      ? ['spec.externalIPs is not carried out: the service is reached at its clusterIP and nodePort']
      : []),
    ...(type === 'LoadBalancer'
      ? [
          'spec.type LoadBalancer gets no address from outside: the service is reached at its clusterIP and nodePort',
        ]
      : []),
    ...(sessionAffinity === 'ClientIP' && timeout !== undefined && timeout !== defaultTimeoutSeconds
      ? [
          'spec.sessionAffinityConfig.clientIP.timeoutSeconds is not carried out: a client keeps its endpoint until the endpoints change',
        ]
      : []),
  ];
}

const defaultTimeoutSeconds = 10_800;

/** Says so with an event at each service, when it comes and when that changes. Returns the way to stop. */
export function warnOfFields(api: Pick<ObjectApi, 'watch'>, recorder: EventRecorder): () => void {
  return api.watch('Service', ({ type, object, previous }) => {
    if (type === 'DELETED') return;
    const before = previous === undefined ? [] : notCarriedOut(previous);
    for (const message of notCarriedOut(object))
      if (!before.includes(message))
        recorder.record({ about: object, type: 'Warning', reason: 'NotCarriedOut', message });
  });
}
