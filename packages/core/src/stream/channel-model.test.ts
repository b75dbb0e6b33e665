import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Channel } from './channel.js';

type Step = 'push' | 'read' | 'poll' | 'end' | 'fail' | 'cancel' | 'return';

/** What a channel should do, in the plainest words: a list, and what came of each read and each write. */
class Model {
  readonly items: number[] = [];
  readonly reads: (string | undefined)[] = [];
  readonly writes: boolean[] = [];
  readonly dropped: number[] = [];
  end: 'end' | 'failure' | undefined;
  #waitingRead: number | undefined;

  constructor(
    readonly capacity: number,
    readonly drops: boolean,
  ) {}

  get isReading(): boolean {
    return this.#waitingRead !== undefined;
  }

  push(item: number): void {
    this.writes.push(true);
    if (this.end !== undefined) return;
    if (this.#waitingRead !== undefined) return this.#settleRead(String(item));
    if (this.drops && this.items.length === this.capacity) this.dropped.push(...this.items.splice(0, 1));
    this.items.push(item);
    if (!this.drops && this.items.length >= this.capacity) this.writes[this.writes.length - 1] = false;
  }

  read(): void {
    const item = this.items.shift();
    if (item !== undefined) this.reads.push(String(item));
    else if (this.end !== undefined) this.#readEnd();
    else this.#waitingRead = this.reads.push(undefined) - 1;
    this.#freeWriters();
  }

  poll(): number | undefined {
    const item = this.items.shift();
    this.#freeWriters();
    return item;
  }

  finish(end: 'end' | 'failure'): void {
    if (this.end !== undefined) return;
    this.end = end;
    this.writes.fill(true);
    if (this.#waitingRead === undefined) return;
    this.#settleRead(end);
    this.end = 'end';
  }

  cancel(): void {
    this.items.length = 0;
    this.finish('end');
    this.end = 'end';
  }

  #readEnd(): void {
    this.reads.push(this.end);
    this.end = 'end';
  }

  #settleRead(outcome: string): void {
    if (this.#waitingRead !== undefined) this.reads[this.#waitingRead] = outcome;
    this.#waitingRead = undefined;
  }

  #freeWriters(): void {
    if (this.items.length < this.capacity) this.writes.fill(true);
  }
}

/** The channel beside its model, and what came of each read and write of it so far. */
class Pair {
  readonly channel: Channel<number>;
  readonly model: Model;
  readonly reads: (string | undefined)[] = [];
  readonly writes: boolean[] = [];
  readonly dropped: number[] = [];
  #item = 0;

  constructor(capacity: number, drops: boolean) {
    this.model = new Model(capacity, drops);
    this.channel = new Channel({ capacity, whenFull: drops ? 'drop-oldest' : 'wait', onDrop: (item) => this.dropped.push(item) });
  }

  take(step: Step): void {
    const { channel, model } = this;
    if (step === 'push') this.#push();
    else if (step === 'read') this.#read();
    else if (step === 'poll') this.#poll();
    else if (step === 'cancel' || step === 'return') {
      if (step === 'cancel') channel.cancel();
      else void channel.return();
      model.cancel();
    } else {
      if (step === 'end') channel.end();
      else channel.fail(new Error('failure'));
      model.finish(step === 'end' ? 'end' : 'failure');
    }
  }

  #push(): void {
    this.#item += 1;
    this.model.push(this.#item);
    const place = this.writes.push(false) - 1;
    const full = this.channel.push(this.#item);
    if (full === undefined) this.writes[place] = true;
    else void full.then(() => (this.writes[place] = true));
  }

  #poll(): void {
    this.model.reads.push(String(this.model.poll()));
    this.reads.push(String(this.channel.poll()));
  }

  #read(): void {
    if (this.model.isReading) {
      this.model.reads.push('refused');
      this.reads.push(refusal(() => void this.channel.next()));
      return;
    }
    this.model.read();
    const place = this.reads.push(undefined) - 1;
    this.channel.next().then(
      ({ done, value }) => (this.reads[place] = done === true ? 'end' : String(value)),
      (error: Error) => (this.reads[place] = error.message),
    );
  }
}

function refusal(act: () => void): string {
  try {
    act();
    return 'taken';
  } catch {
    return 'refused';
  }
}

test('a channel does what its model does, at each step', async () => {
  const steps = fc.array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom<Step>('push') },
      { weight: 5, arbitrary: fc.constantFrom<Step>('read', 'poll') },
      { weight: 1, arbitrary: fc.constantFrom<Step>('end', 'fail', 'cancel', 'return') },
    ),
    { maxLength: 60 },
  );
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.boolean(), steps, async (capacity, drops, drawn) => {
      const pair = new Pair(capacity, drops);
      for (const step of drawn) {
        pair.take(step);
        await new Promise(setImmediate);
        const { channel, model } = pair;
        expect({ size: channel.size, isFull: channel.isFull, isEnded: channel.isEnded }).toEqual({
          size: model.items.length,
          isFull: model.items.length >= capacity,
          isEnded: model.end !== undefined,
        });
        expect({ reads: pair.reads, writes: pair.writes, dropped: pair.dropped }).toEqual({
          reads: model.reads,
          writes: model.writes,
          dropped: model.dropped,
        });
      }
    }),
  );
});

test('a thousand items keep their order, however reading and writing are mixed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 10, maxLength: 30 }), async (bursts) => {
      const channel = new Channel<number>({ capacity: 4000 });
      const got: number[] = [];
      let next = 0;
      for (const burst of bursts) {
        for (let count = 0; count < burst; count += 1) void channel.push((next += 1));
        for (let count = 0; count < burst - 5; count += 1) got.push(channel.poll() ?? Number.NaN);
      }
      channel.end();
      for await (const item of channel) got.push(item);
      expect(got).toEqual(Array.from({ length: next }, (_entry, index) => index + 1));
    }),
    { numRuns: 30 },
  );
});
