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

/** Keeps it, over the one before, which may be of an earlier pod of that name. Answers what is stored. */
export async function writeProof(api: ObjectApi, proof: Proof): Promise<Proof> {
  const { name = '', namespace = '', ownerReferences = [] } = proof.metadata;
  const stored = await api.update('Proof', namespace, name, (current) => ({
    ...current,
    metadata: { ...current.metadata, ownerReferences },
    status: proof.status,
  }));
  return stored ?? api.create('Proof', proof);
}
