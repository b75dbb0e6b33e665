import { mustBeAPIError } from '../call/must-be-api-error.js';
import type { Rule } from '../rule.js';
import { mustEqual, mustHold, shown } from '../violation.js';
import { job, outcomeOf, patienceMs, runWorker } from './dispatcher-calls.js';

/** Where jobs come from: offers and their answers. */
export const offerRules: readonly Rule<'dispatcher'>[] = [
  {
    id: 'DISPATCH-2.1',
    title: 'It registers, and says so first, with the worker’s id.',
    why: 'A worker that is not registered gets no jobs, and `/readyz` must not say that it is ready.',
    since: '1.0',
    async prove(trial) {
      const { reading, server } = await runWorker(trial);
      const [first] = reading.events;
      mustHold(
        first?.type === 'registered' && first.workerId !== '',
        `the first event must be \`registered\` with an id, and is ${shown(first)}`,
      );
      mustEqual(server.registrations, 1, 'registrations at the server');
    },
  },
  {
    id: 'DISPATCH-2.2',
    title: 'An offer has the job as the server described it.',
    why: 'The application decides by it, and the agent is started with it.',
    since: '1.0',
    async prove(trial) {
      const { offer } = await runWorker(trial);
      for (const given of [job('j1'), job('j2', { type: 'participant', participantIdentity: 'caller-1', metadata: '' })]) {
        mustEqual({ ...(await offer(given)).job }, given, 'the job that is offered');
      }
    },
  },
  {
    id: 'DISPATCH-2.3',
    title: 'An offer says until when it must be answered, on the clock: later than now.',
    why: 'The worker’s own decision has a deadline below it: by another clock each offer is answered too late.',
    since: '1.0',
    async prove(trial) {
      await trial.pass(12_345);
      const { offer } = await runWorker(trial);
      const { deadlineMs } = await offer(job('j1'));
      const nowMs = trial.clock.now();
      mustHold(
        deadlineMs > nowMs && deadlineMs < nowMs + 3_600_000,
        `at ${nowMs} ms on the clock an offer must be answered later, and by ${deadlineMs}`,
      );
    },
  },
  {
    id: 'DISPATCH-2.4',
    title: 'Accepting tells the server as whom, and gives the assignment of that job, with what is needed to join.',
    why: 'The agent joins under this name, and with nothing else.',
    since: '1.0',
    async prove(trial) {
      const { offer, server } = await runWorker(trial);
      const as = { identity: 'agent-7', name: 'Ada', metadata: 'm', attributes: { language: 'en' } };
      const assignment = await trial.settlesWithin('the assignment', (await offer(job('j1'))).accept(as), patienceMs);
      mustEqual(server.answers, [{ jobId: 'j1', answer: { type: 'accepted', ...as } }], 'what the server was answered');
      mustEqual(assignment.job.id, 'j1', 'the job of the assignment');
      mustHold(JSON.stringify(assignment.connection).includes(server.secret), 'the assignment lacks what is needed to join');
    },
  },
  {
    id: 'DISPATCH-2.5',
    title: 'Rejecting tells the server, and whether others are to be asked.',
    why: 'The server asks the next worker at once; without an answer the caller waits, and the job is lost.',
    since: '1.0',
    async prove(trial) {
      const { offer, server } = await runWorker(trial);
      (await offer(job('j1'))).reject();
      (await offer(job('j2'))).reject({ final: true });
      await trial.holds('both answers at the server', () => server.answers.length === 2);
      const wanted = [
        { jobId: 'j1', answer: { type: 'rejected', final: false } },
        { jobId: 'j2', answer: { type: 'rejected', final: true } },
      ];
      mustEqual(server.answers, wanted, 'what the server was answered');
    },
  },
  {
    id: 'DISPATCH-2.6',
    title: 'An offer is answered once: what is said of it again reaches nobody.',
    why: 'A second yes is a second agent in the room; a no after a yes takes the first away.',
    since: '1.0',
    async prove(trial) {
      const { offer, server } = await runWorker(trial);
      const accepted = await offer(job('j1'));
      await trial.settlesWithin('the assignment', accepted.accept({ identity: 'agent-1' }), patienceMs);
      const again = outcomeOf(accepted.accept({ identity: 'agent-2' }));
      accepted.reject();
      await trial.settlesWithin('a second acceptance', again, patienceMs);
      mustEqual(server.answers.length, 1, 'answers at the server');
    },
  },
  {
    id: 'DISPATCH-2.7',
    title: 'An offer that was not answered in time is lost: accepting it later rejects with a typed error, and the server hears nothing.',
    why: 'The server has given the job to another, or dropped it: a late yes makes an agent for a room that is taken.',
    since: '1.0',
    async prove(trial) {
      const { offer, server } = await runWorker(trial);
      const late = await offer(job('j1'));
      await trial.pass(late.deadlineMs - trial.clock.now() + 10);
      const outcome = await trial.settlesWithin('a late acceptance', outcomeOf(late.accept({ identity: 'agent-1' })), patienceMs);
      mustBeAPIError('error' in outcome ? outcome.error : 'an assignment', 'a late acceptance', { retryable: false });
      mustEqual(server.answers, [], 'what the server was answered');
    },
  },
  {
    id: 'DISPATCH-2.8',
    title: 'Offers that are open at once are answered each for itself, in any order.',
    why: 'Calls come in bursts.',
    since: '1.0',
    async prove(trial) {
      const { offer, server } = await runWorker(trial);
      const offers = [await offer(job('j1')), await offer(job('j2')), await offer(job('j3'))];
      const [third, first] = [offers[2]?.accept({ identity: 'agent-3' }), offers[0]?.accept({ identity: 'agent-1' })];
      offers[1]?.reject();
      const assignments = await trial.settlesWithin('both assignments', Promise.all([third, first]), patienceMs);
      mustEqual(
        assignments.map((assignment) => assignment?.job.id),
        ['j3', 'j1'],
        'the jobs of the assignments',
      );
      const answers = server.answers.map(({ jobId, answer }) => `${jobId} ${answer.type}`).toSorted();
      mustEqual(answers, ['j1 accepted', 'j2 rejected', 'j3 accepted'], 'what the server was answered');
    },
  },
  {
    id: 'DISPATCH-2.9',
    title: 'That a job is to end comes through with its id.',
    why: 'The server takes jobs back; the agent must not stay in the room.',
    since: '1.0',
    async prove(trial) {
      const { server, reading } = await runWorker(trial);
      server.terminate('j5');
      mustEqual(await trial.settled('`terminate`', reading.first('terminate')), { type: 'terminate', jobId: 'j5' }, '`terminate`');
    },
  },
  {
    id: 'DISPATCH-2.10',
    title: 'What is reported of a job reaches the server, with its id and why it failed, in order.',
    why: 'The operator sees there which calls went wrong.',
    since: '1.0',
    async prove(trial) {
      const { offer, server } = await runWorker(trial);
      const assignment = await trial.settlesWithin('the assignment', (await offer(job('j1'))).accept({ identity: 'agent-1' }), patienceMs);
      assignment.report('running');
      assignment.report('failed', 'it broke');
      await trial.holds('both reports at the server', () => server.reports.length === 2);
      const wanted = [
        { jobId: 'j1', status: 'running' },
        { jobId: 'j1', status: 'failed', error: 'it broke' },
      ];
      mustEqual(server.reports, wanted, 'the reports');
    },
  },
  {
    id: 'DISPATCH-2.11',
    title: 'The server is told the worker’s load, at the beginning and within 10 s after it has changed.',
    why: 'It sends calls to the worker that has room: by an old figure to the one that is full.',
    since: '1.0',
    async prove(trial) {
      const { server, load } = await runWorker(trial);
      await trial.holds('the load at the server', () => server.load !== undefined);
      mustEqual(server.load, load.current, 'the load at the beginning');
      load.current = { load: 0.9, accepting: false, jobs: 4 };
      await trial.pass(10_000);
      mustEqual(server.load, load.current, 'the load ten seconds after it has changed');
    },
  },
  {
    id: 'DISPATCH-2.12',
    title: 'Accepted and not assigned, a job is given up: `accept` rejects with `timeout` within 10 s.',
    why: 'Its slot is reserved meanwhile: without an end the worker is full of jobs that it does not have.',
    since: '1.0',
    async prove(trial) {
      const { offer, server } = await runWorker(trial);
      server.assign(false);
      const accepting = outcomeOf((await offer(job('j1'))).accept({ identity: 'agent-1' }));
      const outcome = await trial.settlesWithin('the end of `accept`', accepting, 10_000);
      mustBeAPIError('error' in outcome ? outcome.error : 'an assignment', 'an acceptance without an assignment', { kinds: ['timeout'] });
    },
  },
];
