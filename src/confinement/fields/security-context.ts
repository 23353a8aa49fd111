import { carriedOut, carriedOutWhere, noted, type Treatments } from '../../core/treatment.ts';
import type { PodSecurityContext, SecurityContext } from '../../kube/pod.ts';

const windows = 'podproof runs Linux pods only';
const withAppArmor = 'where the machine has AppArmor; else the pod is refused as a kubelet does';
const withSeLinux = 'where the machine has SELinux; else the finding selinux-unavailable';
const user = 'src/confinement/user.test.ts';
/** Pods whose confinement is held against the kernel. */
const matrix = 'test/integration/confinement-matrix.test.ts';
const lsm = 'src/confinement/lsm.test.ts';

export const podSecurityContextTreatments: Treatments<PodSecurityContext> = {
  runAsUser: carriedOut(user, matrix),
  runAsGroup: carriedOut(user, matrix),
  runAsNonRoot: carriedOut('src/confinement/start-verdict.test.ts'),
  supplementalGroups: carriedOut(user, matrix),
  supplementalGroupsPolicy: carriedOut(user, matrix),
  fsGroup: carriedOut(user, matrix),
  fsGroupChangePolicy: carriedOut('src/node/volumes/fs-group.test.ts'),
  seccompProfile: carriedOut('src/confinement/seccomp.test.ts'),
  appArmorProfile: carriedOutWhere(withAppArmor, lsm),
  seLinuxOptions: carriedOutWhere(withSeLinux, lsm),
  seLinuxChangePolicy: noted('volumes are not relabelled here'),
  sysctls: carriedOut('src/confinement/sysctls.test.ts', matrix),
  windowsOptions: noted(windows),
};

export const securityContextTreatments: Treatments<SecurityContext> = {
  runAsUser: carriedOut(user, matrix),
  runAsGroup: carriedOut(user, matrix),
  runAsNonRoot: carriedOut('src/confinement/start-verdict.test.ts'),
  allowPrivilegeEscalation: carriedOut('src/confinement/confine.test.ts'),
  privileged: carriedOut('src/confinement/confine.test.ts', matrix),
  readOnlyRootFilesystem: carriedOut('src/confinement/confine.test.ts', matrix),
  capabilities: carriedOut('src/confinement/capabilities.test.ts', matrix),
  procMount: carriedOut('src/confinement/paths.test.ts', matrix),
  seccompProfile: carriedOut('src/confinement/seccomp.test.ts'),
  appArmorProfile: carriedOutWhere(withAppArmor, lsm),
  seLinuxOptions: carriedOutWhere(withSeLinux, lsm),
  windowsOptions: noted(windows),
};
