import { describe, expect, it } from 'vitest';
import { renderTemplate } from './go-template.ts';

const data = {
  Id: 'sha256:00',
  Config: {
    User: 'app',
    Env: ['A=1', 'B=2'],
    Labels: { 'a.b/c': 'd' },
    Cmd: null,
    ExposedPorts: { '80/tcp': {} },
  },
};

describe('a template of docker inspect', () => {
  it.each([
    ['{{.Config.User}}', 'app'],
    ['{{ .Id }} {{ .Config.Env }}', 'sha256:00 [A=1 B=2]'],
    ['{{json .Config.Env}}', '["A=1","B=2"]'],
    ['{{.Config.Env | json}}', '["A=1","B=2"]'],
    ['{{json .Config.Cmd}} {{.Config.Cmd}}', 'null <nil>'],
    ['{{index .Config.Labels "a.b/c"}}', 'd'],
    ['{{index .Config.Env 1}}', 'B=2'],
    ['{{range .Config.Env}}{{println .}}{{end}}', 'A=1\nB=2\n'],
    ['{{if .Config.Cmd}}yes{{else}}no{{end}}', 'no'],
    ['{{join .Config.Env ","}} {{len .Config.Env}}', 'A=1,B=2 2'],
    ['{{.Config.ExposedPorts}}', 'map[80/tcp:map[]]'],
    ['{{range .Config.Env}}{{$.Config.User}} {{end}}', 'app app '],
  ])('%s', (template, text) => {
    expect(renderTemplate(template, data)).toBe(text);
  });

  it.each([
    ['{{.Config.Usr}}', 'there is no "Usr"'],
    ['{{.Config', 'is not closed'],
    ['{{range .Config.Env}}', 'has no {{end}}'],
    ['{{end}}', 'without a {{range}}'],
    ['{{upper .Id}}', 'there is no function "upper"'],
    ['{{}}', 'an action is empty'],
    ['{{constructor}}', 'is not understood'],
  ])('%s is refused', (template, why) => {
    expect(() => renderTemplate(template, data)).toThrow(why);
  });
});
