import type { TrialClock } from '../clock/trial-clock.js';
import type { HeardOf, InstanceOf, ProvableKind, StepOf } from '../subject/provables.js';
import type { CreateSettings, Subject } from '../subject/subject.js';
import type { Play, PlayedVendor, PlayOptions } from '../wire/play-vendor.js';
import type { Figures } from '../run/figures.js';
import type { LogLine } from './trial-log.js';
import type { Reading } from './reading.js';
import type { TrialCall, TrialCallOptions } from './trial-call.js';

/** One rule's run on one subject. What it opens is closed at its end, whatever happened. */
export interface Trial<Kind extends ProvableKind> {
  readonly subject: Subject<Kind>;
  /** Of the calls; moved by `pass` and `settlesWithin` only. */
  readonly clock: TrialClock;
  /** What was logged to the calls' logger. */
  readonly log: readonly LogLine[];

  /** Closed at the end, if it was not by then. Without settings it is led nowhere: to a port that nobody listens on, with a made-up key. The clock is the trial's. */
  create(settings?: Partial<CreateSettings>): Promise<InstanceOf<Kind>>;
  /** Plays the subject's vendor on loopback; closed at the end. @throws {TypeError} The subject has no wire. */
  play(play: Play<HeardOf<Kind>, StepOf<Kind>>, options?: PlayOptions): Promise<PlayedVendor<HeardOf<Kind>>>;
  /** Options for one call; aborted at the end. */
  call(options?: TrialCallOptions): TrialCall;
  /** Reads a stream in the background, and keeps what it gives; stopped at the end. */
  read<Event>(stream: AsyncIterable<Event>): Reading<Event>;
  /** Closed at the end, the last one first. */
  own<Owned extends AsyncDisposable>(owned: Owned): Owned;

  /**
   * Waits for what sockets, threads and promises do in real time, while the clock stands still.
   *
   * @param what For the message: `the end of the stream`.
   * @param realMs Default 5,000.
   * @throws {Violation} It did not settle, or it rejected: the reason is in the message.
   */
  settled<T>(what: string, promise: Promise<T>, realMs?: number): Promise<T>;
  /** Waits while so much time at most passes on the clock. @throws {Violation} As `settled`. */
  settlesWithin<T>(what: string, promise: Promise<T>, withinMs: number): Promise<T>;
  /** Waits in real time until this holds, looked at again and again. @throws {Violation} It never did. */
  holds(what: string, condition: () => boolean, realMs?: number): Promise<void>;
  /** The failure of what must fail. @throws {Violation} It fulfilled, or did not settle. */
  failure(what: string, promise: Promise<unknown>, realMs?: number): Promise<unknown>;
  /** Lets so much time pass on the clock, timer by timer; all that they set off is done at the end. */
  pass(durationMs: number): Promise<void>;
  /** What a rule measured, for the report; the last of a name counts. */
  measured(figures: Figures): void;
  /** How often to do what is done over and over: so often, or a twentieth where the kit itself is tested. */
  times(count: number): number;
  /** Lets all that is under way be done, without time passing on the clock. */
  quiet(): Promise<void>;

  /**
   * Sockets, servers, timers, threads and children that were not there when the trial began are gone, and no timer is left on the clock.
   * Close the vendor first: it holds a server. Whether the plugin has hung up before that, `vendor.record.open` tells.
   *
   * @throws {Violation} Lists what is left.
   */
  nothingLeftOpen(): Promise<void>;
}
