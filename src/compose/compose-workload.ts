import type { FieldPath } from '../core/field-path.ts';
import type { Finding } from '../core/finding.ts';
import { decodePodTemplate } from '../kube/decode-object.ts';
import { applyDefaults } from '../kube/defaults.ts';
import type { Pod } from '../kube/pod.ts';
import type { LineIndex } from '../manifest/line-index.ts';
import type { ManifestObject, ObjectSource } from '../manifest/manifest-set.ts';
import type { MappingNode } from '../manifest/node.ts';
import type { Workload } from '../manifest/workloads.ts';
import { type ComposeBuild, composeBuild } from './compose-build.ts';
import { composeField, isComposePath } from './compose-field.ts';
import type { ExtendedService } from './extend-services.ts';
import { translateFields } from './fields/service-fields.ts';
import type { NamedUser } from './fields/translate-user.ts';
import { ServiceDraft } from './service-draft.ts';

export const COMPOSE_API_VERSION = 'compose-spec';

/** A service of a Compose file as the pod that is confined alike. Paths of findings are those of the Compose file. */
export interface ComposeWorkload extends Workload {
  readonly kind: 'ComposeService';
  /** How the image is built, where it is. */
  readonly build?: ComposeBuild;
  /** Who it runs as, where that is a name; see `withAccounts`. */
  readonly namedUser?: NamedUser;
  /** From a field of the pod to the one of the Compose file: `services.web.user`; a path of the file stays as it is. */
  readonly composePath: (path: FieldPath) => FieldPath;
  /** Whether the file says anything at that place. */
  readonly isWritten: (path: FieldPath) => boolean;
  /** The text at that place, where there is one. */
  readonly writtenText: (path: FieldPath) => string | undefined;
}

export interface TranslatedService {
  readonly workload: ComposeWorkload;
  readonly draft: ServiceDraft;
}

export interface ComposeProject {
  readonly file: string;
  /** The file's root, for what services refer to by name. */
  readonly root: MappingNode;
  readonly lines: LineIndex;
}

/** The pod that is confined as Docker would confine the service. */
export function composeWorkload(service: ExtendedService, project: ComposeProject): TranslatedService {
  const draft = new ServiceDraft(service);
  const namedUser = translateFields(draft, project.root);
  const build = composeBuild(draft);
  const { file, lines } = project;
  const source: ObjectSource = { file, document: 0, line: lines.positionOf(service.keyOffset).line };
  const { name } = service;
  const annotations = annotationsOf(draft);
  const composePath = (path: FieldPath): FieldPath => composeField(path, name, draft.origins);
  const offsetOf = (path: FieldPath): number => draft.offsetOf(composePath(path).slice(2));
  const locate: Workload['locate'] = (path) => lines.positionOf(offsetOf(path));
  const written: ManifestObject = {
    object: {
      apiVersion: COMPOSE_API_VERSION,
      kind: 'ComposeService',
      metadata: { name, namespace: '', ...(annotations !== undefined && { annotations }) },
    },
    source,
    apiErrors: [],
    locate,
  };
  const rawPod = podOf(draft);
  const findings = [...draft.findings, ...aboutImage(draft, build), ...aboutUser(draft, namedUser)];
  return {
    draft,
    workload: {
      written,
      source,
      apiVersion: COMPOSE_API_VERSION,
      kind: 'ComposeService',
      namespace: '',
      name,
      templatePath: [],
      pod: applyDefaults(rawPod),
      rawPod,
      findings,
      apiErrors: [],
      locate,
      composePath,
      isWritten: (path) => isComposePath(path) && draft.node(path.slice(2)) !== undefined,
      writtenText: (path) => {
        const node = isComposePath(path) ? draft.node(path.slice(2)) : undefined;
        return node?.kind === 'scalar' ? String(node.value) : undefined;
      },
      ...(build !== undefined && { build }),
      ...(namedUser !== undefined && { namedUser }),
    },
  };
}

/** Docker mounts no token and adds no variables of services. */
function podOf({ name, template }: ServiceDraft): Pod {
  const { value } = decodePodTemplate(template, []);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { ...value.spec, automountServiceAccountToken: false, enableServiceLinks: false },
  };
}

/** Where Compose keeps what an object of Kubernetes has as annotations: labels serve as well. */
function annotationsOf(draft: ServiceDraft): Readonly<Record<string, string>> | undefined {
  const pairs = [...draft.pairs(['labels']), ...draft.pairs(['annotations'])];
  if (pairs.length === 0) return undefined;
  for (const { key, at } of pairs) draft.comesFrom(['metadata', 'annotations', key], at);
  return Object.fromEntries(pairs.map(({ key, value = '' }) => [key, value]));
}

function aboutImage(draft: ServiceDraft, build: ComposeBuild | undefined): readonly Finding[] {
  if (draft.node(['image']) !== undefined) return [];
  if (build === undefined) {
    if (draft.node(['provider']) !== undefined) return [];
    const message =
      'has neither image nor build: it is judged by what stands here, and Compose would refuse it alone';
    return [{ severity: 'note', code: 'compose-incomplete', message, path: draft.documentPath([]) }];
  }
  const from = build.dockerfile === undefined ? '' : ` from ${build.dockerfile}`;
  const message = `the image is built${from}: root and no accounts are assumed`;
  const advice = build.dockerfile === undefined ? {} : { advice: `podproof check ${build.dockerfile}` };
  return [
    { severity: 'note', code: 'compose-built', message, path: draft.documentPath(['build']), ...advice },
  ];
}

function aboutUser(draft: ServiceDraft, named: NamedUser | undefined): readonly Finding[] {
  if (named === undefined) return [];
  const { user, group } = named;
  const shown = `${user}${group === undefined ? '' : `:${group}`}`.slice(0, 60);
  const message = `user "${shown}" is a name: Docker looks it up in the image, a pod takes numbers only`;
  const advice = 'write user: "UID:GID" with the numbers that the image has for it';
  return [
    { severity: 'warning', code: 'compose-user-name', message, path: draft.documentPath(['user']), advice },
  ];
}
