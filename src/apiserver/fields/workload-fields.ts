import { carriedOut, type Treatments } from '../../core/treatment.ts';
import type {
  Deployment,
  DeploymentSpec,
  DeploymentStrategy,
  ReplicaSet,
  ReplicaSetSpec,
  RollingUpdateDeployment,
} from '../../kube/workload-kinds.ts';
import { type FieldTable, fieldTable } from './field-table.ts';

const deployments = 'src/controllers/deployment/deployments.test.ts';
const replicaSets = 'src/controllers/replica-set/replica-sets.test.ts';
const rollout = 'test/e2e/kubectl/rollout.test.ts';

const deploymentTreatments: Treatments<DeploymentSpec> = {
  replicas: carriedOut(deployments, rollout),
  selector: carriedOut(deployments),
  template: carriedOut(deployments, rollout),
  strategy: carriedOut(deployments),
  minReadySeconds: carriedOut(deployments),
  revisionHistoryLimit: carriedOut(deployments),
  paused: carriedOut(deployments, rollout),
  progressDeadlineSeconds: carriedOut(deployments),
};

const strategyTreatments: Treatments<DeploymentStrategy> = {
  type: carriedOut(deployments),
  rollingUpdate: carriedOut(deployments),
};

const rollingUpdateTreatments: Treatments<RollingUpdateDeployment> = {
  maxUnavailable: carriedOut(deployments),
  maxSurge: carriedOut(deployments),
};

const replicaSetTreatments: Treatments<ReplicaSetSpec> = {
  replicas: carriedOut(replicaSets),
  minReadySeconds: carriedOut(deployments),
  selector: carriedOut(replicaSets),
  template: carriedOut(replicaSets),
};

export const deploymentFields: readonly FieldTable<Deployment>[] = [
  fieldTable('DeploymentSpec', deploymentTreatments, ({ spec }) => [[spec, ['spec']]]),
  fieldTable('DeploymentStrategy', strategyTreatments, ({ spec }) => [[spec.strategy, ['spec', 'strategy']]]),
  fieldTable('RollingUpdateDeployment', rollingUpdateTreatments, ({ spec }) => [
    [spec.strategy?.rollingUpdate, ['spec', 'strategy', 'rollingUpdate']],
  ]),
];

export const replicaSetFields: readonly FieldTable<ReplicaSet>[] = [
  fieldTable('ReplicaSetSpec', replicaSetTreatments, ({ spec }) => [[spec, ['spec']]]),
];
