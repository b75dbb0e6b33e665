import { isAPIError } from '@parley/core/provider';
import { isAbortError } from '@parley/core/provider-kit';
import { mustBeAPIError } from '../call/must-be-api-error.js';
import { leastOf } from '../event-loop-stall.js';
import { leftOnSignal } from '../left-on-signal.js';
import { bytesPerRound } from '../memory-growth.js';
import { passingCall } from '../passing-call.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { job, offersOf, outcomeOf, patienceMs, runWorker, unlessBreaks } from './dispatcher-calls.js';

const graceMs = 50;

/** Abort, close, a server that is gone, and what it costs. */
export const dispatcherLifeRules: readonly Rule<'dispatcher'>[] = [
  {
    id: 'DISPATCH-3.1',
    title: 'When the worker’s signal fires `run` ends quietly within 50 ms, and the server sees the worker gone.',
    why: 'A worker that was drained must get no more jobs.',
    since: '1.0',
    async prove(trial) {
      const { reading, call, server } = await runWorker(trial);
      call.abort();
      await trial.settlesWithin('the end of `run`', reading.all(), graceMs);
      await trial.holds('the worker gone at the server', () => server.open === 0);
    },
  },
  {
    id: 'DISPATCH-3.2',
    title: 'Closing the dispatcher does the same, and may be done twice.',
    why: 'Whoever made it closes it.',
    since: '1.0',
    async prove(trial) {
      const { reading, ends, server } = await runWorker(trial);
      await trial.settled('the close', Promise.resolve(ends.port[Symbol.asyncDispose]()));
      await trial.settlesWithin('the end of `run`', reading.all(), graceMs);
      await trial.settled('the second close', Promise.resolve(ends.port[Symbol.asyncDispose]()));
      await trial.holds('the worker gone at the server', () => server.open === 0);
    },
  },
  {
    id: 'DISPATCH-3.3',
    title: 'At its end an acceptance that waits for its assignment rejects with an `AbortError` or a typed error.',
    why: 'The drain waits for what was accepted.',
    since: '1.0',
    async prove(trial) {
      const { offer, server, call } = await runWorker(trial);
      server.assign(false);
      const accepting = outcomeOf((await offer(job('j1'))).accept({ identity: 'agent-1' }));
      await trial.quiet();
      call.abort();
      const outcome = await trial.settlesWithin('the end of `accept`', accepting, graceMs);
      const isFair = 'error' in outcome && (isAbortError(outcome.error) || isAPIError(outcome.error));
      mustHold(isFair, `accept must reject with an AbortError or typed, and came to ${shown(outcome)}`);
    },
  },
  {
    id: 'DISPATCH-3.4',
    title: 'A reader that leaves ends it, too.',
    why: '`break` in a `for await` is how a worker stops taking jobs.',
    since: '1.0',
    async prove(trial) {
      const { reading, server } = await runWorker(trial);
      await trial.settled('leaving', reading.leave());
      await trial.holds('the worker gone at the server', () => server.open === 0);
    },
  },
  {
    id: 'DISPATCH-3.5',
    title: 'After its end no timer is left on the clock and no listener on the signal, whatever was open.',
    why: 'A process that is to end must be able to.',
    since: '1.0',
    async prove(trial) {
      const { offer, call } = await runWorker(trial);
      await offer(job('j1'));
      call.abort();
      await trial.quiet();
      mustEqual(trial.clock.pendingTimers, 0, 'timers left on the clock');
      mustEqual(leftOnSignal(call.options.signal), 0, 'listeners left on the signal');
    },
  },
  {
    id: 'DISPATCH-3.6',
    title: 'What is answered or reported after its end does no harm.',
    why: 'Jobs outlive the worker’s place at the server by a moment.',
    since: '1.0',
    async prove(trial) {
      const { offer, call } = await runWorker(trial);
      const assignment = await trial.settlesWithin('the assignment', (await offer(job('j1'))).accept({ identity: 'agent-1' }), patienceMs);
      const open = await offer(job('j2'));
      call.abort();
      await trial.quiet();
      const accepting = outcomeOf(open.accept({ identity: 'agent-2' }));
      let thrown: unknown;
      try {
        open.reject();
        assignment.report('succeeded');
      } catch (error) {
        thrown = error;
      }
      mustEqual(thrown, undefined, 'what was thrown by `reject` and `report`');
      const outcome = await trial.settlesWithin('an acceptance after the end', accepting, graceMs);
      const isFair = 'error' in outcome && (isAbortError(outcome.error) || isAPIError(outcome.error));
      mustHold(isFair, `an acceptance after the end must reject with an AbortError or typed, and came to ${shown(outcome)}`);
    },
  },
  {
    id: 'DISPATCH-3.7',
    title: 'Two hundred runs leave nothing behind.',
    why: 'A development server starts its worker anew with each change.',
    since: '1.0',
    deadlineMs: 40_000,
    async prove(trial) {
      const { options } = trial.call();
      const once = async () => {
        const ends = await trial.subject.create({ clock: trial.clock });
        const { clock, logger, signal } = passingCall(options).options;
        const run = ends.port.run({ clock, logger, signal, load: () => ({ load: 0, accepting: true, jobs: 0 }) })[Symbol.asyncIterator]();
        await run.next();
        await ends[Symbol.asyncDispose]();
      };
      const left = await trial.settled('two hundred runs', bytesPerRound(trial.times(400), once), 35_000);
      mustHold(left < 8000, `each run leaves ${Math.round(left)} bytes behind: at most 8,000 may be`);
      await trial.nothingLeftOpen();
    },
  },
  {
    id: 'DISPATCH-4.1',
    title: 'When the connection breaks it says so, connects again when it said it would, and is registered anew.',
    why: 'Servers are restarted: a worker that does not come back is lost until somebody looks.',
    since: '1.0',
    leftOut: unlessBreaks,
    async prove(trial) {
      const { server, reading } = await runWorker(trial);
      server.disconnect?.();
      const { retryInMs } = await trial.settlesWithin('`disconnected`', reading.first('disconnected'), patienceMs);
      server.admit?.();
      const before = server.connections;
      mustHold(retryInMs > 0, `retryInMs must lie above 0, and is ${shown(retryInMs)}`);
      await trial.pass(retryInMs - 1);
      mustEqual(server.connections - before, 0, `attempts to connect within ${retryInMs} ms`);
      await trial.pass(10);
      const isAgain = () => reading.events.filter(({ type }) => type === 'registered').length === 2;
      await trial.holds('a second `registered`', isAgain);
    },
  },
  {
    id: 'DISPATCH-4.2',
    title: 'As long as it is refused it tries on, and waits no less each time, and no longer than two minutes.',
    why: 'A thousand workers that try every moment keep a server down; one that gives up stays down with it.',
    since: '1.0',
    leftOut: unlessBreaks,
    async prove(trial) {
      const { server, reading } = await runWorker(trial);
      const before = server.connections;
      server.disconnect?.();
      await trial.pass(300_000);
      const waits = reading.events.flatMap((event) => (event.type === 'disconnected' ? [event.retryInMs] : []));
      mustHold(waits.length >= 3 && waits.length <= 100, `within five minutes it must try a few times, and waited for ${shown(waits)}`);
      for (const [index, wait] of waits.entries()) {
        // Chance may be in it, so that not all come at once.
        const least = (waits[index - 1] ?? 0) * 0.5;
        mustHold(wait >= least && wait <= 120_000, `the waits must not grow shorter, and not beyond two minutes: ${shown(waits)}`);
      }
      mustHold((waits.at(-1) ?? 0) > (waits[0] ?? 0), `the waits must grow while it is refused: ${shown(waits)}`);
      mustHold(server.connections > before, 'it did not try');
    },
  },
  {
    id: 'DISPATCH-4.3',
    title: 'An offer that was open when the connection broke can be accepted no more: `accept` rejects with a typed error.',
    why: 'The server has offered it to another worker by then.',
    since: '1.0',
    leftOut: unlessBreaks,
    async prove(trial) {
      const { server, offer } = await runWorker(trial);
      const open = await offer(job('j1'));
      server.disconnect?.();
      server.admit?.();
      await trial.quiet();
      const outcome = await trial.settlesWithin(
        'an acceptance after the connection broke',
        outcomeOf(open.accept({ identity: 'agent-1' })),
        patienceMs,
      );
      mustBeAPIError('error' in outcome ? outcome.error : 'an assignment', 'an acceptance after the connection broke');
      mustEqual(server.answers, [], 'what the server was answered');
    },
  },
  {
    id: 'DISPATCH-4.4',
    title: 'A job that runs is reported on without harm while the connection is down.',
    why: 'Calls go on when the server is restarted.',
    since: '1.0',
    leftOut: unlessBreaks,
    async prove(trial) {
      const { server, offer, reading } = await runWorker(trial);
      const assignment = await trial.settlesWithin('the assignment', (await offer(job('j1'))).accept({ identity: 'agent-1' }), patienceMs);
      server.disconnect?.();
      await trial.settlesWithin('`disconnected`', reading.first('disconnected'), patienceMs);
      let thrown: unknown;
      try {
        assignment.report('succeeded');
      } catch (error) {
        thrown = error;
      }
      mustEqual(thrown, undefined, 'what a report threw while the connection was down');
    },
  },
  {
    id: 'DISPATCH-4.5',
    title: 'A message that it does not understand is ignored, and offers go on.',
    why: 'Servers are newer than workers.',
    since: '1.0',
    leftOut: ({ declared }) => (declared.server.babble === undefined ? 'faults: no wire' : undefined),
    async prove(trial) {
      const { server, offer } = await runWorker(trial);
      server.babble?.();
      await offer(job('j1'));
    },
  },
  {
    id: 'DISPATCH-4.6',
    title: 'What an assignment holds to join stands in no line of the log.',
    why: 'With it anybody can listen to the call.',
    since: '1.0',
    async prove(trial) {
      const { server, offer } = await runWorker(trial);
      const assignment = await trial.settlesWithin('the assignment', (await offer(job('j1'))).accept({ identity: 'agent-1' }), patienceMs);
      assignment.report('running');
      await trial.pass(10_000);
      mustHold(!JSON.stringify(trial.log).includes(server.secret), 'what is needed to join stands in the log');
    },
  },
  {
    id: 'DISPATCH-5.1',
    title: 'An offer is told within 20 ms, in the median of twenty.',
    why: 'The caller hears nothing until the agent is there.',
    since: '1.0',
    async prove(trial) {
      const { server, reading } = await runWorker(trial);
      let count = 0;
      const took = await leastOf(3, async () => {
        const times: number[] = [];
        for (let round = 0; round < 20; round += 1) {
          count += 1;
          const wanted = count;
          const startedMs = performance.now();
          server.offer(job(`j${count}`));
          while (offersOf(reading.events).length < wanted && performance.now() - startedMs < 1000)
            await new Promise<void>((resolve) => void setImmediate(resolve));
          times.push(performance.now() - startedMs);
        }
        return times.toSorted((one, other) => one - other)[10] ?? Infinity;
      });
      trial.measured({ offerP50Ms: took });
      mustHold(took < 20, `an offer took ${took.toFixed(1)} ms: at most 20 may it`);
    },
  },
];
