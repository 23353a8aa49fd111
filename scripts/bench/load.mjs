// @ts-check
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { medians, PODPROOF, print, run, work, writeLayout } from './measure.mjs';

/** A 200 MB image of 10,000 files, as people's application images are: text that compresses and data that does not. */
export function benchLoad() {
  const files = join(work, 'files');
  for (let dir = 0; dir < 100; dir += 1) {
    mkdirSync(join(files, `d${dir}`), { recursive: true });
    for (let file = 0; file < 100; file += 1) {
      const noise = randomBytes(6000).toString('base64');
      writeFileSync(join(files, `d${dir}`, `f${file}`), noise + 'x'.repeat(20_000 - noise.length));
    }
  }
  const archive = join(work, 'layer.tar.gz');
  run('tar', ['-czf', archive, '-C', files, '.']);
  const layout = writeLayout('big', 'writeGzipLayout', archive, 'localhost/big:1');
  let round = 0;
  const [ours = 0, tar = 0] = medians(
    [
      () => {
        round += 1;
        const root = join(work, `load-${round}`);
        const { wallMs } = run(PODPROOF, ['--root', root, 'image', 'load', `oci:${layout}`]);
        rmSync(root, { recursive: true });
        return wallMs;
      },
      () => {
        const target = join(work, `tar-${round}`);
        mkdirSync(target);
        const { wallMs } = run('tar', ['-xzf', archive, '-C', target]);
        rmSync(target, { recursive: true });
        return wallMs;
      },
    ],
    3,
  );
  print('image load, 200 MB, 10,000 files', ours, tar, 'tar -xz', 'at most 1.25');
}
