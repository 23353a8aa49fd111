import { PodproofError } from '../core/errors.ts';
import { discardContainer, findContainer } from './adopt-container.ts';
import { adoptSandbox, releaseSandbox } from './adopt-sandbox.ts';
import { attach } from './attach.ts';
import {
  createContainer,
  killContainer,
  removeContainer,
  startContainer,
  waitContainer,
} from './container.ts';
import type { Engine } from './engine.ts';
import type { EngineContext } from './engine-context.ts';
import { exec } from './exec.ts';
import { type EngineOptions, makeEngineContext } from './make-engine-context.ts';
import { readPlatform } from './read-platform.ts';
import { removeSandbox } from './reap.ts';
import { reopenLog } from './reopen-log.ts';
import { runtimeProblem } from './runtime-problem.ts';
import { createSandbox } from './sandbox.ts';
import type { SpareNetwork } from './spare-network.ts';
import { readVersions } from './versions.ts';

/**
 * The engine of a root. Throws `unsupported` when this machine lacks what every pod needs. With `spareNetwork`, pods take
 * that one where they can.
 */
export async function openEngine(options: EngineOptions, spareNetwork?: SpareNetwork): Promise<Engine> {
  const context: EngineContext = { ...makeEngineContext(options), readyNetwork: spareNetwork };
  const starting = <T>(start: () => Promise<T>): Promise<T> =>
    spareNetwork === undefined ? start() : spareNetwork.whileStarting(start);
  const versions = await readVersions(context);
  assertRuntimeWorks(context, versions.runtime);
  return {
    platform: readPlatform(options.profile),
    versions,
    createSandbox: (request) => starting(() => createSandbox(context, request)),
    adoptSandbox: (sandbox) => adoptSandbox(context, sandbox),
    releaseSandbox: (sandbox) => releaseSandbox(context, sandbox),
    removeSandbox: (sandbox) => removeSandbox(context, sandbox),
    createContainer: (request) => starting(() => createContainer(context, request)),
    startContainer: (container) => starting(() => startContainer(context, container)),
    findContainer: (request) => findContainer(context, request),
    discardContainer: (sandbox, id) => discardContainer(context, sandbox, id),
    waitContainer: (container, signal) => waitContainer(context, container, signal),
    killContainer: async (container, signal) => {
      killContainer(container, signal);
    },
    removeContainer: (container) => removeContainer(context, container),
    exec: (container, request) => exec(context, container, request),
    attach: async (container) => attach(container),
    reopenLog,
  };
}

function assertRuntimeWorks({ hierarchies }: EngineContext, version: string): void {
  const problem = runtimeProblem(version, hierarchies);
  if (problem === undefined) return;
  throw new PodproofError('unsupported', `cannot run pods with ${version}: ${problem}`, {
    advice: 'use runc: leave out --runtime',
  });
}
