import { carriedOut, noted, refused, type Treatments } from '../../core/treatment.ts';
import type { ResourceRequirements } from '../../kube/meta.ts';
import type { EnvVarSource, EphemeralContainer, VolumeMount } from '../../kube/pod.ts';

/** Container and EphemeralContainer. */
export const containerTreatments: Treatments<EphemeralContainer> = {
  name: carriedOut('src/confinement/confine.test.ts'),
  image: carriedOut('src/confinement/user.test.ts'),
  command: carriedOut('src/node/command.test.ts'),
  args: carriedOut('src/node/command.test.ts'),
  workingDir: carriedOut('src/node/command.test.ts'),
  ports: carriedOut('test/integration/host-port.test.ts'),
  env: carriedOut('src/node/env/resolve-env.test.ts'),
  envFrom: carriedOut('src/node/env/resolve-env.test.ts'),
  resources: carriedOut('src/confinement/resources.test.ts'),
  resizePolicy: noted('a running container is not resized here'),
  restartPolicy: carriedOut('src/confinement/containers.test.ts'),
  restartPolicyRules: refused(
    'no other action than Restart is carried out',
    (rules) => rules.some(({ action }) => action !== 'Restart'),
    'test/integration/pod-turns.test.ts',
    'src/node/lifecycle.test.ts',
  ),
  volumeMounts: carriedOut('src/confinement/mounts.test.ts'),
  volumeDevices: refused('block devices need a volume driver'),
  livenessProbe: carriedOut('test/integration/pod-lifecycle.test.ts'),
  readinessProbe: carriedOut('test/integration/pod-lifecycle.test.ts'),
  startupProbe: carriedOut('test/integration/pod-lifecycle.test.ts'),
  lifecycle: carriedOut('test/integration/pod-lifecycle.test.ts'),
  terminationMessagePath: carriedOut('src/confinement/mounts.test.ts'),
  terminationMessagePolicy: carriedOut('test/integration/pod-lifecycle.test.ts'),
  imagePullPolicy: carriedOut('src/kube/default-pull-policy.test.ts'),
  securityContext: carriedOut('src/confinement/effective-context.test.ts'),
  stdin: carriedOut('test/integration/runtime-containers.test.ts'),
  stdinOnce: carriedOut('test/integration/runtime-containers.test.ts'),
  tty: carriedOut('test/integration/runtime-containers.test.ts'),
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
  limits: noted('nobody watches how much ephemeral-storage is used', (limits) => storage in limits),
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
  fieldRef: carriedOut('src/node/env/resolve-env.test.ts'),
  resourceFieldRef: carriedOut('src/node/env/resolve-env.test.ts'),
  configMapKeyRef: carriedOut('src/node/env/resolve-env.test.ts'),
  secretKeyRef: carriedOut('src/node/env/resolve-env.test.ts'),
  fileKeyRef: refused('environment from a file in a volume is not carried out'),
};
