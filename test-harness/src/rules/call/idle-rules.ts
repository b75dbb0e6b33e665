import type { Rule } from '../rule.js';
import { mustEqual, mustHold } from '../violation.js';
import type { CallKind, Manner } from './manner.js';
import { answering, beginning, vendorAtWork } from './vendor-at-work.js';

/** Level 4, where the vendor hangs up on who is silent: number 21. */
export const keptAlive = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.21`,
  title: 'A call in which nothing is said is kept alive: the vendor hears of it within the time after which it hangs up.',
  why: 'Callers think, and are put on hold; the first words after that would meet a connection that is gone.',
  since: '1.0',
  leftOut: ({ wire }) => (wire?.idleLimitMs === undefined ? 'vendor waits' : undefined),
  async prove(trial) {
    const { wire } = trial.subject;
    const limitMs = wire?.idleLimitMs ?? 0;
    const { instance, vendor, calls } = await vendorAtWork(trial, beginning(manner));
    trial.read(manner.start(instance, trial.call().options, { mark: 1, staysOpen: true }));
    await trial.holds('the call at the vendor', () => calls.length > 0);
    await trial.quiet();
    const said = () => vendor.record.frames.filter(({ from }) => from === 'plugin').length;
    for (let round = 1; round <= 5; round += 1) {
      const before = said();
      await trial.pass(limitMs);
      mustHold(said() > before, `the vendor hears nothing for ${limitMs} ms, and hangs up (round ${round} of silence)`);
    }
  },
});

/** Level 4, where calls share a connection: number 24. */
export const hungUpBetweenCalls = <Kind extends CallKind>(manner: Manner<Kind>): Rule<Kind> => ({
  id: `${manner.prefix}-4.24`,
  title: 'A shared connection that the vendor closed between two calls is opened anew for the next.',
  why: 'Every vendor hangs up on who is silent for a while: after each pause of the call a reply would fail.',
  since: '1.0',
  leftOut: ({ wire }) => (wire?.sharesConnection === true ? undefined : 'no shared connection'),
  async prove(trial) {
    const { instance, calls } = await vendorAtWork(trial, answering(manner));
    for (const [index, end] of ['close', 'destroy', undefined].entries()) {
      const reading = trial.read(manner.start(instance, trial.call().options, { mark: index + 1 }));
      mustEqual(manner.content(await trial.settled('the end of the call', reading.all())), manner.expected(index + 1), 'the answer');
      const connection = calls[index]?.call.connection;
      if (end === 'close' && connection?.type === 'websocket') connection.close(1000);
      else if (end !== undefined) connection?.destroy();
      if (end !== undefined) await trial.holds('the connection closed', () => connection?.closed.aborted === true);
      await trial.quiet();
    }
  },
});
