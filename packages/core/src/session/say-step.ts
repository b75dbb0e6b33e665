import { APITimeoutError } from '../provider/api-error.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { Delivery } from '../speaking/delivery.js';
import type { WrittenText } from '../speaking/written-text.js';
import { linkSignals } from '../stream/linked-signal.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import { Patience } from '../stream/patience.js';
import { createDelivery } from './create-delivery.js';
import type { StepResult } from './reply-step.js';
import type { SessionContext } from './session-context.js';
import type { Speech, SpeechPart } from './speech.js';
import { FailureTeller } from './step-failure.js';
import { stepMetrics } from './turn-metrics.js';
import { withoutUnsounded } from './without-unsounded.js';

/** As for what an LLM writes. Turn-taking rules, liveness, L5. */
const nextPieceMs = 10_000;

/** A given text on its way to the listener. */
export class SayStep implements SpeechPart {
  readonly written: WrittenText = { text: '' };
  readonly #context: SessionContext;
  readonly #speech: Speech;
  readonly #text: string | AsyncIterable<string>;
  readonly #link;
  readonly #delivery: Delivery;
  readonly #failures: FailureTeller;
  readonly begunMs: number;

  constructor(
    context: SessionContext,
    speech: Speech,
    source: {
      readonly text: string | AsyncIterable<string>;
      readonly audio?: Iterable<AudioFrame> | AsyncIterable<AudioFrame> | undefined;
    },
  ) {
    this.#context = context;
    this.#speech = speech;
    this.#text = source.text;
    this.#failures = new FailureTeller(context, speech);
    this.begunMs = context.clock.now();
    this.#link = linkSignals(speech.link, context.lifetime);
    if (typeof source.text === 'string') this.written.text = source.text;
    this.#delivery = createDelivery(context, {
      agent: speech.agent,
      written: this.written,
      signal: this.#link,
      recorded: source.audio,
      listener: {
        onStarted: () => context.core.dispatch({ type: 'playout-started', speechId: speech.id }),
        onHeard: (text) => this.#show(text, false),
        onBroken: (error) => this.#failures.note('tts', error, { isEnd: false }),
      },
    });
  }

  authorise(): void {
    this.#delivery.authorise();
  }

  hold(): void {
    this.#delivery.hold();
  }

  resume(): void {
    this.#delivery.resume();
  }

  cancel(): void {
    this.#link.abort();
    this.#delivery.stop();
  }

  /** Never rejects. */
  async run(): Promise<StepResult> {
    this.#delivery.begin();
    const reading = this.#read();
    const delivery = withoutUnsounded(await this.#delivery.done, this.#delivery.times);
    if (!delivery.complete) this.#link.abort();
    await reading;
    this.#link[Symbol.dispose]();
    this.#show(delivery.heardText, true);
    const { error, brokenBy = 'tts' } = delivery;
    if (error !== undefined) this.#failures.note(brokenBy, error, { isEnd: true });
    const failure = this.#failures.first;
    const metrics = stepMetrics({
      speechId: this.#speech.id,
      step: 0,
      answered: undefined,
      createdMs: this.begunMs,
      begunMs: this.begunMs,
      firstTokenMs: undefined,
      lastTokenMs: undefined,
      outputTokens: undefined,
      delivery,
      times: this.#delivery.times,
      toWall: (clockMs) => this.#context.core.toWall(clockMs),
    });
    return {
      delivery,
      opaque: [],
      metrics,
      ...(failure === undefined ? {} : { failure }),
    };
  }

  /** The text, given whole or in pieces; pieces stop being read once nobody listens. */
  async #read(): Promise<void> {
    try {
      if (typeof this.#text === 'string') this.#delivery.pushText(this.#text);
      else await this.#readPieces(this.#text);
    } catch (error) {
      this.#failures.note('tts', error, { isEnd: this.written.text === '' });
    } finally {
      this.#delivery.endText();
    }
  }

  /** @throws {APITimeoutError} The next piece did not come; what came before is said. */
  async #readPieces(pieces: AsyncIterable<string>): Promise<void> {
    const { clock, resolvedFor } = this.#context;
    using reading = linkSignals(this.#link);
    using patience = new Patience(clock, () => reading.abort());
    patience.expect(resolvedFor(this.#speech.agent).replyDeadlineMs);
    for await (const piece of readUntilAbort(pieces, { signal: reading.signal, clock })) {
      // Plain JavaScript gets here with anything.
      if (typeof piece !== 'string') throw new TypeError(`the text given to say() has a piece of type ${typeof piece}, which is no text`);
      this.written.text += piece;
      this.#delivery.pushText(piece);
      const room = this.#delivery.roomForText();
      if (room !== undefined) {
        patience.pause();
        await room;
        if (reading.aborted) return;
      }
      patience.expect(nextPieceMs);
    }
    if (patience.isOver)
      throw new APITimeoutError(`the text given to say() did not go on within ${patience.waitedMs} ms: give it an end`, {
        provider: 'application',
      });
  }

  #show(text: string, final: boolean): void {
    this.#context.show({ speaker: 'agent', segmentId: `${this.#speech.id}-0`, text, final });
  }
}
