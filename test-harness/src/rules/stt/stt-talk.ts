import type { STTEvent, STTInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import type { Reading } from '../../trial/reading.js';
import type { Trial } from '../../trial/trial.js';
import type { STTStep } from '../../wire/stt-wire.js';
import type { CallAtVendor } from '../call/manner.js';
import { vendorAtWork } from '../call/vendor-at-work.js';
import { framesOf, hearAudio } from './stt-manner.js';

type EndsBy = 'end' | 'flush';

/** A conversation with a vendor: audio is given, and the vendor says something. */
export class Talk {
  readonly reading: Reading<STTEvent>;
  readonly #trial: Trial<'stt'>;
  readonly #input: Channel<STTInput>;
  readonly #call: () => CallAtVendor<'stt'> | undefined;
  readonly sampleRate: number;
  #endsBy: EndsBy = 'end';

  constructor(options: {
    readonly trial: Trial<'stt'>;
    readonly reading: Reading<STTEvent>;
    readonly input: Channel<STTInput>;
    readonly call: () => CallAtVendor<'stt'> | undefined;
  }) {
    this.#trial = options.trial;
    this.reading = options.reading;
    this.#input = options.input;
    this.#call = options.call;
    this.sampleRate = options.trial.subject.declared.capabilities.sampleRates[0] ?? 16_000;
  }

  /** So much audio from there on the call's line, which begins at a minute and a second. */
  speak(durationMs: number, fromMs: number, value = 9): void {
    for (const frame of framesOf({ value, durationMs, sampleRate: this.sampleRate, fromMs }))
      void this.#input.push({ type: 'audio', frame });
  }

  /** A vendor that knows no end answers a flush, once. */
  get endsBy(): EndsBy {
    return this.#endsBy;
  }

  give(input: STTInput): void {
    void this.#input.push(input);
  }

  async hear(durationMs: number): Promise<void> {
    await this.#trial.holds('a call at the vendor', () => this.#call() !== undefined);
    const call = this.#call();
    if (call !== undefined) await this.#trial.settled(`${durationMs} ms of audio at the vendor`, hearAudio(call, durationMs));
  }

  /** The next piece of audio that the vendor hears. */
  async nextHeard(): Promise<Int16Array | undefined> {
    for (;;) {
      const next = await this.#call()?.heard[Symbol.asyncIterator]().next();
      if (next === undefined || next.done === true) return undefined;
      if (next.value.type === 'audio') return next.value.samples;
    }
  }

  async say(...steps: readonly STTStep[]): Promise<void> {
    for (const step of steps) await this.#call()?.send(step);
  }

  /** The input ends, the vendor says this, and that all is said. */
  async end(...steps: readonly STTStep[]): Promise<readonly STTEvent[]> {
    await this.#trial.quiet();
    this.#input.end();
    await this.#trial.holds('a call at the vendor', () => this.#call() !== undefined);
    const call = this.#call();
    if (call !== undefined) this.#endsBy = await this.#trial.settled('the end of the audio at the vendor', ended(call));
    await this.say(...steps, { type: 'done' });
    return this.#trial.settled('the end of the call', this.reading.all());
  }
}

async function ended(call: CallAtVendor<'stt'>): Promise<EndsBy> {
  for (;;) {
    const next = await call.heard[Symbol.asyncIterator]().next();
    // A vendor that knows no end is asked to make final what there is.
    if (next.done === true || next.value.type === 'end') return 'end';
    if (next.value.type === 'flush') return 'flush';
  }
}

export async function talk(trial: Trial<'stt'>): Promise<Talk> {
  const { instance, calls } = await vendorAtWork(trial, () => {});
  const input = new Channel<STTInput>({ capacity: 10_000 });
  const sampleRate = trial.subject.declared.capabilities.sampleRates[0] ?? 16_000;
  const reading = trial.read(instance.transcribe({ ...trial.call().options, audio: input, sampleRate }));
  return new Talk({ trial, reading, input, call: () => calls[0]?.call });
}

/** Where, in what the vendor hears, the second part begins. */
export async function secondPartAt(trial: Trial<'stt'>, call: Talk): Promise<number> {
  let samples = 0;
  const found = (async () => {
    for (;;) {
      const heard = await call.nextHeard();
      if (heard === undefined) return 200;
      const at = heard.findIndex((sample) => sample === 11);
      if (at >= 0) return 200 + ((samples + at) * 1000) / call.sampleRate;
      samples += heard.length;
    }
  })();
  return trial.settled('what was said after the gap, at the vendor', found);
}
