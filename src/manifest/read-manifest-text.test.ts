import { describe, expect, it } from 'vitest';
import { type ManifestText, readManifestText } from './read-manifest-text.ts';

function pod(name: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec:\n  containers: [{name: a, image: i}]\n`;
}

function names({ objects }: ManifestText): readonly unknown[] {
  return objects.map(({ object }) => object.metadata.name);
}

/** A file that a walk came to. */
function walked(text: string, file = 'a.yaml'): ManifestText {
  return readManifestText(file, text, { explicit: false });
}

/** A file that the user named. */
function named(text: string, file = 'a.yaml'): ManifestText {
  return readManifestText(file, text, { explicit: true });
}

function places({ problems }: ManifestText): readonly string[] {
  return problems.map(({ position, message }) =>
    position === undefined ? message : `${position.line}:${position.column} ${message}`,
  );
}

describe('the objects of a text', () => {
  it('are read although other documents of it are wrong', () => {
    const read = walked(`${pod('a')}---\nkind: [\n---\n${pod('b')}---\n${pod('c').replace('image', 'imag')}`);
    expect(names(read)).toEqual(['a', 'b']);
    expect(read.objects.map(({ source }) => [source.document, source.line])).toEqual([
      [0, 1],
      [2, 9],
    ]);
    expect(places(read)).toEqual([
      '8:1 deficient indentation',
      '19:26 unknown field "spec.containers[0].imag"',
    ]);
    expect(read.skipped).toEqual([]);
  });

  it('keep what the API server would refuse, with its place', () => {
    const { objects, problems } = walked(pod('A'));
    expect(problems).toEqual([]);
    expect(objects[0]?.apiErrors[0]?.position).toEqual({ line: 3, column: 12 });
  });

  it('are found below lists, each with its places', () => {
    const list = `apiVersion: v1\nkind: List\nitems:\n- ${pod('a').trimEnd().replaceAll('\n', '\n  ')}\n- 1\n`;
    for (const text of [list, `${list}metadata: &x {}\n`]) {
      const read = walked(text);
      expect(read.objects[0]?.source.line).toBe(4);
      expect(read.objects[0]?.locate(['spec', 'containers', 0, 'image'])).toEqual({ line: 8, column: 28 });
      expect(places(read)).toEqual(['9:3 expected a Kubernetes object, found 1']);
    }
  });

  it('are read from JSON, with the places of what was written', () => {
    const text =
      '{"apiVersion": "v1", "kind": "Pod",\n "metadata": {"name": "a"},\n "spec": {"containers": []}}';
    const [object] = walked(text, 'a.json').objects;
    expect(object?.locate(['spec', 'containers'])).toEqual({ line: 3, column: 11 });
    expect(names(walked(`${text}\n{"kind": nonsense, "apiVersion": 1}`, 'a.json'))).toEqual(['a']);
  });
});

describe('a file of a directory that is none of ours', () => {
  it.each([
    ['a workflow', 'on: push\njobs:\n  a:\n    steps: [{run: "echo ${{ matrix.a }}"}]\n'],
    ['values', 'replicas: 1\nkind2: x\n'],
    ['a chart', 'apiVersion: v2\nname: web\nversion: 1.0.0\n'],
    ['a pipeline with a kind', 'kind: pipeline\ntype: docker\nname: default\nsteps: []\n'],
    ['a list', '- kind: x\n'],
    ['text', 'kind of text\n'],
  ])('%s is skipped', (_, text) => {
    expect(walked(text)).toEqual({
      objects: [],
      problems: [],
      skipped: [{ file: 'a.yaml', reason: 'no Kubernetes object' }],
    });
  });

  it.each([
    ['a tag of a documentation tool', 'a:\n  kind: !!python/name:x.y\n', 'no Kubernetes object'],
    ['a tag of a cloud', 'Resources:\n  apiVersion: !Ref Bucket\n', 'no Kubernetes object'],
    [
      'something that is no YAML',
      'a: [kind\n',
      'no Kubernetes object, and cannot be read: deficient indentation',
    ],
    ['an empty file', ' \n', 'no Kubernetes object: the file is empty'],
    ['comments', '---\n# kind: Pod\n---\n', 'no Kubernetes object: nothing but comments'],
    ['null', '~ # kind\n', 'no Kubernetes object'],
  ])('%s is skipped', (_, text, reason) => {
    expect(walked(text)).toEqual({ objects: [], problems: [], skipped: [{ file: 'a.yaml', reason }] });
  });

  it('JSON with comments is skipped', () => {
    expect(walked('{ // tasks\n "kind": "build"}', 'tasks.json').skipped).toHaveLength(1);
  });

  it('is a mistake when it was to be an object', () => {
    expect(places(walked('kind: Pod\nspec: {}\n'))).toEqual(['1:1 apiVersion not set']);
    expect(places(walked('kind: Pod\nspec: {a}}\n'))).toHaveLength(1);
    expect(places(walked('"kind": Pod\n"kind": Pod\n"spec": 1\n'))).toContain('2:1 duplicate field "kind"');
    expect(places(walked('{"apiVersion": "v1",, "kind": "Pod"}', 'a.json'))).toHaveLength(1);
    // A key that is spelled with an escape is still one.
    expect(places(walked('"\\x6bind": Pod\n"\\x61piVersion": v1\nspec: {a: 1}\n'))).not.toEqual([]);
    expect(places(walked('? kind\n: Pod\nspec: {}\n'))).toEqual(['1:1 apiVersion not set']);
  });

  it('is a mistake when the user named it', () => {
    expect(places(named('replicas: 1\n'))).toEqual(['1:1 apiVersion not set', '1:1 kind not set']);
    expect(places(named('\n'))).toEqual(['no Kubernetes object: the file is empty']);
    expect(places(named('# a\n'))).toEqual(['no Kubernetes object: nothing but comments']);
  });

  it('does not hide the objects beside it', () => {
    const read = walked(`${pod('a')}---\nreplicas: 1\n---\na: [\n---\n{{ x }}\n---\n${pod('b')}`);
    expect(names(read)).toEqual(['a', 'b']);
    expect(read.problems).toEqual([]);
    expect(read.skipped.map(({ reason }) => reason)).toEqual([
      'line 10: no Kubernetes object, and cannot be read: deficient indentation',
      'line 11: a Jinja template, not YAML; render it first',
    ]);
  });
});

describe('a template', () => {
  const helm = `{{- if .Values.web }}\n${pod('a')}{{- end }}\n`;
  const value = pod('a').replace('{name: a}', '\n  name: {{ include "web.name" . }}');
  const jinja = `{% if web %}\n${pod('a')}{% endif %}\n`;

  it.each([
    ['of Helm', helm, 1, 'a Helm template, not YAML', 'render it first: helm template charts/web'],
    ['with one action', value, 4, 'a Helm template, not YAML', 'render it first: helm template charts/web'],
    ['of Jinja', jinja, 1, 'a Jinja template, not YAML', 'render it first'],
    ['of Jinja, a value', 'kind: {{ kind }}\n', 1, 'a Jinja template, not YAML', 'render it first'],
  ])('%s is skipped in a directory, and a mistake when it was named', (_, text, line, message, advice) => {
    const file = 'charts/web/templates/sub/a.yaml';
    expect(walked(text, file)).toEqual({
      objects: [],
      problems: [],
      skipped: [{ file, reason: `${message}; ${advice}` }],
    });
    expect(named(text, file).problems).toMatchObject([{ position: { line }, message, advice }]);
  });

  it('is not what a comment or a string makes of a document', () => {
    const duplicate = `${pod('a')}kind: Pod\nstatus: {message: "{{ x }}"}\n# {{ x }}\n`;
    expect(places(walked(duplicate))).toEqual(['6:1 duplicate field "kind"']);
    expect(places(walked(`# {{ x }}\n${pod('a')}x: [\n`))).toHaveLength(1);
    expect(names(walked(pod('a').replace('image: i', 'image: "{{ image }}"')))).toEqual(['a']);
  });

  it('advises no command that would do something else', () => {
    const { problems } = named(helm, '$(reboot)/templates/a.yaml');
    expect(problems[0]?.advice).toBe('render it first: helm template DIR');
  });
});
