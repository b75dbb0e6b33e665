import type { Clock } from '../provider/clock.js';
import { lostAfterMs } from './heartbeat.js';

const lookEveryMs = 5000;
/** Messages that came while this process was itself blocked are read after its timers: they are waited for. */
const secondLookMs = 1000;

/** Watches whether the worker still asks for a sign of life. */
export interface ParentWatch extends Disposable {
  /** It has asked. */
  asked(): void;
}

/** Calls once when the worker has not asked for 60 s: it hangs, or is stopped. */
export function watchParent({ clock, onLost }: { readonly clock: Clock; readonly onLost: () => void }): ParentWatch {
  let askedAtMs = clock.now();
  let cancel = () => {};
  const isSilent = () => clock.now() - askedAtMs >= lostAfterMs;
  const look = () => {
    cancel = isSilent() ? clock.after(secondLookMs, lookAgain) : clock.after(lookEveryMs, look);
  };
  const lookAgain = () => {
    if (isSilent()) onLost();
    else look();
  };
  look();
  return {
    asked() {
      askedAtMs = clock.now();
    },
    [Symbol.dispose]: () => cancel(),
  };
}
