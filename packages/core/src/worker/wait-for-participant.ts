import type { Clock } from '../provider/clock.js';
import type { JobParticipant, JobRoom } from '../provider/job-transport.js';
import { WorkerError } from './worker-error.js';

/**
 * The first participant that fits, whether there already or yet to come.
 *
 * @throws {WorkerError} code `participant-timeout` or `not-connected`.
 */
export function waitForParticipant(
  room: JobRoom,
  options: {
    readonly clock: Clock;
    readonly timeoutMs: number;
    readonly fits: (participant: JobParticipant) => boolean;
    /** Who is waited for, in words. */
    readonly who: string;
  },
): Promise<JobParticipant> {
  const { clock, timeoutMs, fits, who } = options;
  const present = room.participants.find(fits);
  if (present !== undefined) return Promise.resolve(present);
  if (room.state === 'disconnected') return Promise.reject(callIsOver(who));
  return new Promise((resolve, reject) => {
    const stop = () => {
      cancel();
      stopListening();
    };
    const stopListening = room.onEvent((event) => {
      if (event.type === 'participant-joined' && fits(event.participant)) {
        stop();
        resolve(event.participant);
      } else if (event.type === 'disconnected') {
        stop();
        reject(callIsOver(who));
      }
    });
    const cancel = clock.after(timeoutMs, () => {
      stop();
      reject(new WorkerError('participant-timeout', `${who} did not join within ${timeoutMs} ms`));
    });
  });
}

const callIsOver = (who: string): WorkerError => new WorkerError('not-connected', `the call was over before ${who} joined it`);
