import { APIError, type Dispatcher, type DispatcherEvent, isAPIError, type JobAssignment } from '@parley/core/provider';
import type { DispatcherEnds, PlayedJobServer } from '../ends/dispatcher-ends.js';
import { createReferenceDispatcher } from '../reference/dispatcher/reference-dispatcher.js';
import type { RuleId } from '../rules/rule.js';
import { mapped } from './mapped.js';
import type { Mutant } from './mutant.js';

type Worker = Parameters<Dispatcher['run']>[0];
type Offer = Extract<DispatcherEvent, { readonly type: 'offer' }>;
interface Parts {
  readonly port: Dispatcher;
  readonly server: PlayedJobServer;
}

/** The reference, with other members. */
const dispatcherWith = (caughtBy: RuleId, name: string, change: (parts: Parts) => Partial<Dispatcher>): Mutant<'dispatcher'> => ({
  kind: 'dispatcher',
  caughtBy,
  name,
  create(): DispatcherEnds {
    const { port, server } = createReferenceDispatcher();
    const close = () => port[Symbol.asyncDispose]();
    const changed: Dispatcher = { run: (worker) => port.run(worker), [Symbol.asyncDispose]: close, ...change({ port, server }) };
    return { port: changed, server, [Symbol.asyncDispose]: close };
  },
});

/** With other events. */
const telling = (
  caughtBy: RuleId,
  name: string,
  change: (event: DispatcherEvent, worker: Worker) => DispatcherEvent | readonly DispatcherEvent[],
): Mutant<'dispatcher'> =>
  dispatcherWith(caughtBy, name, ({ port }) => ({ run: (worker) => mapped(port.run(worker), (event) => change(event, worker)) }));

/** With other offers. */
const offering = (caughtBy: RuleId, name: string, change: (offer: Offer, worker: Worker) => Partial<Offer>): Mutant<'dispatcher'> =>
  telling(caughtBy, name, (event, worker) => (event.type === 'offer' ? { ...event, ...change(event, worker) } : event));

/** With other assignments. */
const assigning = (
  caughtBy: RuleId,
  name: string,
  change: (assignment: JobAssignment, worker: Worker) => Partial<JobAssignment>,
): Mutant<'dispatcher'> =>
  offering(caughtBy, name, (offer, worker) => ({
    async accept(as) {
      const assignment = await offer.accept(as);
      return { ...assignment, ...change(assignment, worker) };
    },
  }));

const never = <T>(): Promise<T> => new Promise(() => {});
const kept: unknown[] = [];
let lastJob = '';

/** Each breaks one rule. */
export const dispatcherMutants: readonly Mutant<'dispatcher'>[] = [
  telling('DISPATCH-2.1', 'does not say who it is', (event) => (event.type === 'registered' ? { ...event, workerId: '' } : event)),
  offering('DISPATCH-2.2', 'drops empty metadata', ({ job }) => ({ job: job.metadata === '' ? { ...job, metadata: 'none' } : job })),
  offering('DISPATCH-2.3', 'counts the deadline from now', ({ deadlineMs }, { clock }) =>
    clock.now() >= 12_345 && clock.now() < 12_400 ? { deadlineMs: deadlineMs - clock.now() } : {},
  ),
  offering('DISPATCH-2.4', 'tells nothing but the identity', (offer) => ({ accept: ({ identity }) => offer.accept({ identity }) })),
  offering('DISPATCH-2.5', 'lets others be asked, whatever was said', (offer) => ({ reject: () => offer.reject() })),
  dispatcherWith('DISPATCH-2.6', 'says no after it said yes', ({ port, server }) => ({
    run: (worker) =>
      mapped(port.run(worker), (event) => {
        if (event.type !== 'offer') return event;
        let isAccepted = false;
        const accept: Offer['accept'] = async (as) => {
          const assignment = await event.accept(as);
          isAccepted = true;
          return assignment;
        };
        const reject: Offer['reject'] = (options) => {
          if (isAccepted && !worker.signal.aborted) tellNo(server, event.job.id);
          event.reject(options);
        };
        return { ...event, accept, reject };
      }),
  })),
  offering('DISPATCH-2.7', 'says of what is lost that it may be tried again', (offer) => ({
    accept: (as) =>
      offer.accept(as).catch((error: unknown) => {
        throw isAPIError(error) && error.message.includes('too late')
          ? new APIError('too late', { kind: 'timeout', provider: 'reference', retryable: true })
          : error;
      }),
  })),
  offering('DISPATCH-2.8', 'accepts the job that was offered last', (offer) => {
    lastJob = offer.job.id;
    return {
      async accept(as) {
        const assignment = await offer.accept(as);
        return { ...assignment, job: { ...assignment.job, id: lastJob } };
      },
    };
  }),
  telling('DISPATCH-2.9', 'keeps to itself that a job is to end', (event) =>
    event.type === 'terminate' ? { ...event, jobId: '' } : event,
  ),
  assigning('DISPATCH-2.10', 'does not say why a job failed', (assignment) => ({ report: (status) => assignment.report(status) })),
  dispatcherWith('DISPATCH-2.11', 'tells its first load for ever', ({ port }) => ({
    run(worker) {
      const first = worker.load();
      return port.run({ ...worker, load: () => first });
    },
  })),
  offering('DISPATCH-2.12', 'waits for an assignment for ever', (offer) => ({
    accept: (as) =>
      offer
        .accept(as)
        .catch((error: unknown) =>
          isAPIError(error) && error.message.includes('not assigned') ? never<JobAssignment>() : Promise.reject(error),
        ),
  })),
  dispatcherWith('DISPATCH-3.1', 'fails when it is aborted', ({ port }) => ({
    run: (worker) =>
      mapped(
        port.run(worker),
        (event) => event,
        () => {
          if (worker.signal.aborted) throw new Error('aborted');
          return [];
        },
      ),
  })),
  dispatcherWith('DISPATCH-3.2', 'goes on when it is closed', () => ({ [Symbol.asyncDispose]: async () => {} })),
  offering('DISPATCH-3.3', 'leaves an acceptance open at its end', (offer, { signal }) => ({
    accept: (as) => {
      const wasOver = signal.aborted;
      return offer.accept(as).catch((error: unknown) => (signal.aborted && !wasOver ? never<JobAssignment>() : Promise.reject(error)));
    },
  })),
  dispatcherWith('DISPATCH-3.4', 'stays registered when its reader leaves', ({ port }) => ({
    run(worker) {
      const events = port.run(worker);
      return {
        [Symbol.asyncIterator]() {
          const iterator = events[Symbol.asyncIterator]();
          return { next: () => iterator.next(), return: async () => ({ done: true as const, value: undefined }) };
        },
      };
    },
  })),
  dispatcherWith('DISPATCH-3.5', 'leaves a listener on the signal', ({ port }) => ({
    run(worker) {
      worker.signal.addEventListener('abort', () => {});
      return port.run(worker);
    },
  })),
  assigning('DISPATCH-3.6', 'throws at a report after its end', (assignment, { signal }) => ({
    report(status, error) {
      if (signal.aborted) throw new Error('it is over');
      assignment.report(status, error);
    },
  })),
  dispatcherWith('DISPATCH-3.7', 'keeps a buffer of each run', () => {
    kept.push(new Int16Array(200_000));
    return {};
  }),
  telling('DISPATCH-4.1', 'says that it comes back a second earlier than it does', (event) =>
    event.type === 'disconnected' ? { ...event, retryInMs: event.retryInMs / 4 } : event,
  ),
  telling('DISPATCH-4.2', 'tries again in longer and longer steps, without a bound', (event) =>
    event.type === 'disconnected' && event.retryInMs === 10_000 ? { ...event, retryInMs: 130_000 } : event,
  ),
  offering('DISPATCH-4.3', 'fails with an error of its own for an offer that was lost', (offer) => ({
    accept: (as) =>
      offer.accept(as).catch((error: unknown) => {
        throw isAPIError(error) && error.kind === 'connection' ? new Error('lost') : error;
      }),
  })),
  dispatcherWith('DISPATCH-4.4', 'throws at a report while the connection is down', ({ port, server }) => ({
    run: (worker) =>
      mapped(port.run(worker), (event) => {
        if (event.type !== 'offer') return event;
        const accept: Offer['accept'] = async (as) => {
          const assignment = await event.accept(as);
          const report: JobAssignment['report'] = (status, error) => {
            if (server.open === 0 && !worker.signal.aborted) throw new Error('no connection');
            assignment.report(status, error);
          };
          return { ...assignment, report };
        };
        return { ...event, accept };
      }),
  })),
  dispatcherWith('DISPATCH-4.5', 'ends at a message that it does not understand', ({ port }) => ({
    run: (worker) => {
      let isLost = false;
      const logger = { log: () => void (isLost = true) };
      return mapped(port.run({ ...worker, logger }), (event) => (isLost && event.type === 'offer' ? [] : event));
    },
  })),
  assigning('DISPATCH-4.6', 'writes the assignment to the log', (assignment, { logger }) => {
    logger.log('debug', 'assigned', { connection: assignment.connection });
    return {};
  }),
  dispatcherWith('DISPATCH-5.1', 'tells offers by a timer', ({ port }) => ({
    run: (worker) => mapped(port.run(worker), (event) => (event.type === 'offer' ? soon(event) : event)),
  })),
];

const soon = (event: DispatcherEvent): Promise<DispatcherEvent> => new Promise((resolve) => void setTimeout(() => resolve(event), 25));

/** As the worker's line to the server would. */
function tellNo({ answers }: PlayedJobServer, jobId: string): void {
  if (Array.isArray(answers)) answers.push({ jobId, answer: { type: 'rejected', final: false } });
}
