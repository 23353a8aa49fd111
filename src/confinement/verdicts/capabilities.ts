import { resolveCapabilities } from '../capabilities.ts';
import { pathOf } from '../findings/subject.ts';
import type { StartRefused, VerdictSubject } from '../verdict.ts';

/** CRI-O refuses a name that it does not know; containerd and runc only lose it, which is a finding. */
export function capabilitiesVerdict({ input, context }: VerdictSubject): StartRefused | undefined {
  if (input.platform.profile !== 'cri-o' || context.privileged.value) return undefined;
  const asked = context.capabilities;
  const { add, drop } = resolveCapabilities(asked?.value, 'cri-o').unknown;
  const [name, verb] = add[0] === undefined ? [drop[0], 'drop'] : [add[0], 'add'];
  if (asked === undefined || name === undefined) return undefined;
  const prefixed = /^cap_/i.test(name) ? name : `CAP_${name.toUpperCase()}`;
  // The second text is from its spec generator, which adds its own.
  const problem =
    verb === 'add'
      ? `unknown capability "${prefixed}" to add`
      : `failed to drop cap ${prefixed} invalid capability: ${prefixed.toUpperCase()}`;
  return {
    ok: false,
    reason: 'CreateContainerError',
    message: problem,
    advice: `remove ${name} from capabilities.${verb}, or write a name that capabilities(7) has`,
    path: [...pathOf(asked.from, { input }, 'capabilities'), verb],
  };
}
