import { describe, expect, it } from 'vitest';
import { HOSTILE_TEXTS, hostileReport, REPORTS, writeAll } from '../../../test/support/check-reports.ts';
import { visibleText } from '../../core/visible-text.ts';
import { githubFormat } from './github-format.ts';

describe('annotations of GitHub Actions', () => {
  it('are a command for each finding that counts, and the sum', () => {
    expect(writeAll(githubFormat({}), REPORTS)).toMatchInlineSnapshot(`
      "::error file=deploy/web.yaml,line=19,col=11,title=denied%3A allowPrivilegeEscalation::Deployment default/web: allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)%0Awrite  allowPrivilegeEscalation: false  in the securityContext of container web
      ::error file=deploy/web.yaml,line=20,col=11,title=would not start%3A CreateContainerConfigError::Deployment default/web: container has runAsNonRoot and image will run as root (pod: "web_default(1)", container: web)%0Awrite  runAsUser: 1654  (its passwd has app:1654)
      ::warning file=deploy/web.yaml,line=18,col=9,title=warning%3A implicit-root::Deployment default/web: runs as root: the manifest sets no runAsUser and the image no other user%0Awrite runAsNonRoot: true and a runAsUser other than 0
      ::error file=broken.yaml,line=3,col=5,title=unreadable::the mapping has no value%0Awrite a value
      ::error file=namespaces.yaml,line=12,col=7,title=invalid::Namespace team: metadata.labels: Invalid value: "a b": a valid label must be short
      ::error file=app/Dockerfile,line=14,col=1,title=would not start%3A CreateContainerConfigError::container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root%0Awrite  USER $APP_UID
      3 workloads, 1 Dockerfile: 1 invalid, 1 denied, 2 would not start, 1 unreadable, 1 warning, 1 suppressed
      "
    `);
  });

  it.each(HOSTILE_TEXTS)('begin no command that a stranger wrote: %j', (text) => {
    const written = writeAll(githubFormat({}), [hostileReport(text)]);
    expect(visibleText(written)).toBe(written);
    const lines = written.trimEnd().split('\n');
    expect(lines.pop()).toMatch(/^2 workloads, 1 Dockerfile: /);
    for (const line of lines) {
      const [, properties = '', data = ''] = /^::(?:error|warning) ([^:]*)::(.*)$/.exec(line) ?? [];
      expect(properties.split(',').map((one) => one.split('=', 1)[0])).toEqual(
        properties.includes(',line=') ? expect.arrayContaining(['file', 'line', 'title']) : ['file', 'title'],
      );
      expect(data).not.toMatch(/%(?!25|0A)/);
    }
  });
});
