import { describe, expect, it } from 'vitest';
import { decodeObject } from './decode-object.ts';
import { applyDefaults } from './defaults.ts';
import { formatFieldError } from './field-error.ts';
import type { Container, Pod, PodSpec } from './pod.ts';
import { validateObject } from './validate-object.ts';
import { validatePod } from './validate-pod.ts';

/** The fields of a test's pod, of any value: validation is there for the wrong ones. */
type Loose<T> = { readonly [K in keyof T]?: unknown };

function errorsOf(spec: Loose<PodSpec>, metadata: Pod['metadata'] = { name: 'p' }): readonly string[] {
  const data = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: { containers: [{ name: 'a', image: 'i' }], ...spec },
  };
  const { value, problems } = decodeObject(data);
  expect(problems).toEqual([]);
  return validateObject(value).map(formatFieldError);
}

function errorsOfContainer(container: Loose<Container>, spec: Loose<PodSpec> = {}): readonly string[] {
  return errorsOf({ ...spec, containers: [{ name: 'a', image: 'i', ...container }] });
}

const RANGE = 'must be between 0 and 2147483647, inclusive';
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

function sysctls(...names: readonly string[]): unknown {
  return { sysctls: names.map((name) => ({ name, value: '1' })) };
}

describe('the security context of a pod', () => {
  it.each<[Loose<PodSpec>, readonly string[]]>([
    [
      { securityContext: { runAsUser: 4294967296 } },
      [`spec.securityContext.runAsUser: Invalid value: 4294967296: ${RANGE}`],
    ],
    [
      { securityContext: { runAsGroup: -1 } },
      [`spec.securityContext.runAsGroup: Invalid value: -1: ${RANGE}`],
    ],
    [{ securityContext: { fsGroup: -1 } }, [`spec.securityContext.fsGroup: Invalid value: -1: ${RANGE}`]],
    [
      { securityContext: { supplementalGroups: [1, -1] } },
      [`spec.securityContext.supplementalGroups[1]: Invalid value: -1: ${RANGE}`],
    ],
    [
      { securityContext: { fsGroupChangePolicy: 'Never' } },
      [
        'spec.securityContext.fsGroupChangePolicy: Unsupported value: "Never": supported values: "Always", "OnRootMismatch"',
      ],
    ],
    [
      { securityContext: { supplementalGroupsPolicy: 'X' } },
      [
        'spec.securityContext.supplementalGroupsPolicy: Unsupported value: "X": supported values: "Merge", "Strict"',
      ],
    ],
    [
      { securityContext: { seLinuxChangePolicy: 'X' } },
      [
        'spec.securityContext.seLinuxChangePolicy: Unsupported value: "X": supported values: "MountOption", "Recursive"',
      ],
    ],
    [
      { securityContext: { seccompProfile: { type: 'Localhost' } } },
      [
        'spec.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
      ],
    ],
    [
      { securityContext: { seccompProfile: { type: 'Localhost', localhostProfile: '/a/../b' } } },
      [
        'spec.securityContext.seccompProfile.localhostProfile: Invalid value: "/a/../b": must be a relative path',
        'spec.securityContext.seccompProfile.localhostProfile: Invalid value: "/a/../b": must not contain \'..\'',
      ],
    ],
    [
      { securityContext: { seccompProfile: { type: 'RuntimeDefault', localhostProfile: 'a' } } },
      [
        'spec.securityContext.seccompProfile.localhostProfile: Invalid value: {"Type":"RuntimeDefault","LocalhostProfile":"a"}: can only be set when seccomp type is Localhost',
      ],
    ],
    [
      { securityContext: { seccompProfile: {} } },
      [
        'spec.securityContext.seccompProfile.type: Required value: type is required when seccompProfile is set',
      ],
    ],
    [
      { securityContext: { seccompProfile: { type: 'X' } } },
      [
        'spec.securityContext.seccompProfile.type: Unsupported value: "X": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
      ],
    ],
    [
      { securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: ' a' } } },
      [
        'spec.securityContext.appArmorProfile.localhostProfile: Invalid value: " a": must not be padded with whitespace',
      ],
    ],
    [
      { securityContext: { appArmorProfile: { type: 'Unconfined', localhostProfile: 'a' } } },
      [
        'spec.securityContext.appArmorProfile.localhostProfile: Invalid value: "a": can only be set when AppArmor type is Localhost',
      ],
    ],
    [
      { hostPID: true, shareProcessNamespace: true },
      [
        'spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
      ],
    ],
  ])('%j', (spec, errors) => {
    expect(errorsOf(spec)).toEqual(errors);
  });

  it('has sysctls with names, once each, of namespaces of its own', () => {
    expect(
      errorsOf({ securityContext: sysctls('kernel.shm_rmid_forced', 'net/ipv4/ip_local_port_range') }),
    ).toEqual([]);
    expect(errorsOf({ securityContext: sysctls('', 'Net', 'net.a', 'net.a') })).toEqual([
      'spec.securityContext.sysctls[0].name: Required value',
      'spec.securityContext.sysctls[1].name: Invalid value: "Net": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
      'spec.securityContext.sysctls[3].name: Duplicate value: "net.a"',
    ]);
    expect(
      errorsOf({ hostNetwork: true, hostIPC: true, securityContext: sysctls('net/a', 'fs.mqueue.x') }),
    ).toEqual([
      'spec.securityContext.sysctls[0].name: Invalid value: "net/a": may not be specified when \'hostNetwork\' is true',
      'spec.securityContext.sysctls[1].name: Invalid value: "fs.mqueue.x": may not be specified when \'hostIPC\' is true',
    ]);
  });

  it('with a user namespace shares no other with the host', () => {
    const devices = { volumeDevices: [{ name: 'd', devicePath: '/dev/d' }] };
    const volumes = [{ name: 'd', persistentVolumeClaim: { claimName: 'd' } }];
    const pod = { hostUsers: false, hostNetwork: true, hostPID: true, hostIPC: true, volumes };
    expect(errorsOfContainer(devices, pod)).toEqual([
      'spec.hostNetwork: Forbidden: when `hostUsers` is false',
      'spec.HostPID: Forbidden: when `hostUsers` is false',
      'spec.HostIPC: Forbidden: when `hostUsers` is false',
      'spec.containers[0].volumeDevices: Forbidden: when `hostUsers` is false',
    ]);
  });
});

describe('the security context of a container', () => {
  const unset =
    '"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null';
  it.each<[object, readonly string[]]>([
    [{ runAsUser: -1 }, [`spec.containers[0].securityContext.runAsUser: Invalid value: -1: ${RANGE}`]],
    [
      { allowPrivilegeEscalation: false, privileged: true },
      [
        `spec.containers[0].securityContext: Invalid value: {"Capabilities":null,"Privileged":true,${unset},"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set \`allowPrivilegeEscalation\` to false and \`privileged\` to true`,
      ],
    ],
    [
      { allowPrivilegeEscalation: false, capabilities: { add: ['CAP_SYS_ADMIN'] } },
      [
        `spec.containers[0].securityContext: Invalid value: {"Capabilities":{"Add":["CAP_SYS_ADMIN"],"Drop":null},"Privileged":null,${unset},"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set \`allowPrivilegeEscalation\` to false and \`capabilities.Add\` CAP_SYS_ADMIN`,
      ],
    ],
    [{ allowPrivilegeEscalation: false, capabilities: { add: ['SYS_ADMIN'] } }, []],
    [
      { procMount: 'Unmasked' },
      [
        'spec.containers[0].securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
      ],
    ],
    [
      { procMount: 'X' },
      [
        'spec.containers[0].securityContext.procMount: Unsupported value: "X": supported values: "Default", "Unmasked"',
      ],
    ],
  ])('%j', (securityContext, errors) => {
    expect(errorsOfContainer({ securityContext })).toEqual(errors);
  });

  it('may unmask /proc in a user namespace', () => {
    expect(errorsOfContainer({ securityContext: { procMount: 'Unmasked' } }, { hostUsers: false })).toEqual(
      [],
    );
  });
});

describe('containers', () => {
  it.each<[Loose<Container>, readonly string[]]>([
    [{ name: '' }, ['spec.containers[0].name: Required value']],
    [{ name: 'A' }, [`spec.containers[0].name: Invalid value: "A": ${LABEL}`]],
    [{ name: 'a.b' }, ['spec.containers[0].name: Invalid value: "a.b": must not contain dots']],
    [{ image: '' }, ['spec.containers[0].image: Required value']],
    [
      { image: 'i ' },
      ['spec.containers[0].image: Invalid value: "i ": must not have leading or trailing whitespace'],
    ],
    [
      { terminationMessagePolicy: 'X' },
      [
        'spec.containers[0].terminationMessagePolicy: Unsupported value: "X": supported values: "File", "FallbackToLogsOnError"',
      ],
    ],
    [
      { imagePullPolicy: 'X' },
      [
        'spec.containers[0].imagePullPolicy: Unsupported value: "X": supported values: "Always", "IfNotPresent", "Never"',
      ],
    ],
    [{ ports: [{ containerPort: 0 }] }, ['spec.containers[0].ports[0].containerPort: Required value']],
    [
      { ports: [{ containerPort: 70000, protocol: 'X' }] },
      [
        'spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
        'spec.containers[0].ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
      ],
    ],
    [
      {
        ports: [
          { name: 'a', containerPort: 1, hostPort: 2 },
          { name: 'a', containerPort: 2, hostPort: 2 },
        ],
      },
      [
        'spec.containers[0].ports[1].name: Duplicate value: "a"',
        'spec.containers[0].ports[1].hostPort: Duplicate value: "TCP//2"',
      ],
    ],
    [{ env: [{ name: '' }] }, ['spec.containers[0].env[0].name: Required value']],
    [
      { env: [{ name: 'x', value: 'y', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }] },
      [
        'spec.containers[0].env[0].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      ],
    ],
    [
      { env: [{ name: 'x', valueFrom: { fieldRef: { fieldPath: 'spec.foo' } } }] },
      [
        'spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: "spec.foo": error converting fieldPath: field label not supported: spec.foo',
      ],
    ],
    [{ env: [{ name: 'x', valueFrom: { fieldRef: { fieldPath: "metadata.labels['a/b']" } } }] }, []],
    [
      { env: [{ name: 'x', valueFrom: { resourceFieldRef: { resource: 'limits.gpu' } } }] },
      [
        'spec.containers[0].env[0].valueFrom.resourceFieldRef.resource: Unsupported value: "limits.gpu": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"',
      ],
    ],
    [
      { env: [{ name: 'x', valueFrom: { resourceFieldRef: { resource: 'limits.cpu', divisor: '1Mi' } } }] },
      [
        'spec.containers[0].env[0].valueFrom.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor\'s values 1m and 1 are supported with the cpu resource',
      ],
    ],
    [
      { env: [{ name: 'x', valueFrom: { fileKeyRef: { volumeName: 'v', path: 'a', key: 'K' } } }] },
      ['spec.containers[0].env[0].valueFrom.fileKeyRef.volumeName: Not found: "v"'],
    ],
    [
      { envFrom: [{}] },
      ['spec.containers[0].envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`'],
    ],
    [
      { envFrom: [{ configMapRef: {} }] },
      ['spec.containers[0].envFrom[0].configMapRef.name: Required value'],
    ],
    [
      { resources: { limits: { cpu: 1 }, requests: { cpu: '1500m' } } },
      [
        'spec.containers[0].resources.requests: Invalid value: "1500m": must be less than or equal to cpu limit of 1',
      ],
    ],
    [
      { resources: { requests: { memory: '-1' } } },
      [
        'spec.containers[0].resources.requests[memory]: Invalid value: "-1": must be greater than or equal to 0',
      ],
    ],
    [
      { resources: { requests: { 'x.io/gpu': 1 } } },
      [
        'spec.containers[0].resources.limits: Required value: Limit must be set for non overcommitable resources',
      ],
    ],
    [
      { resources: { limits: { 'x.io/gpu': '500m' } } },
      [
        'spec.containers[0].resources.limits[x.io/gpu]: Invalid value: "500m": must be an integer',
        'spec.containers[0].resources.requests[x.io/gpu]: Invalid value: "500m": must be an integer',
      ],
    ],
    [
      { livenessProbe: { exec: { command: ['a'] }, successThreshold: 2 } },
      ['spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1'],
    ],
    [
      { readinessProbe: { exec: {}, tcpSocket: { port: 'x' }, terminationGracePeriodSeconds: 1 } },
      [
        'spec.containers[0].readinessProbe.exec.command: Required value',
        'spec.containers[0].readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
        'spec.containers[0].readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes',
      ],
    ],
    [
      { lifecycle: { preStop: { sleep: { seconds: 60 } } } },
      [
        'spec.containers[0].lifecycle.preStop.sleep: Invalid value: 60: must be non-negative and less than terminationGracePeriodSeconds (30)',
      ],
    ],
    [
      { lifecycle: { stopSignal: 'SIGTERM' } },
      [
        'spec.containers[0].lifecycle.stopSignal: Forbidden: may not be set for containers with empty `spec.os.name`',
      ],
    ],
    [
      { restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }] },
      [
        'spec.containers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
      ],
    ],
    // New in 1.36: the action, and the texts for too many.
    [
      {
        restartPolicy: 'Never',
        restartPolicyRules: [{ action: 'RestartAllContainers', exitCodes: { operator: 'In', values: [1] } }],
      },
      [],
    ],
    [
      {
        restartPolicy: 'Never',
        restartPolicyRules: [
          {
            action: 'Stop',
            exitCodes: { operator: 'Is', values: Array.from({ length: 256 }, (_, code) => code) },
          },
        ],
      },
      [
        'spec.containers[0].restartPolicyRules[0].action: Unsupported value: "Stop": supported values: "Restart", "RestartAllContainers"',
        'spec.containers[0].restartPolicyRules[0].exitCodes.operator: Unsupported value: "Is": supported values: "In", "NotIn"',
        'spec.containers[0].restartPolicyRules[0].exitCodes.values: Too many: 256: must have at most 255 items',
      ],
    ],
    [
      {
        restartPolicy: 'Never',
        restartPolicyRules: Array.from({ length: 21 }, () => ({
          action: 'Restart',
          exitCodes: { operator: 'In', values: [1] },
        })),
      },
      ['spec.containers[0].restartPolicyRules: Too many: 21: must have at most 20 items'],
    ],
  ])('%j', (container, errors) => {
    expect(errorsOfContainer(container)).toEqual(errors);
  });

  it('have names that differ, and there is one at least', () => {
    expect(errorsOf({ containers: [] })).toEqual(['spec.containers: Required value']);
    const image = 'i';
    const initContainers = [{ name: 'a', image }];
    const containers = [
      { name: 'a', image },
      { name: 'a', image },
    ];
    expect(errorsOf({ containers, initContainers })).toEqual([
      'spec.containers[1].name: Duplicate value: "a"',
      'spec.initContainers[0].name: Duplicate value: "a"',
    ]);
  });

  it('have no probes while they initialise, unless they are sidecars', () => {
    const init = { name: 'i', image: 'i', readinessProbe: { tcpSocket: { port: 80 } } };
    expect(errorsOf({ initContainers: [init] })).toEqual([
      'spec.initContainers[0].readinessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
    ]);
    expect(errorsOf({ initContainers: [{ ...init, restartPolicy: 'Always' }] })).toEqual([]);
    expect(errorsOf({ initContainers: [{ name: 'i', image: 'i', restartPolicy: 'X' }] })).toEqual([
      'spec.initContainers[0].restartPolicy: Unsupported value: "X": supported values: "Always", "Never", "OnFailure"',
    ]);
  });

  it('that are ephemeral have no ports, resources, probes or sub-paths', () => {
    const visitor = {
      name: 'e',
      image: 'i',
      targetContainerName: 'b',
      ports: [{ containerPort: 1 }],
      resources: { limits: { cpu: 1 } },
      volumeMounts: [{ name: 'v', mountPath: '/v', subPath: 'a' }],
    };
    expect(errorsOf({ ephemeralContainers: [visitor], volumes: [{ name: 'v', emptyDir: {} }] })).toEqual([
      'spec.ephemeralContainers[0].targetContainerName: Not found: "b"',
      'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers[0].resources: Forbidden: cannot be set for an Ephemeral Container',
      'spec.ephemeralContainers[0].volumeMounts[0].subPath: Forbidden: cannot be set for an Ephemeral Container',
    ]);
  });
});

describe('volumes', () => {
  it.each<[object, readonly string[]]>([
    [{ name: '', emptyDir: {} }, ['spec.volumes[0].name: Required value']],
    [
      { name: 'v', emptyDir: {}, secret: { secretName: 's' } },
      ['spec.volumes[0].secret: Forbidden: may not specify more than 1 volume type'],
    ],
    [
      { name: 'v', emptyDir: { sizeLimit: '-1' } },
      ['spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity'],
    ],
    [{ name: 'v', hostPath: {} }, ['spec.volumes[0].hostPath.path: Required value']],
    [
      { name: 'v', hostPath: { path: '/a/..' } },
      ['spec.volumes[0].hostPath.path: Invalid value: "/a/..": must not contain \'..\''],
    ],
    [
      { name: 'v', hostPath: { path: '/a', type: 'X' } },
      [
        'spec.volumes[0].hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
      ],
    ],
    [{ name: 'v', secret: {} }, ['spec.volumes[0].secret.secretName: Required value']],
    [
      { name: 'v', configMap: { name: 'c', defaultMode: 0o1777, items: [{ key: 'k', path: '..x' }] } },
      [
        'spec.volumes[0].configMap.defaultMode: Invalid value: 1023: must be a number between 0 and 0777 (octal), both inclusive',
        'spec.volumes[0].configMap.items[0].path: Invalid value: "..x": must not start with \'..\'',
      ],
    ],
    [
      { name: 'v', persistentVolumeClaim: {} },
      ['spec.volumes[0].persistentVolumeClaim.claimName: Required value'],
    ],
    [
      { name: 'v', downwardAPI: { items: [{ path: '/x' }] } },
      [
        'spec.volumes[0].downwardAPI.path: Invalid value: "/x": must be a relative path',
        'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
      ],
    ],
    [
      {
        name: 'v',
        projected: {
          sources: [
            {
              secret: { name: 's', items: [{ key: 'a', path: 'x' }] },
              configMap: { name: 'c', items: [{ key: 'a', path: 'x' }] },
            },
            { serviceAccountToken: { path: 't', expirationSeconds: 10 } },
          ],
        },
      },
      [
        'spec.volumes[0].projected: Invalid value: "c": conflicting duplicate paths',
        'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
        'spec.volumes[0].projected.sources[1].serviceAccountToken.expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes',
      ],
    ],
    [{ name: 'v', image: {} }, ['spec.volumes[0].image.reference: Required value']],
  ])('%j', (volume, errors) => {
    expect(errorsOf({ volumes: [volume] })).toEqual(errors);
  });

  it('have names that differ', () => {
    const volume = { name: 'v', emptyDir: {} };
    expect(errorsOf({ volumes: [volume, volume] })).toEqual(['spec.volumes[1].name: Duplicate value: "v"']);
  });

  it.each<[object, readonly string[]]>([
    [{ name: 'w', mountPath: '/a' }, ['spec.containers[0].volumeMounts[1].name: Not found: "w"']],
    [{ name: 'v', mountPath: '' }, ['spec.containers[0].volumeMounts[1].mountPath: Required value']],
    [
      { name: 'v', mountPath: '/v' },
      ['spec.containers[0].volumeMounts[1].mountPath: Invalid value: "/v": must be unique'],
    ],
    [
      { name: 'v', mountPath: '/a', subPath: '../b' },
      ['spec.containers[0].volumeMounts.subPath: Invalid value: "../b": must not contain \'..\''],
    ],
    [
      { name: 'v', mountPath: '/a', subPath: 'b', subPathExpr: '$(C)' },
      [
        'spec.containers[0].volumeMounts[1].subPathExpr: Invalid value: "$(C)": subPathExpr and subPath are mutually exclusive',
      ],
    ],
    [
      { name: 'v', mountPath: '/a', mountPropagation: 'Bidirectional' },
      [
        'spec.containers[0].volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
      ],
    ],
    [
      { name: 'v', mountPath: '/a', recursiveReadOnly: 'Enabled', mountPropagation: 'HostToContainer' },
      [
        'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
        'spec.containers[0].volumeMounts.recursiveReadOnly: Forbidden: may only be specified when mountPropagation is None or not specified',
      ],
    ],
  ])('are mounted: %j', (mount, errors) => {
    const volumeMounts = [{ name: 'v', mountPath: '/v' }, mount];
    expect(errorsOfContainer({ volumeMounts }, { volumes: [{ name: 'v', emptyDir: {} }] })).toEqual(errors);
  });
});

describe('a pod', () => {
  it.each<[Loose<PodSpec>, readonly string[]]>([
    [
      { restartPolicy: 'X' },
      ['spec.restartPolicy: Unsupported value: "X": supported values: "Always", "OnFailure", "Never"'],
    ],
    [
      { dnsPolicy: 'X' },
      [
        'spec.dnsPolicy: Unsupported value: "X": supported values: "ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"',
      ],
    ],
    [
      { dnsPolicy: 'None' },
      ['spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None'],
    ],
    [{ hostname: 'a.b' }, ['spec.hostname: Invalid value: "a.b": must not contain dots']],
    [{ subdomain: 'A' }, [`spec.subdomain: Invalid value: "A": ${LABEL}`]],
    [
      { hostAliases: [{ ip: '1.2.3' }] },
      [
        'spec.hostAliases[0].ip: Invalid value: "1.2.3": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    [{ hostAliases: [{ ip: '::1' }, { ip: '2001:db8::ffff' }, { ip: '::ffff:1.2.3.4' }] }, []],
    [{ os: { name: 'mac' } }, ['spec.os: Unsupported value: "mac": supported values: "linux", "windows"']],
    [
      { os: { name: 'windows' }, securityContext: { runAsUser: 1 } },
      ['spec.securityContext.runAsUser: Forbidden: cannot be set for a windows pod'],
    ],
    [
      { os: { name: 'linux' }, securityContext: { windowsOptions: {} } },
      ['spec.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod'],
    ],
    [
      { activeDeadlineSeconds: 0 },
      ['spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive'],
    ],
    [
      { hostnameOverride: 'a', setHostnameAsFQDN: true },
      ['spec.hostnameOverride: Forbidden: may not be specified when setHostnameAsFQDN is true'],
    ],
    [
      { resources: { limits: { 'ephemeral-storage': 1 } } },
      [
        'spec.resources.limits[ephemeral-storage]: Unsupported value: "ephemeral-storage": supported values: "cpu", "hugepages-", "memory"',
      ],
    ],
  ])('%j', (spec, errors) => {
    expect(errorsOf(spec)).toEqual(errors);
  });

  it('has a name, labels and annotations that Kubernetes takes', () => {
    expect(errorsOf({}, {})).toEqual(['metadata.name: Required value: name or generateName is required']);
    expect(errorsOf({}, { generateName: 'a-' })).toEqual([]);
    expect(errorsOf({}, { name: 'a', labels: { a: 'b c' } })[0]).toMatch(
      /^metadata.labels: Invalid value: "b c": a valid label/,
    );
    expect(errorsOf({}, { name: 'a', annotations: { 'a/b/c': '' } })[0]).toMatch(
      /^metadata.annotations: Invalid value: "a\/b\/c"/,
    );
    expect(errorsOf({}, { name: 'a', namespace: 'a.b' })).toEqual([
      'metadata.namespace: Invalid value: "a.b": must not contain dots',
    ]);
  });

  it('has AppArmor annotations that agree with the fields', () => {
    const annotations = {
      'container.apparmor.security.beta.kubernetes.io/a': 'unconfined',
      'container.apparmor.security.beta.kubernetes.io/b': 'x',
    };
    const spec = { securityContext: { appArmorProfile: { type: 'RuntimeDefault' } } };
    expect(errorsOf(spec, { name: 'a', annotations })).toEqual([
      'spec.containers[0].securityContext.appArmorProfile.type: Forbidden: apparmor type in annotation and field must match',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/b]: Invalid value: "b": container not found',
      'metadata.annotations[container.apparmor.security.beta.kubernetes.io/b]: Invalid value: "x": invalid AppArmor profile name: "x"',
    ]);
  });

  it('points at the line of a field that upstream names otherwise', () => {
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p' },
      spec: { containers: [{ name: 'a', image: 'i' }], hostUsers: false, hostPID: true },
    };
    expect(validatePod(applyDefaults(pod))[0]?.at).toEqual(['spec', 'hostPID']);
  });
});

function errorsOfObject(apiVersion: string, kind: string, spec: object): readonly string[] {
  return validateObject(
    decodeObject(Object.assign({ apiVersion, kind, metadata: { name: 'w' } }, { spec })).value,
  ).map(formatFieldError);
}

// What 1.36 says otherwise than 1.34 (apis/core/validation/validation.go).
describe('since 1.36', () => {
  it('a sidecar may have restart rules, an init container needs a policy for them', () => {
    const restartPolicyRules = [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }];
    const init = (restartPolicy?: string): readonly string[] =>
      errorsOf({
        initContainers: [
          { name: 'i', image: 'i', restartPolicyRules, ...(restartPolicy && { restartPolicy }) },
        ],
      });
    expect(init('Always')).toEqual([]);
    expect(init()).toEqual([
      'spec.initContainers[0].restartPolicy: Required value: must specify restartPolicy when restart rules are used',
    ]);
  });

  it('a container that is not restarted is not resized by a restart', () => {
    const resizePolicy = [{ resourceName: 'cpu', restartPolicy: 'RestartContainer' }];
    expect(errorsOf({ initContainers: [{ name: 'i', image: 'i', resizePolicy }] })).toEqual([
      'spec.initContainers[0].resizePolicy[0].restartPolicy: Invalid value: "RestartContainer": must not be set to \'RestartContainer\' for non-sidecar initContainers',
    ]);
    expect(errorsOfContainer({ resizePolicy }, { restartPolicy: 'Never' })).toEqual([
      "spec.containers[0].resizePolicy: Invalid value: \"RestartContainer\": must be 'NotRequired' when pod `restartPolicy` is 'Never'",
    ]);
  });

  it('tolerations that compare numbers are known and not allowed', () => {
    expect(errorsOf({ tolerations: [{ key: 'k', operator: 'Gt', value: '5' }] })).toEqual([
      'spec.tolerations[0].operator: Unsupported value: "Gt": supported values: "Equal", "Exists", "Lt", "Gt"',
    ]);
    expect(errorsOf({ tolerations: [{ key: 'k', operator: 'Le', value: '5' }] })).toEqual([
      'spec.tolerations[0].operator: Unsupported value: "Le": supported values: "Equal", "Exists"',
    ]);
  });
});

describe('a workload', () => {
  const template = { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'a', image: 'i' }] } };

  it('selects its own pods', () => {
    expect(errorsOfObject('apps/v1', 'Deployment', { template })).toEqual(['spec.selector: Required value']);
    expect(
      errorsOfObject('apps/v1', 'Deployment', { template, selector: { matchLabels: { a: 'b' } } }),
    ).toEqual([]);
    expect(
      errorsOfObject('apps/v1', 'DaemonSet', { template, selector: { matchLabels: { a: 'c' } } }),
    ).toEqual([
      'spec.template.metadata.labels: Invalid value: {"a":"b"}: `selector` does not match template `labels`',
    ]);
  });

  it('restarts its pods always, a job never always', () => {
    const never = { ...template, spec: { ...template.spec, restartPolicy: 'Never' } };
    expect(
      errorsOfObject('apps/v1', 'Deployment', { template: never, selector: { matchLabels: { a: 'b' } } }),
    ).toEqual(['spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"']);
    expect(errorsOfObject('batch/v1', 'Job', { template: never })).toEqual([]);
    expect(errorsOfObject('batch/v1', 'Job', { template })).toEqual([
      'spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ]);
    expect(
      errorsOfObject('batch/v1', 'CronJob', { schedule: '* * * * *', jobTemplate: { spec: { template } } }),
    ).toEqual([
      'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
    ]);
  });

  it('has no ephemeral containers, and its errors stand at the template', () => {
    const spec = { containers: [], ephemeralContainers: [{ name: 'e', image: 'i' }] };
    expect(
      errorsOfObject('batch/v1', 'Job', { template: { spec: { ...spec, restartPolicy: 'Never' } } }),
    ).toEqual([
      'spec.template.spec.containers: Required value',
      'spec.template.spec.ephemeralContainers: Forbidden: ephemeral containers not allowed in pod template',
    ]);
  });

  it('keeps keys of a ConfigMap usable as file names', () => {
    const object = Object.assign(
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
      { data: { '../x': '' } },
    );
    expect(validateObject(decodeObject(object).value).map(formatFieldError)).toEqual([
      "data[../x]: Invalid value: \"../x\": a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
      'data[../x]: Invalid value: "../x": must not start with \'..\'',
    ]);
  });
});
