import type { ObjectFieldSelector, ResourceFieldSelector, ResourceRequirements } from '../meta.ts';
import type {
  AppArmorProfile,
  Container,
  ContainerPort,
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  EphemeralContainer,
  HttpGetAction,
  KeySelector,
  Lifecycle,
  LifecycleHandler,
  Probe,
  ProbeHandler,
  SELinuxOptions,
  SeccompProfile,
  SecurityContext,
  VolumeMount,
  WindowsSecurityContextOptions,
} from '../pod.ts';
import type { Schema } from './schema.ts';

export const objectFieldSelector: Schema<ObjectFieldSelector> = {
  apiVersion: 'string',
  'fieldPath!': 'string',
};

export const resourceFieldSelector: Schema<ResourceFieldSelector> = {
  containerName: 'string',
  'resource!': 'string',
  divisor: 'quantity',
};

const keySelector: Schema<KeySelector> = { name: 'string', 'key!': 'string', optional: 'boolean' };

const envVarSource: Schema<EnvVarSource> = {
  fieldRef: objectFieldSelector,
  resourceFieldRef: resourceFieldSelector,
  configMapKeyRef: keySelector,
  secretKeyRef: keySelector,
  fileKeyRef: { 'volumeName!': 'string', 'path!': 'string', 'key!': 'string', optional: 'boolean' },
};

const envVar: Schema<EnvVar> = {
  'name!': 'string',
  value: 'string',
  valueFrom: envVarSource,
};

const envFromSource: Schema<EnvFromSource> = {
  prefix: 'string',
  configMapRef: { name: 'string', optional: 'boolean' },
  secretRef: { name: 'string', optional: 'boolean' },
};

const containerPort: Schema<ContainerPort> = {
  name: 'string',
  hostPort: 'int32',
  'containerPort!': 'int32',
  protocol: 'string',
  hostIP: 'string',
};

export const resourceRequirements: Schema<ResourceRequirements> = {
  limits: { '*': 'quantity' },
  requests: { '*': 'quantity' },
  claims: [{ 'name!': 'string', request: 'string' }],
};

const volumeMount: Schema<VolumeMount> = {
  'name!': 'string',
  readOnly: 'boolean',
  recursiveReadOnly: 'string',
  'mountPath!': 'string',
  subPath: 'string',
  mountPropagation: 'string',
  subPathExpr: 'string',
};

const httpGetAction: Schema<HttpGetAction> = {
  'port!': 'intOrString',
  path: 'string',
  host: 'string',
  scheme: 'string',
  httpHeaders: [{ 'name!': 'string', 'value!': 'string' }],
};

const probeHandler: Schema<ProbeHandler> = {
  exec: { command: ['string'] },
  httpGet: httpGetAction,
  tcpSocket: { 'port!': 'intOrString', host: 'string' },
  grpc: { 'port!': 'int32', service: 'string' },
};

const probe: Schema<Probe> = {
  ...probeHandler,
  initialDelaySeconds: 'int32',
  timeoutSeconds: 'int32',
  periodSeconds: 'int32',
  successThreshold: 'int32',
  failureThreshold: 'int32',
  terminationGracePeriodSeconds: 'int64',
};

const lifecycleHandler: Schema<LifecycleHandler> = {
  exec: { command: ['string'] },
  httpGet: httpGetAction,
  tcpSocket: { 'port!': 'intOrString', host: 'string' },
  sleep: { 'seconds!': 'int64' },
};

const lifecycle: Schema<Lifecycle> = {
  postStart: lifecycleHandler,
  preStop: lifecycleHandler,
  stopSignal: 'string',
};

export const seccompProfile: Schema<SeccompProfile> = { 'type!': 'string', localhostProfile: 'string' };
export const appArmorProfile: Schema<AppArmorProfile> = { 'type!': 'string', localhostProfile: 'string' };
export const seLinuxOptions: Schema<SELinuxOptions> = {
  user: 'string',
  role: 'string',
  type: 'string',
  level: 'string',
};
export const windowsOptions: Schema<WindowsSecurityContextOptions> = {
  gmsaCredentialSpecName: 'string',
  gmsaCredentialSpec: 'string',
  runAsUserName: 'string',
  hostProcess: 'boolean',
};

const securityContext: Schema<SecurityContext> = {
  capabilities: { add: ['string'], drop: ['string'] },
  privileged: 'boolean',
  seLinuxOptions,
  windowsOptions,
  runAsUser: 'int64',
  runAsGroup: 'int64',
  runAsNonRoot: 'boolean',
  readOnlyRootFilesystem: 'boolean',
  allowPrivilegeEscalation: 'boolean',
  procMount: 'string',
  seccompProfile,
  appArmorProfile,
};

export const container: Schema<Container> = {
  'name!': 'string',
  image: 'string',
  command: ['string'],
  args: ['string'],
  workingDir: 'string',
  ports: [containerPort],
  envFrom: [envFromSource],
  env: [envVar],
  resources: resourceRequirements,
  resizePolicy: [{ 'resourceName!': 'string', 'restartPolicy!': 'string' }],
  restartPolicy: 'string',
  restartPolicyRules: [{ action: 'string', exitCodes: { operator: 'string', values: ['int32'] } }],
  volumeMounts: [volumeMount],
  volumeDevices: [{ 'name!': 'string', 'devicePath!': 'string' }],
  livenessProbe: probe,
  readinessProbe: probe,
  startupProbe: probe,
  lifecycle,
  terminationMessagePath: 'string',
  terminationMessagePolicy: 'string',
  imagePullPolicy: 'string',
  securityContext,
  stdin: 'boolean',
  stdinOnce: 'boolean',
  tty: 'boolean',
};

export const ephemeralContainer: Schema<EphemeralContainer> = { ...container, targetContainerName: 'string' };
