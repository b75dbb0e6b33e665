import { runningCode } from '../agent/running-code.js';
import { type AwaitedSpeech, type ToolScope, waitsFor } from '../agent/tool-scope.js';
import { isParked, speechOf } from '../turn/floor.js';
import type { AgentRunner } from './agent-runner.js';
import type { SessionCore } from './session-core.js';
import type { SessionTools } from './session-tools.js';
import type { SpeechRunner } from './speech-runner.js';
import type { TurnRunner } from './turn-runner.js';

/** What a session may be busy with. */
export interface BusyParts {
  readonly core: SessionCore;
  readonly speeches: SpeechRunner;
  readonly turns: TurnRunner;
  readonly tools: SessionTools;
  readonly agents: AgentRunner;
  readonly isClosed: () => boolean;
}

/** Speeches whose tools wait for another agent to take over, and so for the hooks of the one that leaves. */
const handingOver = ({ speeches }: BusyParts): readonly AwaitedSpeech[] => speeches.all.filter(({ handsOver }) => handsOver);

/** Replies begun early to a turn that is still in its hook. */
const undecided = ({ core: { state } }: BusyParts): readonly string[] =>
  state.floor.speeches.filter(({ stage }) => stage === 'created').map(({ id }) => id);

type Holder = AwaitedSpeech | 'background' | undefined;

interface Waiter {
  readonly resolve: () => void;
  readonly scope: ToolScope | undefined;
  /** It is a hook that waits: a turn, a hand-off or a reply's failure waits for it in turn. */
  readonly isHook: boolean;
  /** Not while an `onEnter` is under way, either. */
  readonly isForRest: boolean;
  /** Nor while tools run that no turn waits for, or something of them is to be told. */
  readonly isForEnd: boolean;
}

const none: ReadonlySet<AwaitedSpeech> = new Set();

/** Whether a session is idle, who waits for that, and the work that has to end before it closes. */
export class Idleness {
  #parts: BusyParts | undefined;
  readonly #onFailure: (error: unknown) => void;
  readonly #work = new Map<Promise<void>, Holder>();
  #waiters: readonly Waiter[] = [];

  constructor(onFailure: (error: unknown) => void) {
    this.#onFailure = onFailure;
  }

  connect(parts: BusyParts): void {
    this.#parts = parts;
  }

  /** Takes care of a promise: its failure is reported. */
  own(work: Promise<void>, holder?: AwaitedSpeech | 'background'): void {
    const owned = work.catch(this.#onFailure).finally(() => {
      this.#work.delete(owned);
      this.settle();
    });
    this.#work.set(owned, holder);
  }

  /** All that is owned now. */
  async allWork(): Promise<void> {
    await Promise.all(this.#work.keys());
  }

  /** Settles once the session is idle; for a tool, but for what waits for the tool; for a hook, once nobody speaks. */
  wait({ isForRest = false, isForEnd = false }: { readonly isForRest?: boolean; readonly isForEnd?: boolean } = {}): Promise<void> {
    const code = runningCode();
    const isHook = code !== undefined && code.scope === undefined;
    return new Promise((resolve) => {
      this.#waiters = [...this.#waiters, { resolve, scope: code?.scope, isHook, isForRest, isForEnd }];
      this.settle();
    });
  }

  /** Something may have come to its end. */
  settle(): void {
    const parts = this.#parts;
    if (parts === undefined) return;
    if (parts.tools.isWaiting && !parts.core.state.isClosing && this.#isQuiet(parts, none)) parts.tools.onQuiet();
    if (this.#waiters.length === 0) return;
    const exempt = this.#waitingForTools(parts);
    const idle = this.#waiters.filter((waiter) => this.#isIdle(parts, waiter, exempt));
    if (idle.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => !idle.includes(waiter));
    for (const { resolve } of idle) resolve();
  }

  /** Speeches that wait for a tool which waits for the session: they would wait for themselves. */
  #waitingForTools({ speeches }: BusyParts): ReadonlySet<AwaitedSpeech> {
    const held = this.#waiters.flatMap(({ scope }) => (scope?.speech !== undefined && scope.isHolding() ? [scope.speech] : []));
    if (held.length === 0) return none;
    return new Set(speeches.all.filter((speech) => held.some((other) => waitsFor(speech, other))));
  }

  #isIdle(parts: BusyParts, { scope, isForRest, isForEnd, isHook }: Waiter, exempt: ReadonlySet<AwaitedSpeech>): boolean {
    if (parts.isClosed()) return true;
    // A tool that ends the call does not wait for itself.
    const ownRuns = scope === undefined || scope.isHolding() ? 0 : 1;
    if (isForEnd && (parts.core.state.releasedTools > ownRuns || parts.tools.isWaiting)) return false;
    if (isHook) return this.#isSilent(parts, new Set([...this.#excused(parts, handingOver(parts)), ...undecided(parts)]));
    if (isForRest && parts.agents.isEntering) return false;
    const isHolding = scope?.isHolding() === true;
    // A tool that is still to have the foreground waits for the turn, which waits for this one.
    const isTaken = isHolding ? parts.tools.isForegroundTaken : parts.tools.hasForeground;
    if (isTaken && scope?.isForeground() !== true) return false;
    return this.#isQuiet(parts, isHolding ? exempt : none);
  }

  /** Nobody speaks, nothing is queued, no turn is open; but for what waits for a task, and for the exempt, once they were heard. */
  #isQuiet(parts: BusyParts, exempt: ReadonlySet<AwaitedSpeech>): boolean {
    const { turns, agents } = parts;
    if (!turns.isIdle || agents.isBusy) return false;
    const excused = this.#excused(parts, exempt);
    return this.#isSilent(parts, excused) && this.#isWorkExcused(excused, turns.parked);
  }

  /** Nobody speaks, and nothing is queued. */
  #isSilent({ core, speeches }: BusyParts, excused: ReadonlySet<string>): boolean {
    const { turn, floor, commit } = core.state;
    if (turn.isSpeaking || turn.text !== '' || commit?.isLate === false) return false;
    return floor.speeches.every(({ id }) => excused.has(id)) && speeches.all.every(({ id, isDone }) => isDone || excused.has(id));
  }

  /** What waits for a task, and of the exempt those that were heard. */
  #excused({ core: { state }, speeches }: BusyParts, exempt: Iterable<AwaitedSpeech>): ReadonlySet<string> {
    const excused = new Set(state.floor.speeches.filter(isParked).map(({ id }) => id));
    // The floor knows nothing any more of one that was cut while it was heard.
    for (const { id, isParked: waits } of speeches.all) if (waits && speechOf(state.floor, id) === undefined) excused.add(id);
    for (const { id } of exempt) {
      const stage = speechOf(state.floor, id)?.stage ?? 'working';
      // One that was cut and has not got the floor any more has only its tools left.
      if (stage === 'working' || (stage === 'cancelling' && state.floor.holderId !== id)) excused.add(id);
    }
    return excused;
  }

  #isWorkExcused(excused: ReadonlySet<string>, parkedTurns: number): boolean {
    let unheld = 0;
    for (const holder of this.#work.values()) {
      if (holder === undefined) unheld += 1;
      else if (holder !== 'background' && !excused.has(holder.id)) return false;
    }
    return unheld === parkedTurns;
  }
}
