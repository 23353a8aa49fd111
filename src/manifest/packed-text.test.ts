import { describe, expect, test } from 'vitest';
import type { FieldPath } from '../core/field-path.ts';
import { type PackedText, packText, unpackText } from './packed-text.ts';
import { readManifestText } from './read-manifest-text.ts';

const TEXTS: Readonly<Record<string, string>> = {
  'a plain pod': `# who
apiVersion: v1
kind: Pod
metadata: {name: a, labels: {"__proto__": x, "1": one}}
spec:
  securityContext: {runAsUser: 1000}
  containers:
    - name: c
      image: "x"
      securityContext:
        privileged: true
`,
  'several documents, one of them wrong': `apiVersion: v1
kind: ConfigMap
metadata: {name: a}
data: {a: "1"}
---
apiVersion: v1
kind: Pod
metadata: {name: b}
spec: {containers: [{name: c, imag: x}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  template: {spec: {containers: [{name: c, image: x}]}}
`,
  'anchors, that plain YAML has none of': `apiVersion: v1
kind: Pod
metadata: &m {name: a}
spec: {containers: [{name: c, image: x, env: [{name: A, value: *m}]}]}
`,
  'a list': `{"apiVersion": "v1", "kind": "List", "items": [
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "c", "image": "x"}]}},
  {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "b"}, "spec": {"containers": [{"name": "c"}]}}
]}`,
  'nulls, which decoding leaves out':
    'apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: c, image: x, env: null}]}\n',
};

const FIELDS: readonly FieldPath[] = [
  [],
  ['metadata', 'labels', '1'],
  ['spec', 'containers', 0, 'image'],
  ['spec', 'containers', 0, 'securityContext', 'privileged'],
  ['spec', 'template', 'spec', 'containers', 0, 'name'],
  ['spec', 'nowhere'],
];

describe.each(Object.entries(TEXTS))('%s', (_name, text) => {
  test.each([{ explicit: true }, { explicit: true, start: { offset: 900, line: 31, document: 7 } }])(
    'is the same when another thread has read it: %j',
    (options) => {
      const whole = readManifestText('a.yaml', text, options);
      // Of other texts of the same list.
      const offsets = [1, 2, 3];
      const json = JSON.stringify(packText(text, whole, offsets));
      const packed: PackedText = JSON.parse(json);
      const unpacked = unpackText(
        packed,
        Uint32Array.from(offsets),
        { file: 'a.yaml', text: () => text },
        options,
      );
      expect(unpacked.problems).toEqual(whole.problems);
      expect(unpacked.skipped).toEqual(whole.skipped);
      expect(
        unpacked.objects.map(({ object, source, apiErrors }) => ({ object, source, apiErrors })),
      ).toEqual(whole.objects.map(({ object, source, apiErrors }) => ({ object, source, apiErrors })));
      for (const [index, object] of whole.objects.entries()) {
        for (const field of FIELDS) {
          expect(unpacked.objects[index]?.locate(field)).toEqual(object.locate(field));
        }
      }
    },
  );
});
