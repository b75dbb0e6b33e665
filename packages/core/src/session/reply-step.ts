import { Agent } from '../agent/agent.js';
import type { TurnMetrics } from '../observe/agent-event.js';
import { APIError } from '../provider/api-error.js';
import type { LLMEvent } from '../provider/llm.js';
import type { ProviderMetadata } from '../provider/provider-metadata.js';
import type { Delivery, DeliveryResult } from '../speaking/delivery.js';
import type { WrittenText } from '../speaking/written-text.js';
import { type LinkedSignal, linkSignals } from '../stream/linked-signal.js';
import { generate } from '../thinking/generate.js';
import { toolSpecification } from '../tools/tool.js';
import { createDelivery } from './create-delivery.js';
import { withoutUnsounded } from './without-unsounded.js';
import { type Display, displayThrough } from './display-text.js';
import { hasLLM } from './has-llm.js';
import type { AnsweredTurn, ReplyRequest } from './reply-request.js';
import type { SessionContext } from './session-context.js';
import type { ResolvedOptions } from './session-options.js';
import type { SessionTools } from './session-tools.js';
import type { Speech, SpeechPart } from './speech.js';
import { ToolCalls } from './tool-calls.js';
import type { ToolCall } from './tool-run.js';
import { FailureTeller, type StepFailure } from './step-failure.js';
import { stepMetrics } from './turn-metrics.js';

export interface StepResult {
  readonly delivery: DeliveryResult;
  readonly opaque: readonly ProviderMetadata[];
  readonly metrics: TurnMetrics;
  /** The LLM failed, or the TTS, or the output. */
  readonly failure?: StepFailure;
}

export interface StepOptions {
  readonly request: ReplyRequest;
  /** 0 for a speech's first reply. */
  readonly index: number;
  readonly sessionTools: SessionTools;
}

/** One reply of the LLM on its way to the listener, with the tools that it calls. A speech has one, and another after each round of tools. */
export class ReplyStep implements SpeechPart {
  readonly createdMs: number;
  readonly calls: ToolCalls;
  readonly written: WrittenText = { text: '' };
  readonly #context: SessionContext;
  readonly #speech: Speech;
  readonly #index: number;
  readonly #request: ReplyRequest;
  /** As they were when it began: what changes then is for the next. */
  readonly #resolved: ResolvedOptions;
  readonly #link: LinkedSignal;
  readonly #delivery: Delivery;
  readonly #failures: FailureTeller;
  readonly #opaque: ProviderMetadata[] = [];
  #answered: AnsweredTurn | undefined;
  #begunMs: number | undefined;
  #firstTokenMs: number | undefined;
  #lastTokenMs: number | undefined;
  #outputTokens: number | undefined;

  /** Starts generating at once; is heard and runs tools only after `begin`, and costs a TTS only after that or `prepare`. */
  constructor(context: SessionContext, speech: Speech, options: StepOptions) {
    this.#context = context;
    this.#speech = speech;
    this.#request = options.request;
    this.#resolved = context.resolvedFor(speech.agent);
    this.#index = options.index;
    this.#failures = new FailureTeller(context, speech);
    this.createdMs = context.clock.now();
    this.calls = new ToolCalls(speech, options.sessionTools, options.request);
    this.#link = linkSignals(speech.link, context.lifetime);
    this.#delivery = createDelivery(context, {
      agent: speech.agent,
      written: this.written,
      signal: this.#link,
      listener: {
        onStarted: () => context.core.dispatch({ type: 'playout-started', speechId: speech.id }),
        onHeard: (text) => this.#show(text, false),
        onBroken: (error) => this.#noteFailure('tts', error, false),
      },
    });
  }

  /** It failed already: it is of no use to a turn that is yet to be decided. */
  get hasFailed(): boolean {
    return this.#failures.first !== undefined;
  }

  /** Is synthesised before the turn is decided, and still not heard. */
  prepare(): void {
    this.#delivery.begin();
  }

  /** The turn is decided: the reply is meant for the caller. */
  begin(answered: AnsweredTurn | undefined): void {
    this.#answered = answered;
    this.#begunMs = this.#context.clock.now();
    this.#delivery.begin();
    this.calls.begin();
  }

  get hidesTools(): boolean {
    return this.#request.hidesTools;
  }

  /** When it was decided that the reply is meant for the caller, on the clock. */
  get begunMs(): number {
    return this.#begunMs ?? this.createdMs;
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

  /** Generates the reply and has it delivered. Never rejects. */
  async run(): Promise<StepResult> {
    const generating = this.#generate();
    const delivered = await this.#delivery.done;
    // Once nobody listens any more nothing is paid for either.
    if (!delivered.complete) this.#link.abort();
    await generating;
    this.#link[Symbol.dispose]();
    const { error, brokenBy = 'tts' } = delivered;
    if (error !== undefined) this.#noteFailure(brokenBy, error, true);
    const failure = this.#failures.first;
    const delivery = withoutUnsounded(delivered, this.#delivery.times);
    this.#show(delivery.heardText, true);
    return { delivery, opaque: this.#opaque, metrics: this.#metrics(delivery), ...(failure === undefined ? {} : { failure }) };
  }

  async #generate(): Promise<void> {
    const show = this.#display();
    try {
      await this.#write((event) => this.#take(event, show.push));
    } catch (error) {
      // What was written is still spoken, if it is meant for the caller at all.
      this.#noteFailure('llm', error, this.written.text === '' || this.#begunMs === undefined);
    }
    await show.end();
    this.#delivery.endText();
  }

  #noteFailure(source: StepFailure['source'], error: unknown, isEnd: boolean): void {
    this.#failures.note(source, error, { isEnd, goesOn: !this.calls.isEmpty });
  }

  #write(onEvent: (event: LLMEvent) => Promise<void> | undefined): Promise<void> {
    const { call, report, core, video } = this.#context;
    const { agent } = this.#speech;
    const { llm, connect, replyDeadlineMs } = this.#resolved;
    if (!hasLLM(this.#resolved, agent))
      throw new APIError('a reply was asked for, but there is no LLM: give one to the session or the agent', {
        kind: 'invalid-request',
        provider: 'parley',
        retryable: false,
      });
    const { chat, tools, toolChoice } = this.#request;
    const request = { ...call(), signal: this.#link, chat: video.shown(chat), tools: tools.map(toolSpecification), toolChoice };
    return generate({
      generate:
        llm !== undefined && agent.llmNode === Agent.prototype.llmNode ? (made) => llm.generate(made) : (made) => agent.llmNode(made),
      request,
      onEvent,
      provider: llm?.provider ?? 'agent',
      connect: connect.llm,
      replyDeadlineMs,
      onRetry: (error) => report('llm', error, true),
      onRecovered: () => core.emit({ type: 'recovered', source: 'llm', action: 'called again' }),
      onFault: (fault) => report('llm', fault, true),
    });
  }

  #take(event: LLMEvent, show: (text: string) => void): Promise<void> | undefined {
    switch (event.type) {
      case 'text-delta':
        this.#countToken();
        show(event.text);
        this.#delivery.pushText(event.text);
        return this.#delivery.roomForText();
      case 'flush':
        this.#delivery.flushText();
        return undefined;
      case 'tool-call':
        this.#countToken();
        if (this.#request.toolChoice !== 'none') this.#call(event);
        else if (this.written.text === '') throw unwantedCall(this.#resolved);
        return undefined;
      case 'opaque':
        this.#opaque.push(event.providerMetadata);
        return undefined;
      case 'usage': {
        const { llm } = this.#resolved;
        this.#context.addUsage({
          kind: 'llm',
          provider: event.provider ?? llm?.provider ?? '',
          model: event.model ?? llm?.model ?? '',
          usage: event.usage,
        });
        if (event.usage.outputTokens !== undefined) this.#outputTokens = (this.#outputTokens ?? 0) + event.usage.outputTokens;
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #countToken(): void {
    this.#lastTokenMs = this.#context.clock.now();
    this.#firstTokenMs ??= this.#lastTokenMs;
  }

  #call(call: ToolCall): void {
    this.calls.add(call);
    this.#context.core.dispatch({ type: 'speech-acted', speechId: this.#speech.id });
  }

  /** Text as it is remembered: as the LLM wrote it, or what the agent's `transcriptionNode` makes of it. */
  #display(): Display {
    const { agent } = this.#speech;
    const write = (text: string) => {
      this.written.text += text;
    };
    if (agent.transcriptionNode === Agent.prototype.transcriptionNode) return { push: write, end: async () => {} };
    return displayThrough({
      context: this.#context,
      node: (text) => agent.transcriptionNode(text),
      signal: this.#link.signal,
      written: this.written,
    });
  }

  #show(text: string, final: boolean): void {
    const segmentId = `${this.#speech.id}-${this.#index}`;
    this.#context.show({ speaker: 'agent', segmentId, text, final });
  }

  #metrics(delivery: DeliveryResult): TurnMetrics {
    return stepMetrics({
      speechId: this.#speech.id,
      step: this.#index,
      answered: this.#answered,
      createdMs: this.createdMs,
      begunMs: this.begunMs,
      firstTokenMs: this.#firstTokenMs,
      lastTokenMs: this.#lastTokenMs,
      outputTokens: this.#outputTokens,
      delivery,
      times: this.#delivery.times,
      toWall: (clockMs) => this.#context.core.toWall(clockMs),
    });
  }
}

/** A model that calls tools when told not to would leave the caller in silence: that is a failure, and is treated like one. */
const unwantedCall = ({ llm }: ResolvedOptions): APIError =>
  new APIError('the model called a tool where it was asked to answer without', {
    kind: 'protocol',
    provider: llm?.provider ?? 'llm',
    retryable: false,
  });
