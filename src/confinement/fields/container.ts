import type { ResourceRequirements } from '../../kube/meta.ts';
import type { EnvVarSource, EphemeralContainer, VolumeMount } from '../../kube/pod.ts';
import { carriedOut, noted, refused, type Treatments, warned } from './treatment.ts';

/** Container and EphemeralContainer. */
export const containerTreatments: Treatments<EphemeralContainer> = {
  name: carriedOut('src/confinement/confine.test.ts'),
  image: carriedOut('src/confinement/user.test.ts'),
  command: carriedOut(),
  args: carriedOut(),
  workingDir: carriedOut(),
  ports: carriedOut(),
  env: carriedOut(),
  envFrom: carriedOut(),
  resources: carriedOut('src/confinement/resources.test.ts'),
  resizePolicy: noted('has no effect: a running container is not resized here'),
  restartPolicy: carriedOut('src/confinement/containers.test.ts'),
  restartPolicyRules: warned('are not evaluated: restartPolicy alone decides'),
  volumeMounts: carriedOut('src/confinement/mounts.test.ts'),
  volumeDevices: refused('block devices need a volume driver'),
  livenessProbe: carriedOut(),
  readinessProbe: carriedOut(),
  startupProbe: carriedOut(),
  lifecycle: carriedOut(),
  terminationMessagePath: carriedOut('src/confinement/mounts.test.ts'),
  terminationMessagePolicy: carriedOut(),
  imagePullPolicy: carriedOut(),
  securityContext: carriedOut('src/confinement/effective-context.test.ts'),
  stdin: carriedOut(),
  stdinOnce: carriedOut(),
  tty: carriedOut(),
  targetContainerName: carriedOut('src/confinement/namespaces.test.ts'),
};

const native = /^(?:cpu|memory|ephemeral-storage|hugepages-.+)$/;
const storage = 'ephemeral-storage';

export const resourceTreatments: Treatments<ResourceRequirements> = {
  limits: refused('this machine offers only cpu, memory, hugepages and ephemeral-storage', asksForDevice),
  requests: refused('this machine offers only cpu, memory, hugepages and ephemeral-storage', asksForDevice),
  claims: refused('dynamic resource allocation needs a driver'),
};

/** A limit that nobody watches. It stands beside `resourceTreatments`, since it concerns one key of the same field. */
export const storageLimit: Treatments<Pick<ResourceRequirements, 'limits'>> = {
  limits: noted('of ephemeral-storage are not watched', (limits) => storage in limits),
};

function asksForDevice(amounts: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(amounts).some((name) => !native.test(name));
}

export const volumeMountTreatments: Treatments<VolumeMount> = {
  name: carriedOut('src/confinement/mounts.test.ts'),
  mountPath: carriedOut('src/confinement/mounts.test.ts'),
  subPath: carriedOut('src/confinement/mounts.test.ts'),
  subPathExpr: carriedOut('src/confinement/mounts.test.ts'),
  readOnly: carriedOut('src/confinement/mounts.test.ts'),
  recursiveReadOnly: carriedOut('src/confinement/mounts.test.ts'),
  mountPropagation: carriedOut('src/confinement/mounts.test.ts'),
};

export const envSourceTreatments: Treatments<EnvVarSource> = {
  fieldRef: carriedOut(),
  resourceFieldRef: carriedOut(),
  configMapKeyRef: carriedOut(),
  secretKeyRef: carriedOut(),
  fileKeyRef: refused('environment from a file in a volume is not carried out'),
};
