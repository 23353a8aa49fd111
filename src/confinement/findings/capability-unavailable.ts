import { missingCapabilities } from '../capabilities.ts';
import { type ContainerFound, type FindingSubject, pathOf } from './subject.ts';

/** What a cluster's node would give and this machine cannot. */
export function capabilityUnavailable(subject: FindingSubject): ContainerFound | undefined {
  const { input, context } = subject;
  const missing = missingCapabilities(input, context);
  if (missing.length === 0) return undefined;
  const { privileged, capabilities } = context;
  return {
    severity: 'warning',
    code: 'capability-unavailable',
    message: `this machine does not have ${missing.join(', ')}: the container runs without, a cluster's node would give it`,
    path: privileged.value
      ? pathOf(privileged.from, subject, 'privileged')
      : pathOf(capabilities?.from, subject, 'capabilities'),
  };
}
