import type { ContainerPort } from '../../kube/pod.ts';
import type { Remarks } from './remarks.ts';

/** `-p 8080:80`, `-p 127.0.0.1:8080:80/udp`, `-p 8000-8002:80-82`, `-p [::1]:80:80` as container ports with host ports. */
export function translatePorts(publish: readonly string[], remarks: Remarks): readonly ContainerPort[] {
  return publish.flatMap((text) => translatePort(text, remarks));
}

function translatePort(text: string, remarks: Remarks): readonly ContainerPort[] {
  const refuse = (why: string): readonly ContainerPort[] => {
    remarks.problem(`-p ${text}: ${why}`);
    return [];
  };
  const match = /^(?:(?:(\[[0-9a-fA-F:]+\]|[\d.]+):)?([\d-]*):)?(\d+(?:-\d+)?)(?:\/(\w+))?$/.exec(text);
  if (match === null) return refuse('it is [IP:]HOST:PORT[/tcp|udp|sctp]');
  const [, ip, hostText, containerText = '', protocolText = 'tcp'] = match;
  if (hostText === undefined || hostText === '') return refuse('name the port on the host: HOST:PORT');
  const protocol = PROTOCOLS[protocolText.toLowerCase()];
  if (protocol === undefined) return refuse(`there is no protocol "${protocolText}"`);
  const host = range(hostText);
  const container = range(containerText);
  if (host === undefined || container === undefined) return refuse('a port is a number from 1 to 65535');
  if (host.length !== container.length) return refuse('both ranges must be of the same length');
  return container.map((containerPort, index) => ({
    containerPort,
    hostPort: host[index] ?? containerPort,
    ...(protocol !== 'TCP' && { protocol }),
    ...(ip !== undefined && { hostIP: ip.replace(/^\[|\]$/g, '') }),
  }));
}

const PROTOCOLS: Readonly<Record<string, NonNullable<ContainerPort['protocol']>>> = {
  tcp: 'TCP',
  udp: 'UDP',
  sctp: 'SCTP',
};

function range(text: string): readonly number[] | undefined {
  const [from = Number.NaN, to = from] = text.split('-').map(Number);
  if (!(from >= 1 && to >= from && to <= 65_535)) return undefined;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}
