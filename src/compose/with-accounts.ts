import { applyDefaults } from '../kube/defaults.ts';
import type { Pod } from '../kube/pod.ts';
import type { ComposeWorkload } from './compose-workload.ts';

/** `/etc/passwd` and `/etc/group` of an image, as far as names are looked up in them. */
export interface NamedAccounts {
  readonly passwd: readonly { readonly name: string; readonly uid: number; readonly gid: number }[];
  readonly group: readonly { readonly name: string; readonly gid: number }[];
}

/**
 * The workload with the numbers that its `user` stands for in the image, as Docker would find them. As it is when it has
 * no names, or the image does not know them.
 */
export function withAccounts(workload: ComposeWorkload, accounts: NamedAccounts): ComposeWorkload {
  const { namedUser, rawPod, name } = workload;
  const [container] = rawPod.spec.containers;
  if (namedUser === undefined || container === undefined) return workload;
  const { user, group } = namedUser;
  const entry = accounts.passwd.find((it) => it.name === user);
  const uid = entry?.uid ?? container.securityContext?.runAsUser;
  const isGiven = group !== undefined && group !== '';
  const given = container.securityContext?.runAsGroup ?? accounts.group.find((it) => it.name === group)?.gid;
  const gid = isGiven ? given : entry?.gid;
  if (uid === undefined || (isGiven && gid === undefined)) return workload;
  const securityContext = {
    ...container.securityContext,
    runAsUser: uid,
    ...(uid !== 0 && { runAsNonRoot: true }),
    ...(gid !== undefined && { runAsGroup: gid }),
  };
  const pod: Pod = {
    ...rawPod,
    spec: { ...rawPod.spec, containers: [{ ...container, securityContext }] },
  };
  const found = `${uid}:${gid ?? 0}`;
  const findings = workload.findings.filter(({ code }) => code !== 'compose-user-name');
  const path = ['services', name, 'user'];
  const message = `user "${user.slice(0, 60)}" is ${found} in the image; a pod takes numbers only`;
  const advice = `write user: "${found}"`;
  return {
    ...workload,
    rawPod: pod,
    pod: applyDefaults(pod),
    findings: [...findings, { severity: 'note', code: 'compose-user-name', message, path, advice }],
  };
}
