import type { Container } from '../../kube/pod.ts';
import type { Check, Review, Violation } from '../check.ts';
import { exceptOnWindows } from '../relaxation.ts';
import { ofContainers } from '../restricted-fields.ts';
import { offenders, type ReviewedContainer, securityField } from '../reviewed-pod.ts';
import { containersPhrase } from '../wording.ts';
import {
  addsForbidden,
  capabilitiesBaseline,
  describeAdditions,
  forbiddenAdditions,
} from './capabilities-baseline.ts';

const ALLOWED: ReadonlySet<string> = new Set(['NET_BIND_SERVICE']);

function keepsSome({ securityContext }: Container): boolean {
  return securityContext?.capabilities?.drop?.includes('ALL') !== true;
}

/** Every container drops ALL capabilities and gets back NET_BIND_SERVICE at most. */
const review: Review = (pod) => {
  const bad = offenders(pod, (container) => keepsSome(container) || addsForbidden(container, ALLOWED));
  if (bad.length === 0) return undefined;
  const details: string[] = [];
  const advice: string[] = [];
  const keeping = bad.filter(({ container }) => keepsSome(container));
  if (keeping.length > 0) {
    const who = containersPhrase(keeping);
    details.push(`${who} must set securityContext.capabilities.drop=["ALL"]`);
    advice.push(`write securityContext.capabilities.drop: ["ALL"] in ${who}`);
  }
  const adding = bad.filter(({ container }) => addsForbidden(container, ALLOWED));
  if (adding.length > 0) {
    const additions = describeAdditions(adding, ALLOWED);
    details.push(additions.detail);
    advice.push(additions.advice);
  }
  return {
    reason: 'unrestricted capabilities',
    detail: details.join('; '),
    advice: advice.join('; '),
    fields: bad.flatMap(fieldsOf),
  };
};

function fieldsOf(reviewed: ReviewedContainer): Violation['fields'] {
  const added = forbiddenAdditions(reviewed, ALLOWED);
  return keepsSome(reviewed.container) ? [securityField(reviewed, 'capabilities', 'drop'), ...added] : added;
}

const overrides = [capabilitiesBaseline.id];

export const capabilitiesRestricted: Check = {
  id: 'capabilities_restricted',
  level: 'restricted',
  title: 'Capabilities',
  description: 'Every container drops ALL capabilities and adds none but NET_BIND_SERVICE.',
  restricts: [
    { fields: ofContainers('securityContext.capabilities.drop'), allowed: ['a list with ALL in it'] },
    { fields: ofContainers('securityContext.capabilities.add[*]'), allowed: ['left out', ...ALLOWED] },
  ],
  remedy:
    'Write `securityContext.capabilities.drop: ["ALL"]` in every container, and nothing but `NET_BIND_SERVICE` in `add`.',
  versions: [
    { minimumVersion: 'v1.22', review, overrides },
    {
      minimumVersion: 'v1.25',
      change: 'pods for Windows (spec.os.name) are exempt',
      review: exceptOnWindows(review),
      overrides,
    },
  ],
};
