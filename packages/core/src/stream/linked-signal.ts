import { AbortError } from './abort-error.js';

/** A signal of its own, which also fires when a parent does. Dispose it when the work is over, so that no parent keeps it alive. */
export interface LinkedSignal extends Disposable {
  /** Made when it is first asked for: what only passes an abort on costs no `AbortSignal`. */
  readonly signal: AbortSignal;
  readonly aborted: boolean;
  /** Fires the signal, once; the reason is an `AbortError` unless one is given. */
  abort(reason?: Error): void;
  /** Called when it fires, at once if it has; without an event. Give back what it returns when it is not wanted any more. */
  onAbort(listener: () => void): () => void;
}

/** Whatever can stop work. */
export type ParentSignal = AbortSignal | LinkedSignal;

/**
 * Joins signals without `AbortSignal.any`, which keeps each result alive for as long as its longest-lived parent (Node 20).
 *
 * A parent that has already fired fires the result at once, with the parent's reason. However many are linked to one parent, it has one
 * listener of theirs: Node 20 warns of the eleventh, and looks through all of them to remove one.
 */
export function linkSignals(...parents: readonly ParentSignal[]): LinkedSignal {
  return new Link(parents);
}

/** The reason where none is given. One for all: making an error means writing down the stack, which costs more than all else here. */
const noReason = new AbortError();

type Child = (reason: unknown) => void;

class Link implements LinkedSignal {
  readonly #parents: readonly ParentSignal[];
  readonly #children = new Set<Child>();
  readonly #fire: Child = (reason) => this.#onParent(reason);
  #controller: AbortController | undefined;
  #fired: { readonly reason: unknown } | undefined;

  constructor(parents: readonly ParentSignal[]) {
    this.#parents = parents;
    const fired = parents.find((parent) => parent.aborted);
    if (fired !== undefined) this.#fired = { reason: fired instanceof Link ? fired.reason : signalOf(fired).reason };
    else for (const parent of parents) join(parent, this.#fire);
  }

  get aborted(): boolean {
    return this.#fired !== undefined;
  }

  get reason(): unknown {
    return this.#fired?.reason;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#fired !== undefined) this.#controller.abort(this.#fired.reason);
    }
    return this.#controller.signal;
  }

  abort(reason: unknown = noReason): void {
    this.#onParent(reason);
  }

  onAbort(listener: () => void): () => void {
    if (this.#fired !== undefined) listener();
    else this.#children.add(listener);
    return () => void this.#children.delete(listener);
  }

  addChild(child: Child): void {
    this.#children.add(child);
  }

  removeChild(child: Child): void {
    this.#children.delete(child);
  }

  [Symbol.dispose](): void {
    for (const parent of this.#parents) leave(parent, this.#fire);
  }

  #onParent(reason: unknown): void {
    if (this.#fired !== undefined) return;
    this.#fired = { reason };
    this[Symbol.dispose]();
    this.#controller?.abort(reason);
    const children = [...this.#children];
    this.#children.clear();
    for (const child of children) child(reason);
  }
}

/** As an `AbortSignal`, for those who need one. */
const signalOf = (parent: ParentSignal): AbortSignal => (parent instanceof AbortSignal ? parent : parent.signal);

function join(parent: ParentSignal, child: Child): void {
  if (parent instanceof Link) return parent.addChild(child);
  const signal = signalOf(parent);
  const family = families.get(signal) ?? startFamily(signal);
  family.children.add(child);
}

function leave(parent: ParentSignal, child: Child): void {
  if (parent instanceof Link) return parent.removeChild(child);
  const signal = signalOf(parent);
  const family = families.get(signal);
  if (family === undefined || !family.children.delete(child) || family.children.size > 0) return;
  signal.removeEventListener('abort', family.listener);
  families.delete(signal);
}

interface Family {
  readonly children: Set<Child>;
  readonly listener: () => void;
}

const families = new WeakMap<AbortSignal, Family>();

function startFamily(parent: AbortSignal): Family {
  const children = new Set<Child>();
  const listener = () => {
    for (const child of children) child(parent.reason);
  };
  const family = { children, listener };
  families.set(parent, family);
  parent.addEventListener('abort', listener, { once: true });
  return family;
}
