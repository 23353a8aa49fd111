import { join } from 'node:path';
import type { Credentials } from '../../apiserver/open-credentials.ts';
import type { ClusterSettings } from '../../apiserver/resource-kind.ts';
import type { ControllersOptions } from '../../controllers/start-controllers.ts';
import { readNodeFacts } from '../../kubelet/read-node-facts.ts';
import { removeTree } from '../../linux/remove-tree.ts';
import type { NodePorts } from '../../node/node-ports.ts';
import type { NetworkSettings } from '../../runtime/node-network.ts';

interface NodeParts {
  readonly node: NodePorts;
  readonly credentials: Credentials;
  readonly settings: ClusterSettings;
  readonly network: NetworkSettings;
  readonly libDir: string;
}

/** What the controllers must know of the machine, and the one thing that they do to it. */
export function controllersOptions(parts: NodeParts): Pick<ControllersOptions, 'settings' | 'ports'> {
  const { node, credentials, settings, network, libDir } = parts;
  const { cpuMillicores, ephemeralStorageBytes } = node.allocatable;
  const claimsDir = join(libDir, 'claims');
  return {
    settings: {
      nodeName: settings.nodeName,
      serviceCidr: settings.serviceCidr,
      caPem: credentials.authority,
      apiEndpoint: undefined,
      nodeFacts: readNodeFacts({
        nodeName: settings.nodeName,
        engine: node.engine,
        hostIP: node.hostIP,
        podCIDR: network.subnet,
        cpuMillicores,
        ephemeralStorageBytes,
      }),
      claimsDir,
    },
    ports: {
      removeClaimDirectory: async (namespace, name) => removeTree(join(claimsDir, namespace, name)),
    },
  };
}
