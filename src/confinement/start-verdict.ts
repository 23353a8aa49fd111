import type { ConfineInput } from './confine-input.ts';
import { type EffectiveContext, effectiveContext } from './effective-context.ts';
import type { StartVerdict, Verdict } from './verdict.ts';
import { appArmorVerdict } from './verdicts/apparmor.ts';
import { capabilitiesVerdict } from './verdicts/capabilities.ts';
import { hostnameVerdict } from './verdicts/hostname.ts';
import { imageUserVerdict } from './verdicts/image-user.ts';
import { nonRootVerdict } from './verdicts/non-root.ts';
import { seccompVerdict } from './verdicts/seccomp.ts';
import { sysctlsVerdict } from './verdicts/sysctls.ts';
import { userNamespaceVerdict } from './verdicts/user-namespace.ts';

/** In the order in which a node comes to them: admission by the kubelet, sandbox, container config, container. */
const verdicts: readonly Verdict[] = Object.freeze([
  sysctlsVerdict,
  appArmorVerdict,
  hostnameVerdict,
  userNamespaceVerdict,
  nonRootVerdict,
  seccompVerdict,
  capabilitiesVerdict,
  imageUserVerdict,
]);

/** What the kubelet and the runtime say before the container's process exists: the first refusal, or none. */
export function startVerdict(
  input: ConfineInput,
  context: EffectiveContext = effectiveContext(input.pod, input.container),
): StartVerdict {
  const subject = { input, context };
  for (const verdict of verdicts) {
    const refused = verdict(subject);
    if (refused !== undefined) return refused;
  }
  return starts;
}

const starts: StartVerdict = Object.freeze({ ok: true });
