// Callers in a process of their own, as many as their parent asks for. In one process every room of the library is told of every piece of
// audio of all the others: fifty are more than one event loop carries.
import { ParticipantKind, Room } from '@livekit/rtc-node';
import { realClock } from '@parley/core/provider-kit';
import { after } from '../room/__fixtures__/room-trial.js';
import { TrialCaller } from '../room/__fixtures__/trial-caller.js';
import { roomOptions } from '../transport/room-options.js';
import type { CallerOrder, CallerState, DeskAgent } from './desk-callers.js';

const tellEveryMs = 50;
/** Of each piece that a caller hears. */
const heardMs = 10;
/** On a machine that is busy with other things the library may wait too long for an answer; clients then try again. */
const joinAttempts = 5;
const betweenJoinsMs = 1000;

/** A caller, and how much of what they heard was looked at. */
interface Listener {
  readonly caller: TrialCaller;
  looked: number;
  loudMs: number;
}
const listeners = new Map<string, Listener>();

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

function stateOf([call, listener]: readonly [string, Listener]): CallerState {
  const { room, heard } = listener.caller;
  for (const { isLoud } of heard.slice(listener.looked)) listener.loudMs += isLoud ? heardMs : 0;
  listener.looked = heard.length;
  return { call, isConnected: room.isConnected, agents: agentsOf(room), loudMs: listener.loudMs };
}

async function join({ call, url, token }: Extract<CallerOrder, { readonly type: 'join' }>): Promise<void> {
  const caller = new TrialCaller(new Room());
  listeners.set(call, { caller, looked: 0, loudMs: 0 });
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await caller.room.connect(url, token, roomOptions({ autoSubscribe: 'all' }));
    } catch (error) {
      if (attempt === joinAttempts) throw error;
      await after(betweenJoinsMs);
    }
  }
}

async function leave(call: string): Promise<void> {
  const listener = listeners.get(call);
  listeners.delete(call);
  await listener?.caller[Symbol.asyncDispose]();
}

function tell(): void {
  process.send?.([...listeners].map(stateOf));
  realClock.after(tellEveryMs, tell);
}

// As the parent asks, who alone sends here.
process.on('message', (order: CallerOrder) => void (order.type === 'join' ? join(order) : leave(order.call)));
process.once('disconnect', () => process.exit());
tell();
