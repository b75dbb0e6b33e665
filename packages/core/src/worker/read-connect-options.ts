import { checkGiven, optionChecks } from '../agent/check-options.js';
import type { JobParticipantKind } from '../provider/job-transport.js';
import type { JoinOptions, WaitForParticipantOptions } from './job-context.js';

const { isObject, isText, isTime, oneOf } = optionChecks;

/** Who can be a caller: not another agent, nor a recorder. */
export const callerKinds: readonly JobParticipantKind[] = ['standard', 'sip', 'connector'];
const allKinds: readonly string[] = ['standard', 'ingress', 'egress', 'sip', 'agent', 'connector', 'bridge'];

const isKinds = (value: unknown): string | undefined =>
  Array.isArray(value) && value.length > 0 && value.every((kind) => allKinds.includes(String(kind)))
    ? undefined
    : `a list of ${allKinds.join(', ')}`;

/** @throws {TypeError} An option is unknown, or is not what it can be: names it. */
export function checkConnectOptions(options: JoinOptions): void {
  checkGiven('connect', options, {
    autoSubscribe: oneOf('all', 'audio', 'video', 'none'),
    rtcConfig: isObject,
    roomOptions: isObject,
    participantKinds: isKinds,
  });
}

/** @throws {TypeError} As `checkConnectOptions`. */
export function checkWaitOptions(options: WaitForParticipantOptions): void {
  checkGiven('waitForParticipant', options, { identity: isText, timeoutMs: isTime, participantKinds: isKinds });
}
