import { type AgentEvent, AgentSession } from '@parley/core';
import type { JobRoom } from '@parley/core/provider';
import { publishAgentState, roomIO, type RoomIOOptions } from '@parley/livekit';
import { BookingBook } from '../../src/booking-book.js';
import { FrontDesk } from '../../src/front-desk.js';
import type { Models } from '../../src/models.js';

/** A room that the front desk has joined. */
export interface AnsweredCall extends AsyncDisposable {
  readonly book: BookingBook;
  readonly session: AgentSession;
  /** Grows as the call goes on. */
  readonly events: readonly AgentEvent[];
  /** Settles once the session has closed. */
  readonly over: Promise<void>;
}

/** What a job of the front desk does, once it has joined the room and its models are loaded. */
export async function answerCall(
  room: JobRoom,
  { vad, stt, llm, tts }: Models,
  options: { readonly hasEcho?: boolean; readonly io?: RoomIOOptions } = {},
): Promise<AnsweredCall> {
  const book = new BookingBook();
  const io = roomIO(room, options.io);
  const aecWarmupMs = options.hasEcho === false ? null : io.aecWarmupMs;
  const session = new AgentSession({ vad, stt, llm, tts, aecWarmupMs, logger: { log: () => {} } });
  const events: AgentEvent[] = [];
  const over = (async () => {
    for await (const event of session.events()) events.push(event);
  })();
  publishAgentState(room, session, { name: 'The Copper Kettle' });
  await session.start({ agent: new FrontDesk(book), io });
  return {
    book,
    session,
    events,
    over,
    async [Symbol.asyncDispose]() {
      await session.close();
      await over;
      await room[Symbol.asyncDispose]();
    },
  };
}
