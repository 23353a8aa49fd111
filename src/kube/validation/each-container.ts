import type { Container, PodSpec } from '../pod.ts';
import { type Place, SPEC } from './place.ts';
import { each } from './rules.ts';

/** Visits every container of a pod, in the order in which Kubernetes does. */
export function eachContainer(spec: PodSpec, visit: (container: Container, place: Place) => void): void {
  each(spec.initContainers, SPEC.at('initContainers'), visit);
  each(spec.containers, SPEC.at('containers'), visit);
  each(spec.ephemeralContainers, SPEC.at('ephemeralContainers'), visit);
}
