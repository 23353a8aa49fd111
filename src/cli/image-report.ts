import type { ImageReport } from '../core/contract/image-report.ts';
import { identityOf } from '../image/identity.ts';
import type { Image } from '../image/image.ts';

/** What `podproof image REF` tells of an image. */
export function imageReport(image: Image): ImageReport {
  return {
    apiVersion: 'podproof.dev/v1',
    kind: 'ImageReport',
    reference: image.reference,
    digest: image.digest,
    config: image.config.config,
    identity: identityOf(image),
  };
}

/** What `docker inspect` shows of an image, as far as templates ask for it. */
export function inspectView({ reference, digest, config }: Image): unknown {
  return {
    Id: digest,
    RepoTags: [reference],
    Created: config.created ?? '',
    Architecture: config.architecture,
    Variant: config.variant ?? '',
    Os: config.os,
    Config: {
      User: '',
      ExposedPorts: null,
      Env: null,
      Entrypoint: null,
      Cmd: null,
      Volumes: null,
      WorkingDir: '',
      Labels: null,
      StopSignal: '',
      ...config.config,
    },
    RootFS: { Type: 'layers', Layers: config.rootfs.diff_ids },
  };
}
