import { KINDS } from '../../apiserver/kinds.ts';
import { openCredentials } from '../../apiserver/open-credentials.ts';
import { openObjectService } from '../../apiserver/open-object-service.ts';
import { type ApiServer, serveApi } from '../../apiserver/serve-api.ts';
import { serviceAccountTokens } from '../../apiserver/service-account-tokens.ts';
import { fieldsNotCarriedOut } from '../../confinement/fields-not-carried-out.ts';
import { startControllers } from '../../controllers/start-controllers.ts';
import type { Pod } from '../../kube/pod.ts';
import { kubeletParts } from '../../kubelet/kubelet-parts.ts';
import { lookupOf } from '../../kubelet/lookup-of.ts';
import { openKubelet } from '../../kubelet/open-kubelet.ts';
import { adoptPods } from '../../node/adopt-pods.ts';
import { systemClock } from '../../node/clock.ts';
import { lockNode } from '../../node/lock-node.ts';
import { readSigningKey } from '../../node/signing-key.ts';
import { assertNodeMachine } from '../../runtime/assert-node-machine.ts';
import { holdNetwork, releaseNetwork } from '../../runtime/hold-network.ts';
import { rootLayout } from '../../runtime/layout.ts';
import { openNodeNetwork } from '../../runtime/node-network.ts';
import { openSpareNetwork } from '../../runtime/spare-network.ts';
import { openServices } from '../../services/open-services.ts';
import type { CommandContext } from '../command.ts';
import { openNode } from '../open-node.ts';
import { API_HOST, choosePort } from './choose-port.ts';
import { CleanUp, type Ending } from './clean-up.ts';
import { controllersOptions } from './controllers-options.ts';
import { giveMemoryBack } from './give-memory-back.ts';
import { keepSettings, nodePaths, removeNodeProcess, writeNodeProcess } from './node-files.ts';
import { nodeIdentities } from './node-identities.ts';
import { apiNames, clusterSettings, GIT_VERSION } from './node-settings.ts';
import type { UpOptions } from './up-options.ts';
import { writeKubeconfigs } from './write-kubeconfigs.ts';

export interface Node {
  /** Of its API: `https://127.0.0.1:6443`. */
  readonly url: string;
  /**
   * `halt` ends the pods as well; `keep` leaves them to the next node of this root. Once `hurry` is aborted, pods that are
   * being stopped are killed.
   */
  close(pods: Ending['pods'], hurry: AbortSignal): Promise<void>;
}

/**
 * The node in this process. Resolves when the API answers.
 *
 *     lock -> network -> credentials -> objects -> services -> kubelet -> API -> controllers
 *
 * What has been opened is closed in the other order, also when a later step fails.
 */
export async function runNode(options: UpOptions, context: CommandContext): Promise<Node> {
  const tell = teller(context);
  const layout = rootLayout(context.root);
  const paths = nodePaths(context.root);
  const clock = systemClock;
  const cleanUp = new CleanUp();
  try {
    assertNodeMachine(options.runtime);
    const lock = await lockNode(layout.runDir, 'node');
    cleanUp.add(() => lock.release());
    const { network, serviceCidr } = openNodeNetwork(layout);
    const settings = clusterSettings(serviceCidr);
    const port = await choosePort(options.port, paths);
    const place = { ...options, root: context.root, network };
    cleanUp.add(() => releaseNetwork(place));
    const [credentials] = await Promise.all([
      openCredentials({ dir: paths.credentials, hosts: apiNames(settings), nowMs: clock.now() }),
      holdNetwork(place),
    ]);

    const objects = await openObjectService({ dir: paths.objects, kinds: KINDS, settings, clock, podFields });
    cleanUp.add(() => objects.close());
    const { api, recorder } = nodeIdentities(objects, settings.nodeName, clock);

    const services = await openServices({
      api: api('kube-proxy'),
      settings,
      layout,
      network,
      apiServer: { host: API_HOST, port },
      onProblem: (error) => tell('services', error),
    });
    cleanUp.add(() => services.close());

    const spareNetwork = openSpareNetwork(place);
    cleanUp.add(() => spareNetwork.close());
    const node = await openNode(
      {
        ...options,
        lookup: lookupOf(objects.reader),
        clusterDns: services.dns,
        serviceEnv: services.serviceEnv,
        nodeName: settings.nodeName,
        network,
        spareNetwork,
      },
      context,
    );
    const own = { node, api: api('kubelet'), recorder: recorder('kubelet') };
    const kubelet = await openKubelet({
      ...own,
      settings,
      parts: (pods) => kubeletParts({ ...own, pods, onProblem: (error) => tell('proof', error) }),
      adopt: (optionsOf) =>
        adoptPods(node, optionsOf, {
          onUnreadable: ({ record, why }) => tell(`pod ${record.namespace}/${record.name} begins anew`, why),
        }),
    });
    cleanUp.add(({ pods, hurry }) => kubelet.close(pods, hurry));

    const key = await readSigningKey(layout.libDir);
    const tokens = serviceAccountTokens({ key, objects: objects.reader, now: () => clock.now() });
    const served: ApiServer = await serveApi({
      objects,
      kinds: KINDS,
      kubelet: kubelet.port,
      credentials,
      tokens,
      host: API_HOST,
      port,
      clock,
      gitVersion: GIT_VERSION,
    });
    cleanUp.add(() => served.close());
    const controllers = await startControllers({
      ...controllersOptions({ node, credentials, settings, network, libDir: layout.libDir }),
      api,
      recorder,
      clock,
      onError: (controller, key, error) => tell(`${controller} ${key}`, error),
    });
    cleanUp.add(() => controllers.close());
    cleanUp.add(giveMemoryBack(own.api));

    await writeKubeconfigs(served.url, credentials, options, context);
    keepSettings(paths, { port });
    writeNodeProcess(paths, served.url, new Date(clock.now()));
    cleanUp.add(() => removeNodeProcess(paths));
    return { url: served.url, close: (pods, hurry) => cleanUp.run({ pods, hurry }) };
  } catch (error) {
    await cleanUp.run({ pods: 'keep', hurry: new AbortController().signal });
    throw error;
  }
}

/** Into the node's log: what went wrong beside the way of any request. */
function teller({ stderr }: CommandContext): (what: string, error: unknown) => void {
  return (what, error) => {
    stderr.write(`podproof: ${what}: ${error instanceof Error ? error.message : String(error)}\n`);
  };
}

/** What `kubectl apply` says of fields that the node does not carry out. */
function podFields(pod: Pod): ReturnType<typeof fieldsNotCarriedOut> {
  return fieldsNotCarriedOut(pod, 'node');
}
