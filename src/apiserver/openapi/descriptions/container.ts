import type { Descriptions } from './description.ts';

/** A container and what is its own. */
export const CONTAINER: Descriptions = {
  Container: {
    type: 'One program from an image, and what it gets.',
    fields: {
      name: 'Unique in the pod, a DNS label.',
      image: 'NAME:TAG or NAME@DIGEST.',
      imagePullPolicy:
        'Always, IfNotPresent or Never. Default: Always for the tag latest, else IfNotPresent.',
      command: "In place of the image's ENTRYPOINT. $(NAME) is a variable of env.",
      args: "In place of the image's CMD.",
      workingDir: "In place of the image's WORKDIR.",
      env: 'Variables of the environment.',
      envFrom: 'All keys of ConfigMaps and Secrets as variables.',
      ports: 'What it listens on; only told to others.',
      resources: 'What it may use of the node.',
      securityContext: 'What it may do.',
      volumeMounts: 'Where it sees the volumes of the pod.',
      livenessProbe: 'When it fails, the container is restarted.',
      readinessProbe: 'While it fails, Services send nothing.',
      startupProbe: 'The other probes wait for it.',
      lifecycle: 'What is done after its start and before its end.',
      restartPolicy: 'Of an init container: Always makes it a sidecar.',
      stdin: 'Keeps its standard input open for kubectl attach.',
      stdinOnce: 'Closes it when the first client has gone.',
      tty: 'Gives it a terminal.',
      terminationMessagePath: 'A file whose text is told of its end. Default: /dev/termination-log.',
      terminationMessagePolicy: 'File, or FallbackToLogsOnError. Default: File.',
      volumeDevices: 'Where it sees volumes as block devices.',
      resizePolicy: 'Whether it is restarted when its resources change.',
    },
  },
  ContainerPort: {
    type: 'A port that a container listens on.',
    fields: {
      name: 'By which probes and Services can name it.',
      containerPort: 'The number, 1 to 65535.',
      protocol: 'TCP, UDP or SCTP. Default: TCP.',
      hostPort: 'A port of the node that leads to it.',
      hostIP: 'The address of the node that the hostPort is for.',
    },
  },
  EnvVar: {
    type: 'A variable of the environment.',
    fields: {
      name: 'Its name.',
      value: '$(NAME) is a variable before it; $$ is a dollar sign.',
      valueFrom: 'Where the value is taken from.',
    },
  },
  EnvVarSource: {
    type: 'Where a value is taken from: one of these.',
    fields: {
      fieldRef: 'A field of the pod: metadata.name, status.podIP, spec.nodeName.',
      resourceFieldRef: "A container's request or limit: limits.memory.",
      configMapKeyRef: 'A key of a ConfigMap.',
      secretKeyRef: 'A key of a Secret.',
      fileKeyRef: 'A line of a file in a volume.',
    },
  },
  EnvFromSource: {
    type: 'All keys of a ConfigMap or a Secret as variables.',
    fields: {
      prefix: 'Put before each name.',
      configMapRef: 'The ConfigMap.',
      secretRef: 'The Secret.',
    },
  },
  ResourceRequirements: {
    type: 'What is set aside of the node, and what may be used of it.',
    fields: {
      requests: 'What is set aside: cpu: 100m, memory: 64Mi.',
      limits:
        'The most that may be used: with more memory it is killed (OOMKilled), with more cpu slowed down.',
      claims: 'Devices, by their claims in the pod.',
    },
  },
  VolumeMount: {
    type: 'A volume of the pod at a place in the container.',
    fields: {
      name: 'Of the volume.',
      mountPath: 'Where, from the root.',
      readOnly: 'Whether it can only be read. Default: false.',
      recursiveReadOnly: 'Enabled, IfPossible or Disabled: mounts below it too.',
      subPath: 'A path in the volume, in place of its root.',
      subPathExpr: 'The same, with $(NAME) as a variable of the container.',
      mountPropagation: 'None, HostToContainer or Bidirectional. Default: None.',
    },
  },
  Probe: {
    type: 'How it is asked whether a container is well: one of exec, httpGet, tcpSocket, grpc.',
    fields: {
      exec: 'A command in the container; 0 is well.',
      httpGet: 'A request; a status of 200 to 399 is well.',
      tcpSocket: 'A connection; that it opens is well.',
      grpc: 'The health protocol of gRPC.',
      initialDelaySeconds: 'Time before the first. Default: 0.',
      periodSeconds: 'Time between two. Default: 10.',
      timeoutSeconds: 'How long one may take. Default: 1.',
      successThreshold: 'So many in a row are a success. Default: 1.',
      failureThreshold: 'So many in a row are a failure. Default: 3.',
      terminationGracePeriodSeconds: "In place of the pod's, when this probe ends the container.",
    },
  },
  HTTPGetAction: {
    type: 'A GET request.',
    fields: {
      port: 'A number, or the name of a port of the container.',
      path: 'Default: /.',
      host: "Default: the pod's address.",
      scheme: 'HTTP or HTTPS, whose certificate is not looked at. Default: HTTP.',
      httpHeaders: 'Further headers.',
    },
  },
  TCPSocketAction: {
    type: 'A TCP connection.',
    fields: {
      port: 'A number, or the name of a port of the container.',
      host: "Default: the pod's address.",
    },
  },
  ExecAction: {
    type: 'A command in the container.',
    fields: { command: 'The program and its arguments; no shell.' },
  },
  GRPCAction: {
    type: 'A question of the health protocol of gRPC.',
    fields: { port: 'A number.', service: 'Whose health is asked for.' },
  },
  SleepAction: { type: 'A pause.', fields: { seconds: 'How long.' } },
  Lifecycle: {
    type: 'What is done after the start and before the end of a container.',
    fields: {
      postStart: 'At its start; when it fails, the container is ended.',
      preStop: 'Before it is told to end; the grace period counts from here.',
      stopSignal: "In place of the image's own, else SIGTERM.",
    },
  },
  LifecycleHandler: {
    type: 'What is done: one of these.',
    fields: {
      exec: 'A command in the container.',
      httpGet: 'A request.',
      sleep: 'A pause.',
      tcpSocket: 'Accepted and without effect, as on a cluster.',
    },
  },
};
