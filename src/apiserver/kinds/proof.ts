import type { Proof } from '../../kube/proof.ts';
import { proof as schema } from '../../kube/schema/proof-schemas.ts';
import { defineKind } from '../define-kind.ts';
import { ageColumn, column, nameColumn } from '../printing/columns.ts';
import type { ResourceKind } from '../resource-kind.ts';

const GROUP = 'podproof.dev';

/** What the kernel says of each pod. The node writes it; nobody else can, or it would prove nothing. */
export const proof: ResourceKind<Proof> = defineKind<Proof>({
  group: GROUP,
  kind: 'Proof',
  verbs: ['get', 'list', 'watch'],
  schema,
  fields: [],
  prepareCreate: (object) => object,
  columns: [
    nameColumn(),
    column('Holds', 'Facts that hold, of all that were asked.', ({ status }) => status.summary.holds),
    column('User', 'The user in the container.', ({ status }) => status.summary.user),
    column('Host-User', 'The same user, as the host sees it.', ({ status }) => status.summary.hostUser),
    column('Caps', 'How many capabilities can be had.', ({ status }) => status.summary.capabilities),
    column('Rootfs', 'Whether the root file system can be written.', ({ status }) => status.summary.rootfs),
    column('Userns', 'The host ids behind the user namespace.', ({ status }) => status.summary.userNamespace),
    ageColumn(),
  ],
  subresources: [
    { name: 'drift', group: GROUP, version: 'v1', kind: 'Drift', verbs: ['get'] },
    { name: 'refresh', group: GROUP, version: 'v1', kind: 'Proof', verbs: ['create'] },
  ],
});
