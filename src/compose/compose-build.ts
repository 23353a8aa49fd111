import { join, normalize } from 'node:path';
import type { ServiceDraft } from './service-draft.ts';

/** How Compose builds the image of a service. */
export interface ComposeBuild {
  /**
   * The Dockerfile, relative to the Compose file's directory. Undefined where it is written in the Compose file itself,
   * or comes from elsewhere. It may lie outside of the repository: whoever reads it has to look.
   */
  readonly dockerfile?: string;
  readonly inline?: string;
  readonly target?: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** Undefined for a service whose image is not built. */
export function composeBuild(draft: ServiceDraft): ComposeBuild | undefined {
  const node = draft.node(['build']);
  if (node === undefined) return undefined;
  const isShort = node.kind === 'scalar';
  const context = (isShort ? draft.text('build') : draft.text('build', 'context')) ?? '.';
  if (isShort) return { ...dockerfileIn(context, undefined), buildArgs: {} };
  const inline = draft.text('build', 'dockerfile_inline');
  const target = draft.text('build', 'target');
  const args = draft.pairs(['build', 'args']).map(({ key, value = '' }) => [key, value] as const);
  return {
    ...(inline === undefined ? dockerfileIn(context, draft.text('build', 'dockerfile')) : { inline }),
    ...(target !== undefined && target !== '' && { target }),
    buildArgs: Object.fromEntries(args),
  };
}

/** `https://...`, `git@host:...`, `github.com/...#branch`: another repository. */
const REMOTE = /^[a-z][a-z0-9+.-]*:\/\/|^git@|^github\.com\/|\.git(?:#|$)/i;

function dockerfileIn(context: string, dockerfile = 'Dockerfile'): Pick<ComposeBuild, 'dockerfile'> {
  if (REMOTE.test(context) || context.startsWith('/') || dockerfile.startsWith('/')) return {};
  return { dockerfile: normalize(join(context, dockerfile)) };
}
