import { textOf } from '../chat/chat-context.js';
import type { LLM } from '../provider/llm.js';
import {
  checkPattern,
  describePattern,
  type HandoffPattern,
  type ItemPattern,
  matchesPattern,
  type MessagePattern,
  type ToolCallPattern,
  type ToolOutputPattern,
} from './item-pattern.js';
import { judge, type Judgement } from './judge.js';
import { runFailure } from './run-failure.js';
import type { RunItem, RunRecord } from './run-record.js';

interface Place {
  readonly run: RunRecord;
  readonly index: number;
  readonly item: RunItem;
}

/** Assertions on one event of a run. Each throws a readable error if it does not hold. */
export class ItemExpect {
  readonly item: RunItem;
  readonly #place: Place;

  constructor(place: Place) {
    this.item = place.item;
    this.#place = place;
  }

  isMessage(pattern: MessagePattern = {}): MessageExpect {
    this.#check('isMessage', { type: 'message', ...pattern });
    return new MessageExpect(this.#place);
  }

  isToolCall(pattern: ToolCallPattern = {}): this {
    return this.#check('isToolCall', { type: 'tool-call', ...pattern });
  }

  isToolOutput(pattern: ToolOutputPattern = {}): this {
    return this.#check('isToolOutput', { type: 'tool-output', ...pattern });
  }

  isHandoff(pattern: HandoffPattern = {}): this {
    return this.#check('isHandoff', { type: 'agent-handoff', ...pattern });
  }

  #check(method: string, pattern: ItemPattern): this {
    checkPattern(method, pattern);
    const { run, index, item } = this.#place;
    if (!matchesPattern(item, pattern)) throw runFailure(run, { expected: `at [${index}] ${describePattern(pattern)}`, index });
    return this;
  }
}

/** A message of a run. */
export class MessageExpect {
  readonly #place: Place;

  constructor(place: Place) {
    this.#place = place;
  }

  /** What was said. */
  get text(): string {
    const { item } = this.#place;
    return item.type === 'message' ? textOf(item.content) : '';
  }

  /**
   * Has an LLM judge whether the message does what it is meant to.
   *
   * @throws {Error} The verdict is another than `pass`; tells the reason.
   * @throws {APIError} The LLM failed, or gave no verdict.
   * @throws {TypeError} The LLM calls no tools.
   */
  async judge(llm: LLM, { intent }: { readonly intent: string }): Promise<Judgement> {
    const { run, index } = this.#place;
    const judgement = await judge(llm, { intent, text: this.text, userInput: run.userInput, clock: run.clock });
    if (judgement.verdict === 'pass') return judgement;
    const happened = `the verdict is "${judgement.verdict}": ${judgement.reason}`;
    throw runFailure(run, { expected: `at [${index}] a message of this intent: ${intent}`, happened, index });
  }
}
