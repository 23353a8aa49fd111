import type { ObjectApi } from '../../kube/object-api.ts';
import type { Pod } from '../../kube/pod.ts';
import type { Proof, ProofStatus } from '../../kube/proof.ts';

/** The pod's proof as an object: it has the pod's name and goes with it. */
export function proofObject({ metadata }: Pod, status: ProofStatus): Proof {
  const { name = '', namespace = 'default', uid = '' } = metadata;
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'Proof',
    metadata: {
      name,
      namespace,
      ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }],
    },
    status,
  };
}

/** Keeps it, over the one before; that of an earlier pod of the same name goes first. Answers what is stored. */
export async function writeProof(api: ObjectApi, proof: Proof): Promise<Proof> {
  const { name = '', namespace = '' } = proof.metadata;
  const before = api.get('Proof', namespace, name);
  if (before !== undefined && ownerOf(before) !== ownerOf(proof))
    await api.delete('Proof', namespace, name, optionalUid(before));
  const change = (current: Proof): Proof => ({ ...current, status: proof.status });
  return (await api.update('Proof', namespace, name, change, 'status')) ?? api.create('Proof', proof);
}

function ownerOf({ metadata }: Proof): string | undefined {
  return metadata.ownerReferences?.[0]?.uid;
}

function optionalUid({ metadata }: Proof): { readonly uid?: string } {
  return metadata.uid === undefined ? {} : { uid: metadata.uid };
}
