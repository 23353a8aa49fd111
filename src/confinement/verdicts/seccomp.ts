import type { StartRefused, VerdictSubject } from '../verdict.ts';

export function seccompVerdict({ context }: VerdictSubject): StartRefused | undefined {
  const asked = context.seccompProfile;
  if (asked?.value.type !== 'Localhost') return undefined;
  if (asked.value.localhostProfile !== undefined && asked.value.localhostProfile !== '') return undefined;
  return {
    ok: false,
    reason: 'CreateContainerConfigError',
    message: 'localhostProfile must be set if seccompProfile type is Localhost.',
    ...(asked.from.kind === 'manifest' && { path: asked.from.path }),
  };
}
