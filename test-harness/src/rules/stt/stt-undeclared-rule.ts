import type { STTCapabilities, STTEvent } from '@parley/core/provider';
import type { Rule } from '../rule.js';
import { mustHold, shown } from '../violation.js';
import { type Flag, said, unless } from './stt-event-rules.js';
import { talk } from './stt-talk.js';

/** Level 2, what is not declared: number 27. */
export const sttUndeclaredRule: Rule<'stt'> = {
  id: 'STT-2.27',
  title: 'What is not declared is not reported: interims, starts and ends of speech, turns, words, speakers.',
  why: 'Core has another source for what is not declared (a VAD, a turn detector), and would hear everything twice.',
  since: '1.0',
  leftOut: (subject) =>
    unless('streaming')(subject) ?? (undeclared(subject.declared.capabilities).length === 0 ? 'all is declared' : undefined),
  async prove(trial) {
    const call = await talk(trial);
    call.speak(400, 0);
    await call.hear(400);
    await call.say(
      { type: 'speech-start', atMs: 0 },
      { ...said('Good', 0, 200), type: 'interim' },
      { type: 'turn-eager', text: 'Good', endMs: 200 },
    );
    await call.say({ type: 'turn-resumed' }, { ...said('Good day.', 0, 400), speaker: '0' }, { type: 'speech-end', atMs: 400 });
    await call.say({ type: 'turn-end', text: 'Good day.', endMs: 400 });
    const events = await call.end();
    for (const name of undeclared(trial.subject.declared.capabilities)) {
      const found = events.find(signs[name]);
      mustHold(found === undefined, `${name} is not declared, and there came ${shown(found)}`);
    }
  },
};

/** What would not come of a plugin that does not declare it. */
const signs: Readonly<Record<Exclude<Flag, 'streaming'>, (event: STTEvent) => boolean>> = {
  interimTranscripts: ({ type }) => type === 'transcript-interim',
  endpointing: ({ type }) => type === 'speech-start' || type === 'speech-end',
  turnDetection: ({ type }) => type.startsWith('turn-'),
  wordTimings: (event) => event.type === 'transcript-final' && event.words !== undefined,
  speakers: (event) => event.type === 'transcript-final' && event.speaker !== undefined,
};
const flags = ['interimTranscripts', 'endpointing', 'turnDetection', 'wordTimings', 'speakers'] as const;
const undeclared = (capabilities: STTCapabilities) => flags.filter((name) => !capabilities[name]);
