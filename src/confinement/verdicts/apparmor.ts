import type { FieldPath } from '../../core/field-path.ts';
import { containersOf } from '../containers.ts';
import { perPod } from '../per-pod.ts';
import type { StartRefused, VerdictSubject } from '../verdict.ts';

/**
 * A kubelet does not take a pod that asks for an AppArmor profile onto a node that has none to offer. One container that
 * asks is enough, and so is the pod, whatever its containers say (`security/apparmor/helpers.go`).
 */
export function appArmorVerdict({ input }: VerdictSubject): StartRefused | undefined {
  const { appArmor, assumed } = input.platform;
  if (appArmor || assumed === true) return undefined;
  const path = requiredBy(input.pod, input.platform);
  if (path === undefined) return undefined;
  return {
    ok: false,
    reason: 'AppArmor',
    message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host',
    advice: 'remove appArmorProfile, or let the pod run on a node that has AppArmor',
    path,
  };
}

/** The first field that asks for a profile, the pod's before its containers'. */
const requiredBy = perPod((pod): FieldPath | undefined => {
  const asking = [
    { securityContext: pod.spec.securityContext, path: ['spec'] },
    ...containersOf(pod).map(({ container: { securityContext }, path }) => ({ securityContext, path })),
  ].find(({ securityContext }) => {
    const profile = securityContext?.appArmorProfile;
    return profile !== undefined && profile.type !== 'Unconfined';
  });
  return asking && [...asking.path, 'securityContext', 'appArmorProfile'];
});
