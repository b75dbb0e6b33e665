import type { JobRoom } from '@parley/core/provider';
import { liveKitRoom } from '../joined-room.js';

/** What one side has said, once it is final. */
export interface SpokenText {
  readonly speaker: 'caller' | 'agent';
  readonly text: string;
  /** From the beginning of the recording. */
  readonly atMs: number;
}

/** LiveKit's topic and attributes for transcripts: `livekit/agents`, `livekit-agents/livekit/agents/types.py`. */
const topic = 'lk.transcription';
const attribute = { final: 'lk.transcription_final', trackId: 'lk.transcribed_track_id' } as const;

/** Tells of each final transcript in the room. Once a room. */
export function onTranscript(room: JobRoom, tell: (spoken: Omit<SpokenText, 'atMs'>) => void): void {
  const joined = liveKitRoom(room);
  joined.registerTextStreamHandler(topic, (reader) => {
    const attributes = reader.info.attributes ?? {};
    if (attributes[attribute.final] !== 'true') return;
    // The agent sends both sides' words: whose they are is told by the track that was transcribed.
    const own = [...(joined.localParticipant?.trackPublications.values() ?? [])].map(({ sid }) => sid);
    const speaker = own.includes(attributes[attribute.trackId]) ? 'caller' : 'agent';
    // A stream that breaks off says nothing.
    void reader.readAll().then(
      (text) => tell({ speaker, text }),
      () => {},
    );
  });
}
