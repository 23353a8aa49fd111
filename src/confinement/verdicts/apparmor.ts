import type { StartRefused, VerdictSubject } from '../verdict.ts';

/** A kubelet does not take a pod that asks for an AppArmor profile onto a node that has none to offer. */
export function appArmorVerdict({ input, context }: VerdictSubject): StartRefused | undefined {
  const asked = context.appArmorProfile;
  const { appArmor, assumed } = input.platform;
  if (asked === undefined || asked.value.type === 'Unconfined' || appArmor || assumed === true)
    return undefined;
  return {
    ok: false,
    reason: 'AppArmor',
    message: 'Cannot enforce AppArmor: AppArmor is not enabled on the host',
    ...(asked.from.kind === 'manifest' && { path: asked.from.path }),
  };
}
