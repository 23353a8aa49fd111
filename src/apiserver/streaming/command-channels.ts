import type { Readable, Writable } from 'node:stream';
import type { Status } from '../../kube/status.ts';
import type { TerminalSize } from '../kubelet-port.ts';

/** A client's ends of a session, whatever carries them. */
export interface CommandChannels {
  readonly stdin: Readable | undefined;
  readonly stdout: Writable | undefined;
  readonly stderr: Writable | undefined;
  readonly onResize: (listener: (size: TerminalSize) => void) => void;
  /** Aborted when the client leaves before the end. */
  readonly signal: AbortSignal;
  /** The last word, after all output; then the connection is closed. */
  readonly finish: (status: CommandStatus) => Promise<void>;
}

/** `Status` as the error channel has it, with the one reason that is not the API's. */
export type CommandStatus =
  | Status
  | {
      readonly metadata: Readonly<Record<string, never>>;
      readonly status: 'Failure';
      readonly reason: 'NonZeroExitCode';
      readonly message: string;
      readonly details: {
        readonly causes: readonly { readonly reason: 'ExitCode'; readonly message: string }[];
      };
    };
