import type { CallIO } from '../provider/call-io.js';
import { OutputPort } from '../speaking/output-port.js';
import { type LinkedSignal, linkSignals } from '../stream/linked-signal.js';
import { closeParts } from './close-session.js';
import type { HearingRunner } from './hearing-runner.js';
import type { SessionContext } from './session-context.js';
import { readText } from './text-runner.js';
import { TranscriptDisplay, type TranscriptPart } from './transcript-display.js';

/** What takes the place of parts while a call runs: what is absent stays, `null` takes a part away. */
export type CallIOChanges = { readonly [Part in keyof CallIO]?: CallIO[Part] | null | undefined };

/** The ends of the call as they are at present, and what reads them. */
export class CallEnds {
  readonly #context: SessionContext;
  readonly #hearing: HearingRunner;
  /** As it was given, with whatever holds its parts together. */
  #given: CallIO = {};
  #parts: CallIO = {};
  #port: OutputPort | undefined;
  #text: LinkedSignal | undefined;
  readonly #display = new TranscriptDisplay((part) => this.#write(part));

  constructor(context: SessionContext, hearing: HearingRunner) {
    this.#context = context;
    this.#hearing = hearing;
  }

  /** Those in use. */
  get parts(): CallIO {
    return this.#parts;
  }

  /** What replies are played by, if they are heard. */
  get port(): OutputPort | undefined {
    return this.#port?.isGone === true ? undefined : this.#port;
  }

  /** From now on there is somewhere to speak and to write to. */
  open(io: CallIO): void {
    this.#given = io;
    const { audioInput, audioOutput, videoInput, textInput, transcriptOutput } = io;
    this.#parts = withoutAbsent({ audioInput, audioOutput, videoInput, textInput, transcriptOutput });
    this.#connectOutput();
  }

  /** From now on the caller is heard, seen and read. */
  listen(): void {
    const { audioInput, textInput, videoInput } = this.#parts;
    this.#context.video.watch(videoInput);
    if (audioInput !== undefined) void this.#hearing.listen(audioInput);
    if (textInput !== undefined) this.#readText();
  }

  /** Other parts take over. What they replace is let go, not closed: whoever put it in has it back. */
  update(changes: CallIOChanges): void {
    const before = this.#parts;
    this.#parts = withoutAbsent({
      audioInput: pick(changes.audioInput, before.audioInput),
      audioOutput: pick(changes.audioOutput, before.audioOutput),
      videoInput: pick(changes.videoInput, before.videoInput),
      textInput: pick(changes.textInput, before.textInput),
      transcriptOutput: pick(changes.transcriptOutput, before.transcriptOutput),
    });
    const { audioInput, audioOutput, textInput, videoInput } = this.#parts;
    if (videoInput !== before.videoInput) this.#context.video.watch(videoInput);
    if (audioOutput !== before.audioOutput) this.#connectOutput();
    if (textInput !== before.textInput) this.#readText();
    if (audioInput === before.audioInput) return;
    if (audioInput === undefined) this.#hearing.deafen();
    else void this.#hearing.listen(audioInput);
  }

  /** Shows a part of the transcript, if there is somewhere to show it; what that throws is reported. */
  show(part: TranscriptPart): void {
    this.#display.show(part);
  }

  /** The caller's words were taken as they stand: they are shown as final. */
  takeUserText(): void {
    this.#display.takeUser();
  }

  /** Closes the parts in use side by side, then what held together those given at the start. */
  close(onFailure: (error: unknown) => void): Promise<void> {
    this.#text?.[Symbol.dispose]();
    this.#context.video.watch(undefined);
    this.#display.close();
    return closeParts(this.#parts, this.#given, onFailure);
  }

  #write(part: TranscriptPart): void {
    try {
      const written: unknown = this.#parts.transcriptOutput?.write(part);
      // Its type says void, which an async function satisfies.
      if (written instanceof Promise) written.catch((error: unknown) => this.#context.report('session', error, true));
    } catch (error) {
      this.#context.report('session', error, true);
    }
  }

  #connectOutput(): void {
    const { audioOutput } = this.#parts;
    if (this.#port !== undefined) this.#port.replace(audioOutput);
    else if (audioOutput !== undefined) {
      const { clock, report } = this.#context;
      this.#port = new OutputPort(audioOutput, { clock, onFailure: (error) => report('audio-output', error, false) });
    }
  }

  #readText(): void {
    const { textInput } = this.#parts;
    this.#text?.abort();
    this.#text?.[Symbol.dispose]();
    this.#text = linkSignals(this.#context.signal);
    if (textInput !== undefined) void readText(this.#context, textInput, this.#text.signal);
  }
}

const pick = <Part>(change: Part | null | undefined, before: Part | undefined): Part | undefined =>
  change === undefined ? before : (change ?? undefined);

function withoutAbsent(parts: { readonly [Part in keyof CallIO]: CallIO[Part] | undefined }): CallIO {
  const { audioInput, audioOutput, videoInput, textInput, transcriptOutput } = parts;
  return {
    ...(audioInput === undefined ? {} : { audioInput }),
    ...(audioOutput === undefined ? {} : { audioOutput }),
    ...(videoInput === undefined ? {} : { videoInput }),
    ...(textInput === undefined ? {} : { textInput }),
    ...(transcriptOutput === undefined ? {} : { transcriptOutput }),
  };
}
