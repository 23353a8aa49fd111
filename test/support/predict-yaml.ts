import { Readable } from 'node:stream';
import { typicalPlatform } from '../../src/confinement/platform.ts';
import type { CheckReport, ContainerReport, WorkloadReport } from '../../src/core/contract/check-report.ts';
import type { ContainerConfig, Image, PasswdEntry } from '../../src/image/image.ts';
import { readManifests } from '../../src/manifest/read-manifests.ts';
import { workloadsOf } from '../../src/manifest/workloads.ts';
import { type PredictInput, predict } from '../../src/predict/predict.ts';

export interface Asked extends Partial<Omit<PredictInput, 'images'>> {
  /** By reference; any other image is not at hand. */
  readonly images?: Readonly<Record<string, Image>>;
}

/** What `podproof check` says of manifests, without a command line. */
export async function predictYaml(yaml: string, { images = {}, ...asked }: Asked = {}): Promise<CheckReport> {
  const refusedObjects = 'keep';
  const set = await readManifests(['-'], { stdin: Readable.from([yaml]), refusedObjects });
  return predict({
    workloads: workloadsOf(set, { refusedObjects }),
    objects: set.objects,
    lookup: set.lookup,
    images: { find: (reference) => Promise.resolve(images[reference]) },
    platform: typicalPlatform('containerd'),
    ...asked,
  });
}

/** The same of manifests that make one pod. */
export async function predictOne(yaml: string, asked?: Asked): Promise<WorkloadReport> {
  const { workloads } = await predictYaml(yaml, asked);
  const [workload] = workloads;
  if (workload === undefined || workloads.length > 1)
    throw new Error(`expected one workload, found ${workloads.length}`);
  return workload;
}

/** The checks that deny the pod. */
export function deniedBy({ admission }: WorkloadReport): readonly string[] {
  return admission.violations.map(({ check }) => check);
}

/** The container of that name. */
export function containerOf({ containers }: WorkloadReport, name: string): ContainerReport {
  const container = containers.find((it) => it.name === name);
  if (container === undefined) throw new Error(`there is no container "${name}"`);
  return container;
}

/** What is told of a container, by code. */
export function codesOf({ findings }: Pick<ContainerReport, 'findings'>): readonly string[] {
  return findings.map(({ code }) => code);
}

/** An image of that configuration, with root and those accounts: names with their uids. */
export function imageWith(config: ContainerConfig, accounts: Readonly<Record<string, number>> = {}): Image {
  const passwd = Object.entries({ root: 0, ...accounts }).map(
    ([name, uid]): PasswdEntry => ({
      name,
      uid,
      gid: uid,
      gecos: '',
      home: `/home/${name}`,
      shell: '/bin/sh',
    }),
  );
  return {
    reference: 'image',
    digest: `sha256:${'0'.repeat(64)}`,
    config: { architecture: 'amd64', os: 'linux', config, rootfs: { type: 'layers', diff_ids: [] } },
    accounts: { passwd, group: [] },
  };
}
