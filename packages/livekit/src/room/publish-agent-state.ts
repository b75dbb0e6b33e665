import { type AgentSession, type AgentState, realClock } from '@parley/core';
import type { Clock, JobRoom, Logger } from '@parley/core/provider';
import { joinedRoom } from '../joined-room.js';
import { AgentAttributes } from './agent-attributes.js';
import { quietLogger } from './quiet-logger.js';

/** What is needed of a session. */
export type StatefulSession = Pick<AgentSession, 'agentState' | 'on' | 'off'>;

export interface PublishAgentStateOptions {
  /** What clients show as the agent's name. The one it was dispatched by unless given. */
  readonly name?: string | null | undefined;
  readonly logger?: Logger | null | undefined;
  /** The real one by default. */
  readonly clock?: Clock | null | undefined;
}

/** What the server writes on an agent that was dispatched by name, and what clients read. */
const dispatchedName = 'lk.agent_name';
const nameAttribute = 'lk.agent.name';
const stateAttribute = 'lk.agent.state';

/**
 * Shows all in the room what the agent does, as LiveKit's client components read it: attribute `lk.agent.state` is `initializing`,
 * `listening`, `thinking` or `speaking`, and `idle` once the session has closed; `lk.agent.name` its name. It ends with the session; dispose
 * it to end it before.
 *
 * @throws {TypeError} The room was not joined through `@parley/livekit`.
 */
export function publishAgentState(room: JobRoom, session: StatefulSession, options: PublishAgentStateOptions = {}): AsyncDisposable {
  // A call without a room, as `parley call` makes it, has nobody to show it to.
  if (room.io !== undefined) return { [Symbol.asyncDispose]: () => Promise.resolve() };
  const joined = joinedRoom(room);
  const attributes = new AgentAttributes(joined, { clock: options.clock ?? realClock, logger: options.logger ?? quietLogger });
  const name = options.name ?? joined.room.localParticipant?.attributes[dispatchedName];
  attributes.set({ [stateAttribute]: session.agentState, ...(name !== undefined && name !== '' && { [nameAttribute]: name }) });
  const onState = ({ newState }: { readonly newState: AgentState }) => attributes.set({ [stateAttribute]: newState });
  const stop = () => {
    session.off('agent-state-changed', onState);
    session.off('close', onClose);
    return attributes.close();
  };
  const onClose = () => {
    attributes.set({ [stateAttribute]: 'idle' });
    void stop();
  };
  session.on('agent-state-changed', onState);
  session.on('close', onClose);
  return { [Symbol.asyncDispose]: stop };
}
