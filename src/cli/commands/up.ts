import { PodproofError } from '../../core/errors.ts';
import type { Command } from '../command.ts';
import type { CommandLine } from '../command-line.ts';
import { OUTPUT_OPTION, PROFILE_OPTION } from '../global-options.ts';
import type { UpOptions } from '../up/up-options.ts';

/** `podproof up`: the node for kubectl, in the background or in the foreground. */
export const up: Command = {
  spec: {
    name: 'up',
    summary: 'Start the node: a Kubernetes API for kubectl, and real pods behind it.',
    usage: ['up [OPTION]...'],
    options: [
      {
        name: 'foreground',
        description: 'do not return; for systemd and CI. SIGTERM leaves the pods running',
      },
      { name: 'merge', description: "add the context `podproof` to the user's own kubeconfig as well" },
      {
        name: 'port',
        value: 'PORT',
        description: 'of the API on 127.0.0.1 (default: a free one, then kept)',
      },
      { name: 'offline', description: 'pull no images: imagePullPolicy Always uses what is loaded' },
      {
        name: 'no-userns',
        description: 'a node that cannot do user namespaces: hostUsers: false is refused',
      },
      { name: 'runtime', value: 'PATH', description: 'OCI runtime (default: runc)' },
      PROFILE_OPTION,
      OUTPUT_OPTION,
    ],
    maxOperands: 0,
    notes: [
      'The API listens on 127.0.0.1 only, and answers nobody without credentials. Those are in the',
      'kubeconfig, mode 0600. podproof down  stops the node and its pods and keeps their state;',
      'podproof down --purge  removes everything.',
    ],
  },
  run: async (line, context) => {
    const options = upOptions(line);
    if (line.has('foreground')) {
      const { runForeground } = await import('../up/run-foreground.ts');
      return runForeground(options, context);
    }
    const { startInBackground } = await import('../up/start-in-background.ts');
    return startInBackground(options, line.text('output') === 'json', context);
  },
};

function upOptions(line: CommandLine): UpOptions {
  const profile = line.text('profile') === 'cri-o' ? 'cri-o' : 'containerd';
  return {
    profile,
    runtime: line.text('runtime'),
    port: portOf(line.text('port')),
    merge: line.has('merge'),
    offline: line.has('offline'),
    userNamespaces: !line.has('no-userns'),
  };
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port > 0 && port < 65_536) return port;
  throw new PodproofError('usage', `--port "${text}" is no port`, { advice: 'a number from 1 to 65535' });
}
