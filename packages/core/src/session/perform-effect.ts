import type { Logger } from '../provider/logger.js';
import type { HearingRunner } from './hearing-runner.js';
import type { RunnerEffect } from './session-core.js';
import type { SessionContext } from './session-context.js';
import type { SpeechRunner } from './speech-runner.js';
import type { TurnRunner } from './turn-runner.js';

/** Those who act for the reducer. */
export interface Performers {
  readonly context: SessionContext;
  readonly logger: Logger;
  readonly hearing: HearingRunner;
  readonly turns: TurnRunner;
  readonly speeches: SpeechRunner;
}

/** Hands what the reducer decided to whoever does it. */
export function performEffect(effect: RunnerEffect, { context, logger, hearing, turns, speeches }: Performers): void {
  switch (effect.type) {
    case 'turn-commit':
      context.takeUserText();
      return turns.commit(effect.turn);
    case 'turn-overheard':
      context.takeUserText();
      turns.cancelPreemptive();
      return turns.recordOnly(effect.turn.text, effect.turn.stoppedMs ?? effect.turn.committedMs);
    case 'speech-lost':
      return speeches.askAgain(effect);
    case 'turn-exceeded':
      return turns.exceed(effect.turn);
    case 'policy-failed':
      return context.report('hook', effect.error, true);
    case 'preemptive-start':
      return turns.startPreemptively(effect.text);
    case 'preemptive-cancel':
      return turns.cancelPreemptive();
    case 'speech-authorise':
      return speeches.get(effect.speechId)?.part?.authorise();
    case 'speech-hold':
      return speeches.get(effect.speechId)?.part?.hold();
    case 'speech-resume':
      return speeches.get(effect.speechId)?.part?.resume();
    case 'speech-cancel':
      return speeches.get(effect.speechId)?.cancel();
    case 'interruption-shielded':
      return logger.log('warn', `${effect.speechId} does not allow interruptions: interrupt({ force: true }) stops it and the rest`);
    case 'detector-passed-over':
      return logger.log(
        'warn',
        'a final transcript came after its turn was over, when the turn detector had begun anew: it was not asked, and the shortest delay applied; a higher interimCommitTimeoutMs waits longer for finals',
      );
    default:
      return hearing.perform(effect);
  }
}
