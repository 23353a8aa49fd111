import { describe, expect, it } from 'vitest';
import { PodproofError } from '../core/errors.ts';
import { PLAIN } from './palette.ts';
import { renderError } from './render-error.ts';

const options = { columns: 100, palette: PLAIN };

describe('an error on screen', () => {
  it('shows its problems, what to do, and how many there were', () => {
    const error = new PodproofError('invalid', 'cannot read manifest "deploy.yaml"', {
      problems: ['deploy.yaml:14:7  unknown field "spec.template.spec.securityContext.capabilities"'],
      advice:
        'capabilities exist only on containers: move it to spec.template.spec.containers[].securityContext',
    });
    expect(renderError(error, options)).toBe(
      [
        'podproof: cannot read manifest "deploy.yaml"',
        '  deploy.yaml:14:7  unknown field "spec.template.spec.securityContext.capabilities"',
        '  capabilities exist only on containers: move it to spec.template.spec.containers[].securityContext',
        '1 error, nothing was run',
        '',
      ].join('\n'),
    );
  });

  it('is one line when there is no more to say, and has a stack only for debugging', () => {
    const error = new PodproofError('usage', 'podproof has no command "chekc"');
    expect(renderError(error, options)).toBe('podproof: podproof has no command "chekc"\n');
    expect(renderError(error, { ...options, stack: 'at main' })).toContain('at main');
  });
});
