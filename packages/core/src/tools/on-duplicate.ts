import type { OnDuplicate } from '../provider/tool-marks.js';

export type DuplicateVerdict =
  | { readonly type: 'run' }
  /** Cancel those that run, then run. */
  | { readonly type: 'replace' }
  /** Answered with this, and not run. */
  | { readonly type: 'answer'; readonly output: string; readonly isError: boolean };

/** What to do with a call whose twin still runs. */
export function duplicateVerdict(call: {
  readonly name: string;
  readonly onDuplicate: OnDuplicate;
  readonly isConfirmed: boolean;
  /** All that run with the same arguments can be cancelled. */
  readonly areCancellable: boolean;
}): DuplicateVerdict {
  const { name, onDuplicate } = call;
  const isRunning = `${name} is already running with the same arguments.`;
  switch (onDuplicate) {
    case 'allow':
      return { type: 'run' };
    case 'reject':
      return { type: 'answer', output: `${isRunning} Its result will follow.`, isError: false };
    case 'confirm':
      if (call.isConfirmed) return { type: 'run' };
      return {
        type: 'answer',
        output: `${isRunning} Call it again with ${confirmParameter} set to true only if a second run is really wanted.`,
        isError: false,
      };
    case 'replace':
      if (call.areCancellable) return { type: 'replace' };
      return { type: 'answer', output: `${isRunning} It is not cancellable: wait for its result.`, isError: true };
    default:
      return onDuplicate satisfies never;
  }
}

/** What the model sets to true to have a tool of `onDuplicate: 'confirm'` run a second time. The tool never sees it. */
export const confirmParameter = 'confirm_duplicate';
