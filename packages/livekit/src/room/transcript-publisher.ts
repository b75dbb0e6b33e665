import type { TextStreamWriter } from '@livekit/rtc-node';
import type { Clock, Logger, TranscriptOutput } from '@parley/core/provider';
import { withDeadline } from '@parley/core/provider-kit';
import type { JoinedRoom } from '../joined-room.js';
import { type TranscriptPart, type TranscriptStep, TranscriptSteps } from './transcript-steps.js';
import { UnsentParts } from './unsent-parts.js';

/** LiveKit's topic and attributes for transcripts: `livekit/agents`, `livekit-agents/livekit/agents/types.py`. */
const topic = 'lk.transcription';
const attribute = { segmentId: 'lk.segment_id', final: 'lk.transcription_final', trackId: 'lk.transcribed_track_id' } as const;

/** Steps that may wait, while a connection is made anew. Then the oldest that is not final goes: its final says it all. */
const capacity = 200;
/** For one step, and for all that still waits when it is closed: in a room that answers nothing each would take as long. */
const sendMs = 5000;

export interface TranscriptPublisherOptions {
  readonly joined: JoinedRoom;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What is transcribed, and who spoke, as far as it is known at the moment of asking. */
  readonly spokenBy: (speaker: 'user' | 'agent') => { readonly trackSid?: string | undefined; readonly identity?: string | undefined };
}

/** Shows transcripts of both sides to all in the room, in the order written. It never fails: what cannot be sent is logged. */
export class TranscriptPublisher implements TranscriptOutput {
  readonly #options: TranscriptPublisherOptions;
  readonly #steps = new TranscriptSteps();
  readonly #waiting: TranscriptStep[] = [];
  readonly #streams = new Map<string, TextStreamWriter>();
  /** Segments of two sessions in one room must not be taken for one another. */
  readonly #prefix = `SG_${crypto.randomUUID().slice(0, 8)}`;
  readonly #unsent: UnsentParts;
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: TranscriptPublisherOptions) {
    this.#options = options;
    const { clock, logger, joined } = options;
    this.#unsent = new UnsentParts({ clock, logger, isRoomOver: () => !joined.room.isConnected });
  }

  write(part: TranscriptPart): void {
    if (this.#isClosed) return;
    for (const step of this.#steps.next(part)) this.#enqueue(step);
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  /** What was written is still sent, if the room is there and takes it within five seconds. A second more, if it turns out not to be there. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    await this.#try(() => this.#sendRest());
    this.#waiting.length = 0;
    this.#streams.clear();
    await this.#unsent.close();
  }

  async #sendRest(): Promise<void> {
    await this.#sending;
    for (const segmentId of this.#streams.keys()) await this.#try(() => this.#close(segmentId));
  }

  #enqueue(step: TranscriptStep): void {
    const last = this.#waiting.at(-1);
    // Of interims that could not be sent yet the newest is enough.
    if (step.type === 'whole' && last?.type === 'whole' && !last.final && last.segmentId === step.segmentId) this.#waiting.pop();
    this.#waiting.push(step);
    if (this.#waiting.length <= capacity) return;
    const oldest = this.#waiting.findIndex((waiting) => waiting.type === 'more' || (waiting.type === 'whole' && !waiting.final));
    this.#waiting.splice(Math.max(0, oldest), 1);
  }

  async #sendAll(): Promise<void> {
    for (let step = this.#waiting.shift(); step !== undefined; step = this.#waiting.shift()) {
      const next = step;
      await this.#try(() => this.#send(next));
    }
  }

  #send(step: TranscriptStep): Promise<void> {
    switch (step.type) {
      case 'whole':
        return this.#sendWhole(step);
      case 'more':
        return this.#sendMore(step.segmentId, step.text);
      case 'close':
        return this.#close(step.segmentId);
      default:
        return step satisfies never;
    }
  }

  async #sendWhole({ speaker, segmentId, text, final }: Extract<TranscriptStep, { readonly type: 'whole' }>): Promise<void> {
    const stream = await this.#open(speaker, segmentId, final);
    if (text !== '') await stream.write(text);
    await stream.close();
  }

  async #sendMore(segmentId: string, text: string): Promise<void> {
    const stream = this.#streams.get(segmentId) ?? (await this.#open('agent', segmentId, false));
    this.#streams.set(segmentId, stream);
    await stream.write(text);
  }

  async #close(segmentId: string): Promise<void> {
    const stream = this.#streams.get(segmentId);
    this.#streams.delete(segmentId);
    await stream?.close();
  }

  #open(speaker: 'user' | 'agent', segmentId: string, final: boolean): Promise<TextStreamWriter> {
    const { joined, spokenBy } = this.#options;
    const participant = joined.room.localParticipant;
    if (participant === undefined) throw new Error('the room is not connected');
    const { trackSid, identity } = spokenBy(speaker);
    return participant.streamText({
      topic,
      attributes: {
        [attribute.segmentId]: `${this.#prefix}_${segmentId}`,
        [attribute.final]: String(final),
        ...(trackSid !== undefined && { [attribute.trackId]: trackSid }),
      },
      ...(identity !== undefined && { senderIdentity: identity }),
    });
  }

  async #try(send: () => Promise<void>): Promise<void> {
    const { joined, clock } = this.#options;
    if (!joined.room.isConnected) return;
    try {
      const onTimeout = () => new Error(`not sent within ${sendMs} ms`);
      await withDeadline(send(), { clock, timeoutMs: sendMs, onTimeout });
    } catch (error) {
      this.#unsent.add(error);
    }
  }
}
