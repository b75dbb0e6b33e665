// Uses both workers and closes nothing. Run by itself: the process must end all the same.
import { createFliteTTS } from '../flite/flite-tts.js';
import { createGrammarSTT } from '../grammar/grammar-stt.js';
import { callRequest } from './call-request.js';
import { spokenFrames } from './spoken-frames.js';

async function main(): Promise<void> {
  const frames = await spokenFrames(createFliteTTS(), { text: 'Yes please.' });
  async function* audio() {
    for (const frame of frames) yield { type: 'audio', frame } as const;
  }
  const stt = createGrammarSTT({ grammar: '#JSGF V1.0; grammar a; public <b> = (yes | no) [please];' });
  for await (const event of stt.transcribe({ ...callRequest(), audio: audio(), sampleRate: 16_000 })) {
    if (event.type === 'transcript-final') process.stdout.write(event.text);
  }
}

void main();
