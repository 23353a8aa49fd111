import type { FindingReport } from '../../core/contract/check-report.ts';
import type { ContainerProof, Fact, ProcessReport } from '../../core/contract/proof-report.ts';
import type { Proof } from '../proof.ts';
import { objectFields } from './meta-schemas.ts';
import type { Schema } from './schema.ts';

const finding: Schema<FindingReport> = {
  'severity!': 'string',
  'code!': 'string',
  'message!': 'string',
  field: 'string',
  line: 'int32',
  column: 'int32',
  advice: 'string',
};

const fact: Schema<Fact> = {
  'field!': 'string',
  'expected!': 'any',
  'observed!': 'any',
  'holds!': 'boolean',
  'from!': 'string',
  line: 'int32',
  'source!': 'string',
  explanation: 'string',
};

const processReport: Schema<ProcessReport> = {
  'pid!': 'int32',
  'hostPid!': 'int32',
  'parentHostPid!': 'int32',
  'uid!': 'int64',
  'hostUid!': 'int64',
  'command!': 'string',
};

const containerProof: Schema<ContainerProof> = {
  'name!': 'string',
  'type!': 'string',
  'image!': 'string',
  imageDigest: 'string',
  'state!': {
    waiting: { 'reason!': 'string', message: 'string' },
    running: { 'startedAt!': 'time' },
    terminated: {
      'exitCode!': 'int32',
      signal: 'int32',
      'reason!': 'string',
      message: 'string',
      startedAt: 'time',
      finishedAt: 'time',
    },
  },
  advice: 'string',
  adviceLine: 'int32',
  'restartCount!': 'int32',
  proof: { 'holds!': 'boolean', 'facts!': [fact] },
  'processes!': [processReport],
  writable: [{ 'path!': 'string', 'what!': 'string' }],
  'findings!': [finding],
  logTail: ['string'],
};

export const proof: Schema<Proof> = {
  ...objectFields,
  'status!': {
    holds: 'boolean',
    'provenAt!': 'time',
    'containers!': [containerProof],
    'summary!': {
      'holds!': 'string',
      'user!': 'string',
      'hostUser!': 'string',
      'capabilities!': 'string',
      'rootfs!': 'string',
      'userNamespace!': 'string',
    },
  },
};
