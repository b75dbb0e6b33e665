import type { Logger } from '@parley/core/provider';
import { offsetText } from '../call-view/call/offset-text.js';
import { callPaths } from '../call-view/call-files.js';
import { printableText } from '../call-view/terminal/printable-text.js';
import { exitCodes } from '../exit-codes.js';
import { loadLiveKit } from '../load-livekit.js';
import type { Arguments } from '../read-arguments.js';
import type { SettledOptions } from '../settle-options.js';
import { onStopSignals } from '../stop-signals.js';
import type { Surroundings } from '../surroundings.js';
import { callFolder, checkRecording, recordingOf, shortPath } from './call-recording.js';

/**
 * A call through a LiveKit server: a recorded caller opens a room and waits for whichever worker takes it.
 *
 * @returns The exit code.
 * @throws {UsageError} There is no recording, it cannot be used, or the call's files cannot be written.
 */
export async function runRoomCall(
  options: SettledOptions,
  room: string,
  { read, logger, surroundings }: { readonly read: Arguments; readonly logger: Logger; readonly surroundings: Surroundings },
): Promise<number> {
  const { folder: from, screen, clock } = surroundings;
  const recording = recordingOf(options, from);
  await checkRecording(recording);
  const { wav: output } = callPaths(await callFolder(read, recording, from));
  const { playCaller } = await loadLiveKit();
  const ending = new AbortController();
  using _ = onStopSignals(clock, () => ending.abort());
  const { url, apiKey, apiSecret, agentName } = options.liveKit;
  screen.write(`  ${shortPath(recording, from)} calls, in the room ${room}\n`);
  await playCaller({
    room,
    recording,
    output,
    url,
    apiKey,
    apiSecret,
    agentName,
    metadata: read.flags.metadata,
    clock,
    logger,
    signal: ending.signal,
    onTranscript: ({ speaker, text, atMs }) =>
      screen.write(`  ${offsetText(atMs).padStart(8)}  ${speaker.padEnd(8)}  ${printableText(text)}\n`),
  });
  screen.write(`\n  Written: ${shortPath(output, from)}\n`);
  return exitCodes.inOrder;
}
