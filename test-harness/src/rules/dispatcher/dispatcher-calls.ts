import type { DispatcherEvent, JobDescription } from '@parley/core/provider';
import type { DispatcherEnds, PlayedJobServer } from '../../ends/dispatcher-ends.js';
import type { Subject } from '../../subject/subject.js';
import type { Reading } from '../../trial/reading.js';
import type { TrialCall } from '../../trial/trial-call.js';
import type { Trial } from '../../trial/trial.js';

export type DispatchTrial = Trial<'dispatcher'>;
export type Offer = Extract<DispatcherEvent, { readonly type: 'offer' }>;
type Load = NonNullable<PlayedJobServer['load']>;

export const unlessBreaks = ({ declared }: Subject<'dispatcher'>): string | undefined =>
  declared.server.disconnect === undefined ? 'faults: no connection that can break' : undefined;

/** What is waited for of a dispatcher on its clock: it may report its load, and connect again, in steps. */
export const patienceMs = 15_000;

export const job = (id: string, more: Partial<JobDescription> = {}): JobDescription => ({
  id,
  type: 'room',
  agentName: 'front-desk',
  metadata: '{"table":2}',
  roomName: `room-of-${id}`,
  ...more,
});

export interface Running {
  readonly ends: DispatcherEnds;
  readonly server: PlayedJobServer;
  readonly call: TrialCall;
  readonly reading: Reading<DispatcherEvent>;
  /** What the worker says of itself from now on. */
  readonly load: { current: Load; asked: number };
  /** Has the server offer a job, and gives the offer as it came. */
  readonly offer: (given: JobDescription) => Promise<Offer>;
}

/** A worker that is registered. */
export async function runWorker(trial: DispatchTrial): Promise<Running> {
  const ends = await trial.create();
  const { server, port } = ends;
  const call = trial.call();
  const load: Running['load'] = { current: { load: 0.25, accepting: true, jobs: 1 }, asked: 0 };
  const { clock, logger, signal } = call.options;
  const told = () => {
    load.asked += 1;
    return load.current;
  };
  const reading = trial.read(port.run({ clock, logger, signal, load: told }));
  // In real time: a connection that takes long on a busy machine is not to run into its deadline on the call's clock.
  await trial.settled('`registered`', reading.first('registered'));
  return {
    ends,
    server,
    call,
    reading,
    load,
    async offer(given) {
      const find = () => offersOf(reading.events).find((offer) => offer.job.id === given.id);
      server.offer(given);
      await trial.holds(`the offer of job ${given.id}`, () => find() !== undefined);
      const found = find();
      if (found === undefined) throw new Error('it was there a moment ago');
      return found;
    },
  };
}

export const offersOf = (events: readonly DispatcherEvent[]): readonly Offer[] =>
  events.flatMap((event) => (event.type === 'offer' ? [event] : []));

/** How a promise came out; never rejects. */
export const outcomeOf = async <T>(promise: Promise<T>): Promise<{ readonly value: T } | { readonly error: unknown }> =>
  promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
