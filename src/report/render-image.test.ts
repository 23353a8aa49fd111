import { describe, expect, it } from 'vitest';
import type { ImageReport } from '../core/contract/image-report.ts';
import { PLAIN } from './palette.ts';
import { renderImage } from './render-image.ts';

const options = { columns: 100, palette: PLAIN };

const chiseled: ImageReport = {
  apiVersion: 'podproof.dev/v1',
  kind: 'ImageReport',
  reference: 'registry.test/samples:chiseled',
  digest: 'sha256:00112233',
  config: {
    User: '1654',
    Env: ['APP_UID=1654', 'ASPNETCORE_HTTP_PORTS=8080'],
    ExposedPorts: { '8080/tcp': {} },
    Entrypoint: ['./aspnetapp'],
    Cmd: ['--name', 'a b'],
    WorkingDir: '/app',
  },
  identity: {
    user: '1654',
    uid: 1654,
    gid: 1654,
    groups: [],
    numeric: true,
    verifiableAsNonRoot: true,
    from: 'image USER 1654, /etc/passwd',
  },
};

describe('the text of an image', () => {
  it('says who it runs as, whether that can be verified, and what else decides its confinement', () => {
    expect(renderImage(chiseled, options)).toMatchInlineSnapshot(`
      "runs as     1654:1654                   image USER 1654, /etc/passwd
      non-root    verifiable by runAsNonRoot  USER is numeric and not 0
      env         APP_UID=1654  ASPNETCORE_HTTP_PORTS=8080
      ports       8080/tcp
      entrypoint  ./aspnetapp
      cmd         --name "a b"
      workdir     /app
      digest      sha256:00112233
      "
    `);
  });

  it('says for a named user which number to write instead', () => {
    const named: ImageReport = {
      ...chiseled,
      config: { User: 'app' },
      identity: {
        ...chiseled.identity,
        user: 'app',
        numeric: false,
        verifiableAsNonRoot: false,
        from: 'image USER app, /etc/passwd',
        advice: 'write  runAsUser: 1654',
      },
    };
    expect(renderImage(named, options)).toMatchInlineSnapshot(`
      "runs as   1654:1654 app                image USER app, /etc/passwd
      non-root  runAsNonRoot will refuse it  USER app is a name, not a number
                write  runAsUser: 1654
      digest    sha256:00112233
      "
    `);
  });
});
