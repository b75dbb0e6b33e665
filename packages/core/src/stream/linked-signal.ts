import { AbortError } from './abort-error.js';

/** A signal of its own, which also fires when a parent does. Dispose it when the work is over, so that no parent keeps it alive. */
export interface LinkedSignal extends Disposable {
  readonly signal: AbortSignal;
  /** Fires the signal, once; the reason is an `AbortError` unless one is given. */
  abort(reason?: Error): void;
}

/**
 * Joins signals without `AbortSignal.any`, which keeps each result alive for as long as its longest-lived parent (Node 20).
 *
 * A parent that has already fired fires the result at once, with the parent's reason. However many are linked to one parent, it has one
 * listener of theirs: Node 20 warns of the eleventh, and looks through all of them to remove one.
 */
export function linkSignals(...parents: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  const unlink = () => {
    for (const parent of parents) leaveParent(parent, abort);
  };
  const abort = (reason: unknown) => {
    unlink();
    if (!controller.signal.aborted) controller.abort(reason);
  };
  const fired = parents.find((parent) => parent.aborted);
  if (fired !== undefined) abort(fired.reason);
  else for (const parent of parents) joinParent(parent, abort);
  return {
    signal: controller.signal,
    abort: (reason) => abort(reason ?? new AbortError()),
    [Symbol.dispose]: unlink,
  };
}

type Child = (reason: unknown) => void;

interface Family {
  readonly children: Set<Child>;
  readonly listener: () => void;
}

const families = new WeakMap<AbortSignal, Family>();

function joinParent(parent: AbortSignal, child: Child): void {
  const family = families.get(parent) ?? startFamily(parent);
  family.children.add(child);
}

function leaveParent(parent: AbortSignal, child: Child): void {
  const family = families.get(parent);
  if (family === undefined || !family.children.delete(child) || family.children.size > 0) return;
  parent.removeEventListener('abort', family.listener);
  families.delete(parent);
}

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
