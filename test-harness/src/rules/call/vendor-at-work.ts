import type { HeardOf, InstanceOf } from '../../subject/provables.js';
import type { Subject } from '../../subject/subject.js';
import type { Trial } from '../../trial/trial.js';
import type { PlayedVendor, PlayOptions } from '../../wire/play-vendor.js';
import type { CallAtVendor, CallKind, CallPlay, Manner } from './manner.js';

/** A call that came to the vendor. */
export interface SeenCall<Kind extends CallKind> {
  readonly call: CallAtVendor<Kind>;
  /** The plugin has given it up, as the vendor sees it: hung up, or said so where calls share a connection. */
  readonly isOver: boolean;
}

/** A vendor that is played, and an instance that was led to it. */
export interface VendorAtWork<Kind extends CallKind> {
  readonly vendor: PlayedVendor<HeardOf<Kind>>;
  readonly instance: InstanceOf<Kind>;
  /** In the order in which they came. */
  readonly calls: readonly SeenCall<Kind>[];
}

/** Answers every call. */
export const answering =
  <Kind extends CallKind>(manner: Manner<Kind>): CallPlay<Kind> =>
  async (call) => {
    const mark = await manner.hear(call);
    await manner.begin(call, mark);
    await manner.finish(call, mark);
  };

/** Begins to answer every call, and leaves it at that. */
export const beginning =
  <Kind extends CallKind>(manner: Manner<Kind>): CallPlay<Kind> =>
  async (call) => {
    await manner.begin(call, await manner.hear(call));
  };

/** Hears every call, and says nothing. */
export const silent =
  <Kind extends CallKind>(manner: Manner<Kind>): CallPlay<Kind> =>
  async (call) => {
    await manner.hear(call);
  };

/** @param play Default: answers every call. */
export async function vendorAtWork<Kind extends CallKind>(
  trial: Trial<Kind>,
  play: CallPlay<Kind>,
  options: PlayOptions = {},
): Promise<VendorAtWork<Kind>> {
  const calls: Seen<Kind>[] = [];
  const isShared = trial.subject.wire?.sharesConnection === true;
  const vendor = await trial.play(async (call, index) => {
    const seen = new Seen(call, isShared);
    calls[index] = seen;
    await play(call, index);
    await seen.listen();
  }, options);
  return { vendor, calls, instance: await trial.create(vendor.settings) };
}

class Seen<Kind extends CallKind> implements SeenCall<Kind> {
  readonly call: CallAtVendor<Kind>;
  readonly #isShared: boolean;
  #isLeft = false;

  constructor(call: CallAtVendor<Kind>, isShared: boolean) {
    this.call = call;
    this.#isShared = isShared;
  }

  get isOver(): boolean {
    return this.call.connection.closed.aborted || (this.#isShared && this.#isLeft);
  }

  /** To what the plugin says after the play is over. */
  async listen(): Promise<void> {
    if (!this.#isShared) return;
    for await (const heard of this.call.heard) if (heard.type === 'cancel') break;
    this.#isLeft = true;
  }
}

export const noWire = ({ wire }: Subject<CallKind>): string | undefined => (wire === undefined ? 'no wire' : undefined);

/** Of rules about the midst of an answer. */
export const noParts =
  <Kind extends CallKind>(manner: Manner<Kind>) =>
  (subject: Subject<Kind>): string | undefined =>
    noWire(subject) ?? (manner.hasParts(subject) ? undefined : 'answers in one piece');
