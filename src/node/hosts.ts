export interface HostsFile {
  readonly podIPs: readonly string[];
  readonly hostname: string;
  /** With the pod's subdomain, when it has one. */
  readonly fullName: string | undefined;
  readonly aliases: readonly { readonly ip: string; readonly hostnames?: readonly string[] }[];
  /** The node's own file, for a pod in the node's network. */
  readonly nodeHosts: string | undefined;
}

const localLines = [
  '127.0.0.1\tlocalhost',
  '::1\tlocalhost ip6-localhost ip6-loopback',
  'fe00::0\tip6-localnet',
  'fe00::0\tip6-mcastprefix',
  'fe00::1\tip6-allnodes',
  'fe00::2\tip6-allrouters',
];

/** The pod's /etc/hosts, as the kubelet writes it. */
export function buildHosts(file: HostsFile): string {
  return (
    (file.nodeHosts === undefined
      ? podHosts(file)
      : `# Kubernetes-managed hosts file (host network).\n${file.nodeHosts}`) + aliasLines(file.aliases)
  );
}

function podHosts({ podIPs, hostname, fullName }: HostsFile): string {
  const names = fullName === undefined ? hostname : `${fullName}\t${hostname}`;
  const own = podIPs.map((ip) => `${ip}\t${names}`);
  return `${['# Kubernetes-managed hosts file.', ...localLines, ...own].join('\n')}\n`;
}

function aliasLines(aliases: HostsFile['aliases']): string {
  if (aliases.length === 0) return '';
  const lines = aliases.map(({ ip, hostnames = [] }) => `${[ip, ...hostnames].join('\t')}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join('')}`;
}
