import { ItemExpect, type MessageExpect } from './item-expect.js';
import { checkFields } from './check-fields.js';
import {
  checkPattern,
  checkPatternType,
  describePattern,
  type HandoffPattern,
  type ItemPattern,
  matchesPattern,
  type MessagePattern,
  type ToolCallPattern,
  type ToolOutputPattern,
} from './item-pattern.js';
import { runFailure } from './run-failure.js';
import type { RunEvent, RunRecord } from './run-record.js';

/**
 * Assertions on what an agent did. Failures are plain errors that say what was expected, what happened, and list the whole run.
 *
 * @example
 * ```ts
 * const result = await session.run({ userInput: 'A table for two, please.' });
 * result.expect.next().isToolCall({ name: 'book', arguments: { people: 2 } });
 * result.expect.next().isToolOutput({ output: 'booked' });
 * result.expect.next().isMessage({ role: 'assistant' });
 * result.expect.noMore();
 * ```
 */
export class RunExpect {
  readonly #run: RunRecord;
  #place = 0;

  constructor(run: RunRecord) {
    this.#run = run;
  }

  /** The next event; with a type, the next one of that type, over those between. @throws {Error} There is none. */
  next(of: { readonly type?: ItemPattern['type'] | undefined } = {}): ItemExpect {
    checkFields('next', of, ['type']);
    const { type } = of;
    if (type !== undefined) checkPatternType('next', type);
    const index = this.#run.events.findIndex(({ item }, at) => at >= this.#place && (type === undefined || item.type === type));
    if (index < 0) throw this.#fail(type === undefined ? 'another event' : `after [${this.#place - 1}] ${describePattern({ type })}`);
    this.#place = index + 1;
    return this.at(index);
  }

  /** The event of this index, from the end if it is negative; `next()` goes on from where it was. @throws {Error} There is none. */
  at(index: number): ItemExpect {
    const found = index < 0 ? this.#run.events.length + index : index;
    const event = this.#run.events[found];
    if (event === undefined) throw this.#fail(`an event at [${index}]`);
    return new ItemExpect({ run: this.#run, index: found, item: event.item });
  }

  /** The events from one index up to another, which is not among them, as `slice` has it. */
  range(from: number, to?: number): RangeExpect {
    return new RangeExpect(this.#run, { events: this.#run.events.slice(from, to), name: `[${from}, ${to ?? 'end'})` });
  }

  /** Goes on behind so many events. @throws {Error} There are fewer. */
  skipNext(count = 1): this {
    for (let skipped = 0; skipped < count; skipped += 1) this.next();
    return this;
  }

  /** Goes on behind the next event if it is as described. Returns whether it was. */
  skipNextIf(pattern: ItemPattern): boolean {
    checkPattern('skipNextIf', pattern);
    const event = this.#run.events[this.#place];
    if (event === undefined || !matchesPattern(event.item, pattern)) return false;
    this.#place += 1;
    return true;
  }

  /** @throws {Error} Something happened after what was looked at. */
  noMore(): void {
    const event = this.#run.events[this.#place];
    if (event !== undefined) throw this.#fail(`nothing after [${this.#place - 1}]`, this.#place);
  }

  containsMessage(pattern: MessagePattern = {}): MessageExpect {
    return this.range(0).containsMessage(pattern);
  }

  containsToolCall(pattern: ToolCallPattern = {}): ItemExpect {
    return this.range(0).containsToolCall(pattern);
  }

  containsToolOutput(pattern: ToolOutputPattern = {}): ItemExpect {
    return this.range(0).containsToolOutput(pattern);
  }

  containsHandoff(pattern: HandoffPattern = {}): ItemExpect {
    return this.range(0).containsHandoff(pattern);
  }

  #fail(expected: string, index?: number): Error {
    return runFailure(this.#run, { expected, index });
  }
}

/** A part of a run. Each method gives the first event that is as described, and throws a readable error if there is none. */
export class RangeExpect {
  readonly #run: RunRecord;
  readonly #events: readonly RunEvent[];
  readonly #name: string;

  constructor(run: RunRecord, part: { readonly events: readonly RunEvent[]; readonly name: string }) {
    this.#run = run;
    this.#events = part.events;
    this.#name = part.name;
  }

  containsMessage(pattern: MessagePattern = {}): MessageExpect {
    return this.#find('containsMessage', { type: 'message', ...pattern }).isMessage(pattern);
  }

  containsToolCall(pattern: ToolCallPattern = {}): ItemExpect {
    return this.#find('containsToolCall', { type: 'tool-call', ...pattern });
  }

  containsToolOutput(pattern: ToolOutputPattern = {}): ItemExpect {
    return this.#find('containsToolOutput', { type: 'tool-output', ...pattern });
  }

  containsHandoff(pattern: HandoffPattern = {}): ItemExpect {
    return this.#find('containsHandoff', { type: 'agent-handoff', ...pattern });
  }

  #find(method: string, pattern: ItemPattern): ItemExpect {
    checkPattern(method, pattern);
    const event = this.#events.find(({ item }) => matchesPattern(item, pattern));
    if (event === undefined) throw runFailure(this.#run, { expected: `in ${this.#name} ${describePattern(pattern)}` });
    return new ItemExpect({ run: this.#run, index: this.#run.events.indexOf(event), item: event.item });
  }
}
