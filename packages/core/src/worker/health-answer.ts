import type { WorkerStatus } from './worker-status.js';

export interface HealthAnswer {
  readonly status: 200 | 404 | 405 | 503;
  readonly type: 'text/plain; charset=utf-8' | 'application/json' | 'text/plain; version=0.0.4; charset=utf-8';
  readonly body: string;
}

const plain = (status: HealthAnswer['status'], body: string): HealthAnswer => ({
  status,
  type: 'text/plain; charset=utf-8',
  body: `${body}\n`,
});

/**
 * What the health server answers. `/healthz`: alive, which a short outage of the dispatcher's server does not change, for then an
 * orchestrator would kill running calls. `/readyz`: takes jobs. `/worker`: all of it. `/metrics`: for Prometheus.
 */
export function healthAnswer(method: string, path: string, status: WorkerStatus): HealthAnswer {
  if (method !== 'GET' && method !== 'HEAD') return plain(405, 'only GET and HEAD');
  switch (path) {
    case '/':
    case '/healthz':
      return plain(200, 'OK');
    case '/readyz':
      return status.isAccepting ? plain(200, 'OK') : plain(503, notReady(status));
    case '/worker':
      return { status: 200, type: 'application/json', body: `${JSON.stringify(status)}\n` };
    case '/metrics':
      return { status: 200, type: 'text/plain; version=0.0.4; charset=utf-8', body: prometheusText(status) };
    default:
      return plain(404, 'there are /healthz, /readyz, /worker and /metrics');
  }
}

function notReady({ state, workerId, refusal }: WorkerStatus): string {
  if (state !== 'running') return `not ready: ${state}`;
  return workerId === undefined ? 'not ready: not registered with the server' : `not ready: ${refusal ?? 'takes no jobs'}`;
}

interface Metric {
  readonly name: string;
  readonly about: string;
  readonly type: 'gauge' | 'counter';
  /** By label, or one without. */
  readonly values: Readonly<Record<string, number>> | number;
  readonly label?: string;
}

/** @see https://prometheus.io/docs/instrumenting/exposition_formats/ version 0.0.4 */
function prometheusText(status: WorkerStatus): string {
  return metricsOf(status)
    .flatMap(({ name, about, type, values, label }) => [
      `# HELP parley_worker_${name} ${about}`,
      `# TYPE parley_worker_${name} ${type}`,
      ...(typeof values === 'number'
        ? [`parley_worker_${name} ${values}`]
        : Object.entries(values).map(([value, count]) => `parley_worker_${name}{${label}="${value}"} ${count}`)),
      '',
    ])
    .join('\n');
}

function metricsOf({ counts, ...status }: WorkerStatus): readonly Metric[] {
  return [
    { name: 'registered', about: '1 while registered with the server.', type: 'gauge', values: status.workerId === undefined ? 0 : 1 },
    { name: 'accepting', about: '1 while a job would be taken.', type: 'gauge', values: status.isAccepting ? 1 : 0 },
    { name: 'load', about: 'Load, 0 to 1.', type: 'gauge', values: status.load },
    { name: 'active_jobs', about: 'Jobs accepted and not ended.', type: 'gauge', values: status.activeJobs },
    { name: 'processes', about: 'Job processes.', type: 'gauge', values: { ...status.processes }, label: 'state' },
    {
      name: 'process_memory_megabytes',
      about: 'Resident memory of the job processes together.',
      type: 'gauge',
      values: status.processMemoryMb,
    },
    {
      name: 'process_starts_failed_total',
      about: 'Starts of job processes that failed.',
      type: 'counter',
      values: counts.processStartsFailed,
    },
    {
      name: 'offers_total',
      about: 'Offers by answer.',
      type: 'counter',
      values: { accepted: counts.offersAccepted, declined: counts.offersDeclined },
      label: 'answer',
    },
    {
      name: 'jobs_total',
      about: 'Jobs that are over, by outcome; cut_off: ended by the close of the worker; lost: accepted and never assigned.',
      type: 'counter',
      values: { succeeded: counts.jobsSucceeded, failed: counts.jobsFailed, cut_off: counts.jobsCutOff, lost: counts.jobsLost },
      label: 'outcome',
    },
    {
      name: 'jobs_redispatched_total',
      about: 'Jobs that failed, were cut off or lost, and were asked for once more.',
      type: 'counter',
      values: counts.jobsRedispatched,
    },
  ];
}
