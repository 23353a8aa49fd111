import { carriedOut, carriedOutWhere, type Treatments, warned } from '../../core/treatment.ts';
import type { Job, JobSpec, PodFailurePolicyRule } from '../../kube/workload-kinds.ts';
import { type FieldTable, fieldTable, placesIn } from './field-table.ts';

const jobs = 'src/controllers/job/jobs.test.ts';
const kind = 'src/apiserver/kinds/job.test.ts';
const wholeJob = 'failures are counted for the whole Job';
const byOwner = "the Job's pods are those that have it as their owner";

const jobTreatments: Treatments<JobSpec> = {
  parallelism: carriedOut(jobs),
  completions: carriedOut(jobs),
  activeDeadlineSeconds: carriedOut(jobs),
  podFailurePolicy: carriedOut(jobs),
  successPolicy: warned('the Job is complete when all its completions are', undefined, kind),
  backoffLimit: carriedOut(jobs),
  backoffLimitPerIndex: warned(wholeJob, undefined, kind),
  maxFailedIndexes: warned(wholeJob, undefined, kind),
  selector: carriedOutWhere(`${byOwner}; none is adopted by its labels`, kind),
  manualSelector: carriedOutWhere(byOwner, kind),
  template: carriedOut(jobs),
  ttlSecondsAfterFinished: carriedOut(jobs),
  completionMode: carriedOut(jobs),
  suspend: carriedOut(jobs),
  podReplacementPolicy: carriedOut(jobs),
  managedBy: carriedOut(jobs),
};

const ruleTreatments: Treatments<PodFailurePolicyRule> = {
  action: warned('such a failure counts for the whole Job', (action) => action === 'FailIndex', jobs),
  onExitCodes: carriedOut(jobs),
  onPodConditions: carriedOut(jobs),
};

export const jobFields: readonly FieldTable<Job>[] = [
  fieldTable('JobSpec', jobTreatments, ({ spec }) => [[spec, ['spec']]]),
  fieldTable('PodFailurePolicyRule', ruleTreatments, ({ spec }) =>
    placesIn(spec.podFailurePolicy?.rules, ['spec', 'podFailurePolicy', 'rules']),
  ),
];
