import type { ComposeWorkload } from '../compose/compose-workload.ts';
import { inComposeWords } from '../compose/in-compose-words.ts';
import { withAccounts } from '../compose/with-accounts.ts';
import type { WorkloadReport } from '../core/contract/check-report.ts';
import { identityOf } from '../image/identity.ts';
import type { PredictSettings } from '../predict/predict-settings.ts';
import { predictWorkload } from '../predict/predict-workload.ts';
import { type ImageLookup, imagesOf } from './image-lookup.ts';

/** A service of a Compose file, judged as the pod that is confined alike and told in the file's own words. */
export function judgeService(
  service: ComposeWorkload,
  findImage: ImageLookup,
  settings: PredictSettings,
): WorkloadReport {
  const images = imagesOf(service, findImage);
  const image = [...images.values()].find((found) => found.image !== undefined)?.image;
  const workload = image?.accounts === undefined ? service : withAccounts(service, image.accounts);
  const identity = image && identityOf(image);
  return inComposeWords(
    predictWorkload(workload, images, settings),
    workload,
    identity === undefined || identity.uid === null || identity.uid === 0
      ? undefined
      : { uid: identity.uid, ...(identity.gid !== null && { gid: identity.gid }) },
  );
}
