// Callers in a process of their own, as many as their parent asks for. In one process every room of the library is told of every piece of
// audio of all the others: fifty are more than one event loop carries.
import { ParticipantKind, Room } from '@livekit/rtc-node';
import { realClock } from '@parley/core/provider-kit';
import { after } from '../room/__fixtures__/room-trial.js';
import { TrialCaller } from '../room/__fixtures__/trial-caller.js';
import type { CallerOrder, CallerState, DeskAgent } from './desk-callers.js';

const tellEveryMs = 50;
/** On a machine that is busy with other things the library may wait too long for an answer; clients then try again. */
const joinAttempts = 5;
const betweenJoinsMs = 1000;

const callers = new Map<string, TrialCaller>();

const agentsOf = ({ remoteParticipants }: Room): readonly DeskAgent[] =>
  [...remoteParticipants.values()]
    .filter(({ kind }) => kind === ParticipantKind.AGENT)
    .map(({ attributes }) => ({
      met: attributes['met'] ?? '',
      pid: Number(attributes['pid']),
      workerPid: Number(attributes['worker']),
      job: attributes['job'] ?? '',
      isAgain: attributes['again'] === 'true',
    }));

const stateOf = ([call, { room, heard }]: readonly [string, TrialCaller]): CallerState => ({
  call,
  isConnected: room.isConnected,
  agents: agentsOf(room),
  loudMs: heard.filter(({ isLoud }) => isLoud).length * 10,
});

async function join({ call, url, token }: Extract<CallerOrder, { readonly type: 'join' }>): Promise<void> {
  const caller = new TrialCaller(new Room());
  callers.set(call, caller);
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await caller.room.connect(url, token, { autoSubscribe: true, dynacast: false });
    } catch (error) {
      if (attempt === joinAttempts) throw error;
      await after(betweenJoinsMs);
    }
  }
}

async function leave(call: string): Promise<void> {
  const caller = callers.get(call);
  callers.delete(call);
  await caller?.[Symbol.asyncDispose]();
}

function tell(): void {
  process.send?.([...callers].map(stateOf));
  realClock.after(tellEveryMs, tell);
}

// As the parent asks, who alone sends here.
process.on('message', (order: CallerOrder) => void (order.type === 'join' ? join(order) : leave(order.call)));
process.once('disconnect', () => process.exit());
tell();
