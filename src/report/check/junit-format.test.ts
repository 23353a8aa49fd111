import { describe, expect, it } from 'vitest';
import { DENIED, EMPTY_REPORT, REPORTS, SUPPRESSED, writeAll } from '../../../test/support/check-reports.ts';
import { junitFormat } from './junit-format.ts';

describe('JUnit', () => {
  it('has a suite for each file and a case for each of what was checked', () => {
    expect(writeAll(junitFormat({}), REPORTS)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="podproof">
        <testsuite name="deploy/web.yaml" tests="2" failures="1" errors="0" skipped="1">
          <testcase name="Deployment default/web" classname="deploy/web.yaml">
            <failure type="allowPrivilegeEscalation CreateContainerConfigError" message="denied: allowPrivilegeEscalation: allowPrivilegeEscalation != false (container &quot;web&quot; must set securityContext.allowPrivilegeEscalation=false), and 1 more">deploy/web.yaml:19:11
      denied: allowPrivilegeEscalation: allowPrivilegeEscalation != false (container "web" must set securityContext.allowPrivilegeEscalation=false)
      write  allowPrivilegeEscalation: false  in the securityContext of container web

      deploy/web.yaml:20:11
      would not start: CreateContainerConfigError in web: container has runAsNonRoot and image will run as root (pod: "web_default(1)", container: web)
      write  runAsUser: 1654  (its passwd has app:1654)</failure>
            <system-out>deploy/web.yaml:18:9
      warning: implicit-root in web: runs as root: the manifest sets no runAsUser and the image no other user
      write runAsNonRoot: true and a runAsUser other than 0</system-out>
          </testcase>
          <testcase name="Deployment default/legacy" classname="deploy/web.yaml">
            <skipped message="allowPrivilegeEscalation: suppressed by annotation: goes away in spring"/>
          </testcase>
        </testsuite>
        <testsuite name="deploy/web.yaml" tests="1" failures="0" errors="0" skipped="0">
          <testcase name="Deployment default/web" classname="deploy/web.yaml"/>
        </testsuite>
        <testsuite name="namespaces.yaml" tests="1" failures="1" errors="0" skipped="0">
          <testcase name="Namespace team" classname="namespaces.yaml">
            <failure type="invalid" message="invalid: metadata.labels: Invalid value: &quot;a b&quot;: a valid label must be short">namespaces.yaml:12:7
      invalid: metadata.labels: Invalid value: "a b": a valid label must be short</failure>
          </testcase>
        </testsuite>
        <testsuite name="broken.yaml" tests="1" failures="0" errors="1" skipped="0">
          <testcase name="can be read" classname="broken.yaml">
            <error type="unreadable" message="unreadable: the mapping has no value">broken.yaml:3:5
      unreadable: the mapping has no value
      write a value</error>
          </testcase>
        </testsuite>
        <testsuite name="app/Dockerfile" tests="1" failures="1" errors="0" skipped="0">
          <testcase name="stage final" classname="app/Dockerfile">
            <failure type="CreateContainerConfigError" message="would not start: CreateContainerConfigError: container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root">app/Dockerfile:14:1
      would not start: CreateContainerConfigError: container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root
      write  USER $APP_UID</failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `);
  });

  it('fails for a warning alone where warnings are to fail', () => {
    const warned = {
      ...DENIED,
      admission: { ...DENIED.admission, violations: [] },
      containers: DENIED.containers.map((container) => ({ ...container, start: { ok: true } as const })),
    };
    const report = { ...EMPTY_REPORT, workloads: [warned] };
    expect(writeAll(junitFormat({}), [report])).toContain('failures="0"');
    expect(writeAll(junitFormat({ warningsFail: true }), [report])).toContain(
      '<failure type="implicit-root"',
    );
  });

  it('is skipped only where nothing but what is suppressed was found', () => {
    const [suppressed] = SUPPRESSED.admission.violations;
    const both = {
      ...DENIED,
      admission: {
        ...DENIED.admission,
        violations: [...DENIED.admission.violations, ...(suppressed === undefined ? [] : [suppressed])],
      },
    };
    const written = writeAll(junitFormat({}), [{ ...EMPTY_REPORT, workloads: [both] }]);
    expect(written).toContain('failures="1" errors="0" skipped="0"');
  });
});
