import type { ComposeWorkload } from '../compose/compose-workload.ts';
import { inComposeWords } from '../compose/in-compose-words.ts';
import { withAccounts } from '../compose/with-accounts.ts';
import type { WorkloadReport } from '../core/contract/check-report.ts';
import type { Finding } from '../core/finding.ts';
import { shellWord } from '../core/shell-word.ts';
import { imageOfDockerfile } from '../dockerfile/image-of-dockerfile.ts';
import { identityOf } from '../image/identity.ts';
import type { FoundImage } from '../predict/image-finder.ts';
import type { PredictSettings } from '../predict/predict-settings.ts';
import { predictWorkload } from '../predict/predict-workload.ts';
import { type ImageLookup, imagesOf } from './image-lookup.ts';
import { baseOfBuild, type ServiceBuild } from './service-builds.ts';

/**
 * A service of a Compose file, judged as the pod that is confined alike and told in the file's own words. An image that is
 * not at hand is the one that its Dockerfile makes, where the service has one.
 */
export function judgeService(
  service: ComposeWorkload,
  build: ServiceBuild | undefined,
  findImage: ImageLookup,
  settings: PredictSettings,
): WorkloadReport {
  const images = new Map(imagesOf(service, findImage));
  const reference = service.pod.spec.containers[0]?.image ?? '';
  const built =
    build === undefined || images.get(reference)?.image !== undefined
      ? undefined
      : builtImage(build, findImage);
  if (built?.image !== undefined) images.set(reference, built);
  const told = build === undefined || built === undefined ? service : withBuild(service, build, built);
  const image = images.get(reference)?.image;
  const workload = image?.accounts === undefined ? told : withAccounts(told, image.accounts);
  const identity = image && identityOf(image);
  return inComposeWords(
    predictWorkload(workload, images, settings),
    workload,
    identity === undefined || identity.uid === null || identity.uid === 0
      ? undefined
      : { uid: identity.uid, ...(identity.gid !== null && { gid: identity.gid }) },
  );
}

function builtImage(build: ServiceBuild, findImage: ImageLookup): FoundImage {
  if ('problem' in build) return { image: undefined, problem: build.problem };
  const base = baseOfBuild(build);
  const image = imageOfDockerfile(build.dockerfile, base === undefined ? undefined : findImage(base));
  return image === undefined ? { image, problem: `its base image ${base ?? ''} is not at hand` } : { image };
}

/** What its author should know of an image that is built: which Dockerfile counts, or why none does. */
function withBuild(
  service: ComposeWorkload,
  { file }: ServiceBuild,
  { image, problem }: FoundImage,
): ComposeWorkload {
  const isBeside = file !== service.source.file;
  const from = isBeside ? file : 'its dockerfile_inline';
  const message =
    image === undefined
      ? `the image is built from ${from}: ${problem ?? 'it is not known'}`
      : `the image is not at hand: judged as the one that ${from} makes`;
  const finding: Finding = {
    severity: 'note',
    code: 'compose-built',
    message,
    path: ['services', service.name, 'build'],
    ...(isBeside && image !== undefined && { advice: `podproof check ${shellWord(file)}` }),
  };
  return {
    ...service,
    findings: [...service.findings.filter(({ code }) => code !== 'compose-built'), finding],
  };
}
